"""Lay parts more exactly on their photo than a search needs to.

Knows outlines only. A search turns coarse meshes in 96 px; what people look at is several times
as fine, and there a pixel of the search would be seen as a line beside the print.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vision.canonical import Frame, frame_of, resampled
from vision.pose import Outline, Solid, fitted, in_crop, in_photo, outline_of
from vision.shapes import CutOut, Pose

SIZE_PX = 160
STEPS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseLook:
    """A cut-out made ready for laying several parts on it."""

    outline: Outline
    frame: Frame

    @classmethod
    def at(cls, cut_out: CutOut) -> Self:
        """The outline of a cut-out, which must not be empty."""
        frame = frame_of(cut_out.mask)
        mask = resampled(Image.fromarray(cut_out.mask), frame, size_px=SIZE_PX, outside=0)
        return cls(outline=outline_of(mask.astype(np.float32)), frame=frame)

    def laid(self, solid: Solid, pose: Pose) -> Pose:
        """The pose after some steps towards the outline; never one that covers it less."""
        first = in_crop(pose, self.frame, size_px=SIZE_PX)
        fit = fitted(solid, first, outline=self.outline, steps=STEPS)
        return in_photo(fit.pose, self.frame, size_px=SIZE_PX)


def solid_of(triangles_mm: NDArray[np.float32]) -> Solid:
    """Triangles (F, 3, 3) as `vision.shapes.Pose` means them."""
    corners = triangles_mm.reshape(-1, 3)
    middle = (corners.min(0) + corners.max(0)) / 2
    radius = float(np.sqrt(((corners - middle) ** 2).sum(1).max())) or 1.0
    return Solid(
        vertices=np.ascontiguousarray((corners - middle) / radius, dtype=np.float32),
        faces=np.arange(len(corners), dtype=np.int32).reshape(-1, 3),
    )
