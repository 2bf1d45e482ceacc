"""Draw two look-alikes from the side that tells them apart, what differs marked.

Knows triangles, a placement and a colour only: no name, no number.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_opening

from vision.closer import solid_of
from vision.differing import levelled
from vision.look_alikes import Resemblance, both_ways
from vision.pose import Solid
from vision.previews import RgbaImage
from vision.print_colours import Colour
from vision.quick_render import FINER, MARGIN, shaded
from vision.shapes import Pose
from vision.sight import Sight, Window, sight, window_around
from vision.viewpoints import look_from

#: From so far away, in radii, rays are nearly parallel.
AWAY = 40.0
#: Side of the pictures in which differences are looked for.
MARKED_PX = 192
#: What differs is tinted so strongly in this colour, which no button has.
MARK, STRENGTH = np.array([255, 128, 0], float), 0.6


def drawn_apart(
    first: NDArray[np.float32],
    second: NDArray[np.float32],
    resemblance: Resemblance,
    *,
    colour: Colour,
    size_px: int,
) -> tuple[RgbaImage, RgbaImage] | None:
    """Two triangle soups (F, 3, 3) in mm, seen from where they differ most; None: nowhere."""
    side = resemblance.deciding_side()
    if side is None:
        return None
    one, other = _in_one_frame(first, second, resemblance)
    pose = Pose(
        rotation=look_from(side), shift_radii=(0.0, 0.0, AWAY), focal_px=AWAY, middle_px=(0.0, 0.0)
    )
    window = _around_both(window_around(one, pose, margin=MARGIN),
                          window_around(other, pose, margin=MARGIN))  # fmt: skip
    marks = _marks(*(_seen(solid, pose, window, MARKED_PX) for solid in (one, other)))
    pictures = [
        shaded(_seen(solid, pose, window, size_px * FINER), colour=colour) for solid in (one, other)
    ]
    return _tinted(pictures[0], marks), _tinted(pictures[1], marks)


def _in_one_frame(
    first: NDArray[np.float32], second: NDArray[np.float32], resemblance: Resemblance
) -> tuple[Solid, Solid]:
    """The second laid on the first, and both in the first's radii."""
    corners = first.reshape(-1, 3)
    middle = (corners.min(0) + corners.max(0)) / 2
    radius = float(np.sqrt(((corners - middle) ** 2).sum(1).max())) or 1.0
    placed = resemblance.placement.placed(second.reshape(-1, 3).astype(np.float64))
    other = Solid(
        vertices=np.ascontiguousarray((placed - middle) / radius, dtype=np.float32),
        faces=np.arange(len(placed), dtype=np.int32).reshape(-1, 3),
    )
    return solid_of(first), other


def _around_both(one: Window, other: Window) -> Window:
    left, top = min(one[0], other[0]), min(one[1], other[1])
    right, bottom = max(one[2], other[2]), max(one[3], other[3])
    half = max(right - left, bottom - top) / 2
    x, y = (left + right) / 2, (top + bottom) / 2
    return (x - half, y - half, x + half, y + half)


def _seen(solid: Solid, pose: Pose, window: Window, side_px: int) -> Sight:
    return sight(solid, pose, window=window, size=(side_px, side_px))


def _marks(one: Sight, other: Sight) -> NDArray[np.bool_]:
    """(MARKED_PX, MARKED_PX): where they differ by more than a speck."""
    depths = [_depth(each)[None] for each in (one, other)]
    normals = [_normals(each)[None] for each in (one, other)]
    levelled_other = levelled(depths[0], depths[1])
    marks = both_ways(depths[0], normals[0], levelled_other, normals[1])[0]
    opened: NDArray[np.bool_] = binary_opening(marks)
    return opened if opened.any() else marks


def _depth(seen: Sight) -> NDArray[np.float32]:
    with np.errstate(divide="ignore"):
        depth = np.where(seen.nearness > 0, 1 / seen.nearness, 0)
    return depth.astype(np.float32)


def _normals(seen: Sight) -> NDArray[np.float32]:
    normals = seen.planes[seen.owner, :3]
    return np.where(seen.nearness[..., None] > 0, normals, 0).astype(np.float32)


def _tinted(picture: RgbaImage, marks: NDArray[np.bool_]) -> RgbaImage:
    rows = np.arange(picture.shape[0]) * len(marks) // picture.shape[0]
    columns = np.arange(picture.shape[1]) * len(marks) // picture.shape[1]
    there = marks[rows[:, None], columns[None]] & (picture[..., 3] > 0)
    tinted = picture.copy()
    mixed = picture[there, :3] * (1 - STRENGTH) + MARK * STRENGTH
    tinted[there, :3] = mixed.astype(np.uint8)
    return tinted
