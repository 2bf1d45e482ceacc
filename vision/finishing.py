"""Turn a camera's raw picture into a preview: lines drawn in, averaged down, alpha from depth.

Knows pixels only. A line is where neighbouring surfaces break apart in depth or direction.
"""

# ruff: noqa: C901  compiled loops take bare arrays, one call a picture

import numpy as np
from numpy.typing import NDArray

from vision.compiled import compiled

#: Drawn larger and averaged, because EGL's own smoothing leaves steps.
FINER = 2
#: How much darker a line is drawn where depth or direction breaks.
LINE = 0.45
#: Beyond this angle between neighbours' normals an edge is drawn.
CREASE_COSINE = 0.82
#: Depth of the background: behind everything.
_BACKDROP = 99.0


def finished(
    colour: NDArray[np.uint8], depth: NDArray[np.float32], *, field_rad: float
) -> NDArray[np.uint8]:
    """The picture (S / FINER, S / FINER, 4) of colour (S, S, 4) and depth (S, S), 0 = nothing."""
    side = len(depth) // FINER
    picture = np.zeros((side, side, 4), np.uint8)
    behind = np.where(depth > 0, depth, np.float32(_BACKDROP))
    pixel = np.float32(2 * np.tan(field_rad / 2) / len(depth))
    average(colour, behind, lines(behind, pixel), picture)
    return picture


@compiled
def lines(depth: NDArray[np.float32], pixel: np.float32) -> NDArray[np.uint8]:
    """1 where a line is (H, W), 0 elsewhere; a pixel is so wide at depth 1."""
    height, width = depth.shape
    half, one = np.float32(0.5), np.float32(1)
    normal = np.zeros((height, width, 3), np.float32)  # the background's stays nought: no match
    for y in range(height):
        up, down = max(y - 1, 0), min(y + 1, height - 1)
        for x in range(width):
            here = depth[y, x]
            if here >= np.float32(_BACKDROP):
                continue
            left, right = max(x - 1, 0), min(x + 1, width - 1)
            step = here * pixel
            across = (depth[y, right] - depth[y, left]) / step
            along = (depth[down, x] - depth[up, x]) / step
            across *= half if right - left > 1 else one
            along *= half if down - up > 1 else one
            length = one / np.sqrt(across * across + along * along + one)
            normal[y, x, 0], normal[y, x, 1] = across * length, along * length
            normal[y, x, 2] = length
    found = np.zeros((height, width), np.uint8)
    for y in range(1, height - 1):
        for x in range(1, width - 1):
            if depth[y, x] >= np.float32(_BACKDROP):
                continue
            sideways = np.float32(0)
            upright = np.float32(0)
            for axis in range(3):
                sideways += normal[y, x + 1, axis] * normal[y, x - 1, axis]
                upright += normal[y + 1, x, axis] * normal[y - 1, x, axis]
            if sideways < np.float32(CREASE_COSINE) or upright < np.float32(CREASE_COSINE):
                found[y, x] = 1
    return found


@compiled
def average(
    colour: NDArray[np.uint8],
    depth: NDArray[np.float32],
    line: NDArray[np.uint8],
    picture: NDArray[np.uint8],
) -> None:
    """Fill the picture (H, W, 4): colour is averaged over the part alone, alpha says how much."""
    total = np.zeros(3, np.float32)
    for y in range(picture.shape[0]):
        for x in range(picture.shape[1]):
            total[:] = 0
            inside = 0
            for at_y in range(y * FINER, (y + 1) * FINER):
                for at_x in range(x * FINER, (x + 1) * FINER):
                    if depth[at_y, at_x] >= np.float32(_BACKDROP):
                        continue
                    inside += 1
                    share = np.float32(1) - np.float32(LINE) * line[at_y, at_x]
                    for band in range(3):
                        total[band] += share * colour[at_y, at_x, band]
            if inside == 0:
                continue
            for band in range(3):
                picture[y, x, band] = np.uint8(total[band] / inside + np.float32(0.5))
            picture[y, x, 3] = np.uint8(inside * 255 / (FINER * FINER) + 0.5)
