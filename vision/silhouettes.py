"""Canonical silhouettes of a part from all around, and of a photo in all rolls.

Knows meshes and masks only: no light, no part's name.
Both are centred on their centroid and scaled by their RMS radius (vision/canonical.py), so that
neither distance nor position in the photo matters. How strong the perspective is does matter:
a part is drawn from four bounding radii away, as near as people hold a phone. A mirrored print
is never taken for its twin, because no photo is tried mirrored.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vision.bits import packed
from vision.canonical import frame_of, resampled, way_back
from vision.framing import framed
from vision.rasteriser import render_views
from vision.shapes import Mask, Mesh

#: Side of a stored silhouette; 64 words of 64 bits.
SIZE_PX = 64


def silhouettes(mesh: Mesh, rotations: NDArray[np.float64]) -> NDArray[np.uint64]:
    """Canonical silhouettes (N, 64) of bits, one per rotation (N, 3, 3)."""
    sized = unit_sized(mesh)
    masks = np.zeros((len(rotations), SIZE_PX, SIZE_PX), bool)
    for view in framed(sized, rotations, size_px=SIZE_PX):
        turn = rotations[view.number : view.number + 1]
        drawn = render_views(sized, turn, size_px=SIZE_PX, camera=view.lens)
        masks[view.number] = drawn.mask[0]
    return packed(masks)


def unit_sized(mesh: Mesh) -> Mesh:
    """The mesh with its box's centre at the origin and its farthest vertex at distance one."""
    middle = (mesh.vertices_mm.min(0) + mesh.vertices_mm.max(0)) / 2
    radius = float(np.sqrt(((mesh.vertices_mm - middle) ** 2).sum(1).max()))
    return Mesh(vertices_mm=(mesh.vertices_mm - middle) / (radius or 1.0), faces=mesh.faces)


def roll_patterns(mask: Mask, rolls: int) -> NDArray[np.uint64]:
    """A photo's mask (H, W) as bits (rolls, 64), turned back by each roll.

    Pattern k fits a stored silhouette of rotation R where the print lies at
    `roll(360 * k / rolls) @ R`.
    """
    frame = frame_of(mask)
    fine = resampled(Image.fromarray(mask), frame, size_px=2 * SIZE_PX, outside=0)
    return packed(np.stack([_turned_back(fine, 360 * k / rolls) for k in range(rolls)]))


def _turned_back(fine: NDArray[Any], angle_deg: float) -> NDArray[np.bool_]:
    """Pattern(p) = photo(roll @ p) at half the size."""
    way = way_back(angle_deg, from_px=len(fine), to_px=SIZE_PX, finer=2)
    picture = Image.fromarray(fine).transform(
        (SIZE_PX, SIZE_PX), Image.Transform.AFFINE, way, Image.Resampling.BILINEAR
    )
    return np.asarray(picture) >= 0.5  # noqa: PLR2004  the contour of a soft mask
