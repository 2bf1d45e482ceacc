"""How a part has to be drawn so that its picture is canonical.

Knows meshes and cameras only. A part of radius one is looked at from four radii away; the camera
is then aimed and zoomed so that the silhouette's centroid is the picture's middle and its RMS
radius the same in every picture (vision/canonical.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.canonical import frame_of
from vision.rasteriser import Perspective, render_views
from vision.shapes import Mesh

#: Side of the first drawing, from which the canonical frame is measured.
MEASURE_PX = 96
#: From how far a part is looked at. 162 views, first 100 photos, top-1 / top-10, 21 Nov 2026:
#: parallel rays 49 / 67 % real, 27 / 52 % traced; 4 radii 49 / 69 % real, 50 / 71 % traced.
DISTANCE_RADII = 4.0
#: The sphere just fits the first drawing: tangent rays, and a little air.
MEASURE_FOCAL_PX = MEASURE_PX / 2 / 1.05 * float(np.sqrt(DISTANCE_RADII**2 - 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Framed:
    """The camera for one of several rotations.

    Attributes:
        number: of the rotation.
        lens: that draws it canonically.
        unit: how much depth is as long as half the picture's side is wide, in radii.
    """

    number: int
    lens: Perspective
    unit: float


def framed(mesh: Mesh, rotations: NDArray[np.float64], *, size_px: int) -> Iterator[Framed]:
    """Cameras for a mesh of radius one around the origin and rotations (N, 3, 3).

    Rotations from which nothing is seen are left out.
    """
    away = np.array([[0.0, 0.0, DISTANCE_RADII]])
    first = Perspective(
        focal_px=MEASURE_FOCAL_PX, translations_mm=np.repeat(away, len(rotations), axis=0)
    )
    masks = render_views(mesh, rotations, size_px=MEASURE_PX, camera=first).mask
    for n in np.flatnonzero(masks.any((1, 2))):
        frame = frame_of(masks[n].astype(np.float32))
        zoom = size_px / (2 * frame.half_px)
        lens = Perspective(
            focal_px=MEASURE_FOCAL_PX * zoom,
            translations_mm=away,
            principal_px=(
                size_px / 2 - (frame.x_px - MEASURE_PX / 2) * zoom,
                size_px / 2 - (frame.y_px - MEASURE_PX / 2) * zoom,
            ),
        )
        unit = DISTANCE_RADII * frame.half_px / MEASURE_FOCAL_PX
        yield Framed(number=int(n), lens=lens, unit=unit)
