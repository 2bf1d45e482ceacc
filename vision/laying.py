"""Lay a part on a crop, many times a second: what it covers and how near, nothing else.

Knows numbers only; vision/pose.py says what they mean, vision/drawing.py what a pose is.
The same pictures as vision/drawing.py makes, without faces' numbers. Of a closed part the faces
that look away are left out: every point of them lies behind one that looks here. That halves a
drawing, which is most of what a fit costs: 190 us became 92 for 2,700 faces at 96 px (2026-11-21).
"""

# ruff: noqa: PLR0913, PLR0917  compiled loops take bare arrays, one call a picture

import numpy as np
from numpy.typing import NDArray

from vision.compiled import compiled
from vision.drawing import EDGE_ON_PX2, NEAR_SHARE

#: First guess of a pose's scale, as a share of the picture's side.
FIRST_SCALE = 0.4
ZERO, HALF, ONE = np.float32(0), np.float32(0.5), np.float32(1)
NEAR, EDGE_ON = np.float32(NEAR_SHARE), np.float32(EDGE_ON_PX2)


def closed(vertices: NDArray[np.float32], faces: NDArray[np.int32]) -> bool:
    """Whether every edge is walked as often one way as the other, and faces look outwards."""
    here = faces.astype(np.int64).ravel()
    there = np.roll(faces, -1, axis=1).astype(np.int64).ravel()
    count = len(vertices)
    if not np.array_equal(np.sort(here * count + there), np.sort(there * count + here)):
        return False
    a, b, c = np.moveaxis(vertices[faces].astype(np.float64), 1, 0)
    return bool(np.einsum("fi,fi->", a, np.cross(b, c)) > 0)


@compiled
def lay(
    vertices: NDArray[np.float32], faces: NDArray[np.int32], is_closed: bool,  # noqa: FBT001
    pose: NDArray[np.float32], screen: NDArray[np.float32], nearness: NDArray[np.float32],
    mask: NDArray[np.uint8],
) -> None:  # fmt: skip
    """Draw the part in its pose (13,): nearness (S, S), mask (S, S) of 0 and 1.

    screen (V, 3) is written over: x px, y px, nearness (0 = behind the camera).
    """
    size = nearness.shape[0]
    project(vertices, pose, np.float32(size) * HALF, screen)
    nearness[:] = 0
    cover(screen, faces, is_closed, nearness)
    for y in range(size):
        for x in range(size):
            mask[y, x] = 1 if nearness[y, x] > 0 else 0


@compiled
def project(
    vertices: NDArray[np.float32], pose: NDArray[np.float32], half: np.float32,
    screen: NDArray[np.float32],
) -> None:  # fmt: skip
    """Where the corners stand on the screen."""
    deepest = ZERO
    for v in range(vertices.shape[0]):
        x, y, z = vertices[v, 0], vertices[v, 1], vertices[v, 2]
        screen[v, 0] = pose[0] * x + pose[1] * y + pose[2] * z + pose[9]
        screen[v, 1] = pose[3] * x + pose[4] * y + pose[5] * z + pose[10]
        screen[v, 2] = pose[6] * x + pose[7] * y + pose[8] * z + pose[12]
        deepest = max(deepest, screen[v, 2])
    focal = pose[11] * pose[12]
    for v in range(vertices.shape[0]):
        depth = screen[v, 2]
        if depth <= deepest * NEAR:
            screen[v, 2] = 0
            continue
        screen[v, 0] = screen[v, 0] * focal / depth + half
        screen[v, 1] = screen[v, 1] * focal / depth + half
        screen[v, 2] = ONE / depth


@compiled
def cover(
    screen: NDArray[np.float32], faces: NDArray[np.int32], is_closed: bool,  # noqa: FBT001
    nearness: NDArray[np.float32],
) -> None:  # fmt: skip
    """Keep in each pixel (S, S) the largest nearness of the triangles that cover it."""
    side = np.float32(nearness.shape[0])
    for f in range(faces.shape[0]):
        a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
        ax, ay, bx, by = screen[a, 0], screen[a, 1], screen[b, 0], screen[b, 1]
        cx, cy = screen[c, 0], screen[c, 1]
        area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        if is_closed and area >= ZERO:
            continue
        left, right = min(ax, bx, cx), max(ax, bx, cx)
        top, bottom = min(ay, by, cy), max(ay, by, cy)
        # first and last pixel whose centre can lie inside; small triangles mostly have none
        first_x, last_x = int(max(left + HALF, ZERO)), int(min(right + HALF, side)) - 1
        first_y, last_y = int(max(top + HALF, ZERO)), int(min(bottom + HALF, side)) - 1
        if first_x > last_x or first_y > last_y or abs(area) < EDGE_ON:
            continue
        na, nb, nc = screen[a, 2], screen[b, 2], screen[c, 2]
        if min(na, nb, nc) <= ZERO:
            continue
        fill(
            (first_x, last_x, first_y, last_y), (first_x + HALF - ax, first_y + HALF - ay),
            (bx - ax, by - ay, cx - ax, cy - ay), ONE / area, (na, nb - na, nc - na), nearness,
        )  # fmt: skip


@compiled
def fill(
    box: tuple[int, int, int, int], start: tuple[np.float32, np.float32],
    sides: tuple[np.float32, np.float32, np.float32, np.float32], inverse: np.float32,
    near: tuple[np.float32, np.float32, np.float32], nearness: NDArray[np.float32],
) -> None:  # fmt: skip
    """One triangle's pixels, row by row; slivers fill little of their box, so go straight there."""
    first_x, last_x, first_y, last_y = box
    abx, aby, acx, acy = sides
    wb_dx, wb_dy, wc_dx, wc_dy = acy * inverse, -acx * inverse, -aby * inverse, abx * inverse
    wb = start[0] * wb_dx + start[1] * wb_dy
    wc = start[0] * wc_dx + start[1] * wc_dy
    wa_dx, near_dx = -wb_dx - wc_dx, wb_dx * near[1] + wc_dx * near[2]
    over_b, over_c, over_a = over(wb_dx), over(wc_dx), over(wa_dx)
    span = np.float32(last_x - first_x)
    for row in range(first_y, last_y + 1):
        low, high = within(wb, wb_dx, over_b, ZERO, span)
        low, high = within(wc, wc_dx, over_c, low, high)
        low, high = within(ONE - wb - wc, wa_dx, over_a, low, high)
        here = near[0] + wb * near[1] + wc * near[2]
        for step in range(int(np.ceil(low)), int(np.floor(high)) + 1):
            nearest = max(nearness[row, first_x + step], here + np.float32(step) * near_dx)
            nearness[row, first_x + step] = nearest
        wb += wb_dy
        wc += wc_dy


@compiled
def over(slope: np.float32) -> np.float32:
    """Steps after which a weight has fallen by one; 0 where it never does."""
    return -ONE / slope if slope != ZERO else ZERO


@compiled
def within(
    weight: np.float32, slope: np.float32, steps: np.float32, low: np.float32, high: np.float32
) -> tuple[np.float32, np.float32]:
    """The part of low..high where weight + slope * step is not below zero; steps = over(slope)."""
    if slope > ZERO:
        return max(low, weight * steps), high
    if slope < ZERO:
        return low, min(high, weight * steps)
    if weight < ZERO:
        return ONE, ZERO
    return low, high


@compiled
def centred(
    vertices: NDArray[np.float32], faces: NDArray[np.int32], is_closed: bool,  # noqa: FBT001
    pose: NDArray[np.float32], size: int, reach: float,
) -> None:  # fmt: skip
    """Shift and scale a pose so that its mask becomes canonical in a picture of size px."""
    screen = np.empty((vertices.shape[0], 3), np.float32)
    nearness, mask = np.zeros((size, size), np.float32), np.zeros((size, size), np.uint8)
    pose[9], pose[10], pose[11] = 0, 0, size * FIRST_SCALE
    lay(vertices, faces, is_closed, pose, screen, nearness, mask)
    total, sum_x, sum_y, squares = 0.0, 0.0, 0.0, 0.0
    for y in range(size):
        for x in range(size):
            if mask[y, x]:
                dx, dy = x + 0.5 - size / 2, y + 0.5 - size / 2
                total += 1
                sum_x += dx
                sum_y += dy
                squares += dx * dx + dy * dy
    if total == 0:
        return
    mean_x, mean_y = sum_x / total, sum_y / total
    spread = np.sqrt(squares / total - mean_x * mean_x - mean_y * mean_y + 1 / 6)
    pose[9] = -mean_x / pose[11]
    pose[10] = -mean_y / pose[11]
    pose[11] *= size / 2 / (spread * reach)
