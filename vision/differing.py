"""Where two drawings from the same side differ.

Knows depth and directions only. A pixel differs when no pixel of the other drawing, there or next
to it, has nearly its depth and nearly its direction: edges that lie a pixel apart are the same.
"""

import numpy as np
from numpy.typing import NDArray

from vision.compiled import compiled
from vision.drawing import draw_all
from vision.pose import Solid

#: Depths, in radii of the first part, and directions (cosine of 25 degrees) that count as equal.
DEPTH, COSINE = np.float32(0.008), np.float32(0.906)
#: The camera's distance in radii, and how much of the picture the first part's sphere fills.
AWAY, FILL = 3.0, 0.86
#: Pixels without which a drawing cannot be levelled.
FEWEST = 12


def drawings(
    solid: Solid, rotations: NDArray[np.float64], *, size_px: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Depth (N, S, S), 0 where there is nothing, and normals (N, S, S, 3) under parallel rays.

    The origin is in the middle of the picture, a radius of one fills it; solids drawn like this
    can be compared pixel by pixel, which those of `render_views` cannot: it centres each.
    """
    count = len(rotations)
    depth = np.zeros((count, size_px, size_px), np.float32)
    normals = np.zeros((count, size_px, size_px, 3), np.float32)
    draw_all(
        solid.vertices,
        solid.faces,
        np.ascontiguousarray(rotations, np.float32),
        np.tile(np.array([0, 0, AWAY], np.float32), (count, 1)),
        np.array([FILL * size_px / 2, size_px / 2, size_px / 2, 2 * AWAY], np.float32),
        depth,
        normals,
    )
    return depth, normals


def levelled(depth: NDArray[np.float32], other_depth: NDArray[np.float32]) -> NDArray[np.float32]:
    """The other drawings (N, S, S) moved and tilted away from the viewer onto the first ones.

    A photo shows no distance: only what is left over after that is seen, as an edge or a shade.
    """
    moved = other_depth.copy()
    for here, there in zip(depth, moved, strict=True):
        both = (here > 0) & (there > 0)
        if np.count_nonzero(both) < FEWEST:
            continue
        rows, columns = np.nonzero(both)
        plane = np.stack([np.ones(len(rows)), rows, columns], axis=1)
        apart = here[both] - there[both]
        kept = np.ones(len(apart), bool)
        for _ in range(2):  # then again without what stands out
            fit = np.linalg.lstsq(plane[kept], apart[kept])[0]
            left = np.abs(apart - plane @ fit)
            kept = left <= np.median(left)
        there[both] += (plane @ fit).astype(np.float32)
    return moved


@compiled
def differing(
    depth: NDArray[np.float32],
    normals: NDArray[np.float32],
    other_depth: NDArray[np.float32],
    other_normals: NDArray[np.float32],
    marks: NDArray[np.uint8],
) -> None:
    """Set marks (N, S, S) where the first drawing shows what the other does not."""
    for n in range(depth.shape[0]):
        for y in range(depth.shape[1]):
            for x in range(depth.shape[2]):
                found = is_there(depth[n], normals[n], other_depth[n], other_normals[n], y, x)
                marks[n, y, x] = 0 if found else 1


@compiled
def is_there(  # noqa: PLR0913, PLR0917  compiled loops take bare arrays
    depth: NDArray[np.float32],
    normals: NDArray[np.float32],
    other_depth: NDArray[np.float32],
    other_normals: NDArray[np.float32],
    y: int,
    x: int,
) -> bool:
    """Whether the other drawing has this pixel's surface there or next to it."""
    side, here = depth.shape[0], depth[y, x]
    for yy in range(max(0, y - 1), min(side, y + 2)):
        for xx in range(max(0, x - 1), min(side, x + 2)):
            there = other_depth[yy, xx]
            if here <= 0 and there <= 0:
                return True
            if here <= 0 or there <= 0 or abs(here - there) > DEPTH:
                continue
            cosine = np.float32(0)
            for k in range(3):
                cosine += normals[y, x, k] * other_normals[yy, xx, k]
            if cosine >= COSINE:
                return True
    return False
