"""Lay parts more exactly on their photo than a search needs to, and the right way round.

Knows pixels and outlines only. A search turns coarse meshes in 96 px; what people look at is
several times as fine, and there a pixel of the search would be seen as a line beside the print.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vision.appearance import Look, look_of
from vision.canonical import Frame, canonical_crop, resampled
from vision.facing import faced
from vision.pose import SIZE_PX, Outline, Solid, fitted, in_crop, in_photo, outline_of
from vision.shapes import CutOut, Pose

CLOSER_PX = 144
STEPS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseLook:
    """A cut-out made ready for laying several parts on it: as the search sees it, and closer."""

    frame: Frame
    look: Look
    outline: Outline
    closer: Outline

    @classmethod
    def at(cls, cut_out: CutOut) -> Self:
        """A close look at a cut-out, which must not be empty."""
        crop = canonical_crop(cut_out, size_px=SIZE_PX)
        mask = Image.fromarray(cut_out.mask)
        closer = resampled(mask, crop.frame, size_px=CLOSER_PX, outside=0).astype(np.float32)
        return cls(
            frame=crop.frame,
            look=look_of(crop),
            outline=outline_of(crop.mask),
            closer=outline_of(closer),
        )

    def laid(self, solid: Solid, pose: Pose) -> Pose:
        """The pose turned to the side that is seen, and then onto the outline."""
        first = in_crop(pose, self.frame, size_px=SIZE_PX)
        turned = faced(solid, first, outline=self.outline, look=self.look)
        near = in_photo(turned.pose, self.frame)
        start = in_crop(near, self.frame, size_px=CLOSER_PX)
        fit = fitted(solid, start, outline=self.closer, steps=STEPS)
        return in_photo(fit.pose, self.frame, size_px=CLOSER_PX)


def solid_of(triangles_mm: NDArray[np.float32]) -> Solid:
    """Triangles (F, 3, 3) as `vision.shapes.Pose` means them."""
    corners = triangles_mm.reshape(-1, 3)
    middle = (corners.min(0) + corners.max(0)) / 2
    radius = float(np.sqrt(((corners - middle) ** 2).sum(1).max())) or 1.0
    return Solid(
        vertices=np.ascontiguousarray((corners - middle) / radius, dtype=np.float32),
        faces=np.arange(len(corners), dtype=np.int32).reshape(-1, 3),
    )
