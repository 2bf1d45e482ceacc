"""One step of a pose towards the photo's outline, in bare arrays.

Knows numbers only; vision/pose.py says what they mean.
Method: point-to-line distances of paired contour points, seven unknowns, damped and robust least
squares. A contour point moves with the surface point it shows, which holds to first order on a
rim: Harris and Stennett, RAPID, BMVC 1990; Drummond and Cipolla, TPAMI 2002.
"""

# ruff: noqa: PLR0913, PLR0917  compiled loops take bare arrays, one call a picture

import numpy as np
from numpy.typing import NDArray

from vision.compiled import compiled

UNKNOWNS = 7
#: Distance from which a contour point counts linearly, not squared.
HUBER_PX = 1.5
#: How far back from a contour point the surface lies that it shows; vision/outlines.py, RIM_PX.
RIM_PX = 0.4
#: How firmly the distance is held near where it started, per unit of its logarithm.
DISTANCE_PRIOR = 800.0
#: Levenberg damping of turns (per radian) and of the other unknowns.
TURN_DAMPING, DAMPING = 600.0, 20.0
#: Weight of all pairs together.
PAIRS_WEIGHT = 400.0
#: Longest turn of one step in radians, largest change of the logarithms of scale and distance.
LONGEST_TURN, LARGEST_ZOOM, LARGEST_MOVE = 0.35, 0.5, 1.0
NEAREST_RADII, FARTHEST_RADII = 1.6, 60.0
#: A pivot below this is none, an angle below it no turn.
TINY = 1e-9


@compiled
def step_towards(
    pose: NDArray[np.float32], nearness: NDArray[np.float32], points: NDArray[np.float32],
    outline: NDArray[np.float32], pairs: NDArray[np.int32], weights: NDArray[np.float32],
    count: int, start_radii: float,
) -> None:  # fmt: skip
    """Move a pose (13,) by the step that brings its paired points nearest."""
    normal = np.zeros((UNKNOWNS, UNKNOWNS))
    for a in range(UNKNOWNS):
        normal[a, a] = TURN_DAMPING if a < 3 else DAMPING  # noqa: PLR2004  three turns first
    normal[6, 6] += DISTANCE_PRIOR
    right, step = np.zeros(UNKNOWNS), np.zeros(UNKNOWNS)
    right[6] = DISTANCE_PRIOR * np.log(start_radii / pose[12])
    equations(pose, nearness, points, outline, pairs, weights, count, normal, right)
    solve(normal, right, step)
    move(pose, step)


@compiled
def equations(
    pose: NDArray[np.float32], nearness: NDArray[np.float32], points: NDArray[np.float32],
    outline: NDArray[np.float32], pairs: NDArray[np.int32], weights: NDArray[np.float32],
    count: int, normal: NDArray[np.float64], right: NDArray[np.float64],
) -> None:  # fmt: skip
    """Add every pair's point-to-line distance to the normal equations (lower triangle)."""
    size = nearness.shape[0]
    row = np.zeros(UNKNOWNS)
    for k in range(count):
        m, q = pairs[k, 0], pairs[k, 1]
        nx, ny = outline[q, 2] + points[m, 2], outline[q, 3] + points[m, 3]
        length = np.sqrt(nx * nx + ny * ny)
        nx, ny = nx / length, ny / length
        off = (outline[q, 0] - points[m, 0]) * nx + (outline[q, 1] - points[m, 1]) * ny
        # the surface that this contour point shows is drawn in the pixel it stands out from
        x, y = int(points[m, 0] - RIM_PX * points[m, 2]), int(points[m, 1] - RIM_PX * points[m, 3])
        slopes(pose, points[m], nearness[y, x], size / 2, nx, ny, row)
        weight = PAIRS_WEIGHT * weights[k] * min(1.0, HUBER_PX / max(abs(off), 1e-6))
        for a in range(UNKNOWNS):
            right[a] += weight * row[a] * off
            for b in range(a + 1):
                normal[a, b] += weight * row[a] * row[b]


@compiled
def slopes(
    pose: NDArray[np.float32], point: NDArray[np.float32], near: float, half: float,
    nx: float, ny: float, row: NDArray[np.float64],
) -> None:  # fmt: skip
    """How far a contour point moves along (nx, ny), in px per unit of each unknown.

    Unknowns: turns about x, y, z, shift aside and down in radii, logarithms of scale and distance.
    """
    focal, z = pose[11] * pose[12], 1 / near
    out_x, out_y = point[0] - half, point[1] - half
    px, py, pz = out_x * z / focal - pose[9], out_y * z / focal - pose[10], z - pose[12]
    gx, gy, gz = focal / z * nx, focal / z * ny, -(out_x * nx + out_y * ny) / z
    row[0] = gz * py - gy * pz
    row[1] = gx * pz - gz * px
    row[2] = gy * px - gx * py
    row[3], row[4] = gx, gy
    row[5] = out_x * nx + out_y * ny
    row[6] = row[5] * pz / z


@compiled
def solve(
    normal: NDArray[np.float64], right: NDArray[np.float64], step: NDArray[np.float64]
) -> None:
    """Normal equations by Cholesky, in place; where the matrix is not positive the step is zero."""
    n = right.shape[0]
    step[:] = 0
    if not factor(normal):
        return
    for i in range(n):
        value = right[i]
        for k in range(i):
            value -= normal[i, k] * step[k]
        step[i] = value / normal[i, i]
    for i in range(n - 1, -1, -1):
        value = step[i]
        for k in range(i + 1, n):
            value -= normal[k, i] * step[k]
        step[i] = value / normal[i, i]


@compiled
def factor(matrix: NDArray[np.float64]) -> bool:
    """Cholesky of the lower triangle in place; False where the matrix is not positive."""
    for j in range(matrix.shape[0]):
        for i in range(j, matrix.shape[0]):
            value = matrix[i, j]
            for k in range(j):
                value -= matrix[i, k] * matrix[j, k]
            if i == j and value <= TINY:
                return False
            matrix[i, j] = np.sqrt(value) if i == j else value / matrix[j, j]
    return True


@compiled
def move(pose: NDArray[np.float32], step: NDArray[np.float64]) -> None:
    """Apply a step of the unknowns to a pose; a turn no longer than LONGEST_TURN."""
    angle = np.sqrt(step[0] ** 2 + step[1] ** 2 + step[2] ** 2)
    if angle > TINY:
        a, b, c = step[0] / angle, step[1] / angle, step[2] / angle
        short = min(angle, LONGEST_TURN)
        s, t = np.sin(short), 1 - np.cos(short)
        turn = np.array([
            [1 + t * (a * a - 1), t * a * b - s * c, t * a * c + s * b],
            [t * a * b + s * c, 1 + t * (b * b - 1), t * b * c - s * a],
            [t * a * c - s * b, t * b * c + s * a, 1 + t * (c * c - 1)],
        ])  # fmt: skip
        before = pose[:9].copy()
        for i in range(3):
            for j in range(3):
                pose[3 * i + j] = (
                    turn[i, 0] * before[j] + turn[i, 1] * before[3 + j] + turn[i, 2] * before[6 + j]
                )
    pose[9] += step[3]
    pose[10] += step[4]
    pose[11] *= np.exp(min(max(step[5], -LARGEST_ZOOM), LARGEST_ZOOM))
    farther = pose[12] * np.exp(min(max(step[6], -LARGEST_MOVE), LARGEST_MOVE))
    pose[12] = min(max(farther, NEAREST_RADII), FARTHEST_RADII)
