"""Follow outlines and pair their points, in bare arrays.

Knows numbers only; vision/pose.py says what they mean.
An outline is (M, 4) float32: x, y in px and the outward normal there.
"""

# ruff: noqa: PLR0913, PLR0917, C901  compiled loops take bare arrays, one call a picture

import numpy as np
from numpy.typing import NDArray

from vision.compiled import compiled

#: Ways a contour may run in the table of nearest points.
WAYS = 8
#: Pairs farther apart than this are no pairs, whatever the gate.
WIDEST_GATE_PX = 14.0
#: Distance that a contour point without a partner counts as, and the most that any counts.
ALONE_PX = 6.0
#: Cosine that two contour normals must reach to be a pair.
SAME_WAY = 0.3
#: A contour point stands this far out from the centre of its pixel.
RIM_PX = 0.4
#: A distance beyond every gate.
NOWHERE_PX = 99.0


@compiled
def contour(mask: NDArray[np.uint8], points: NDArray[np.float32]) -> int:
    """Write contour points (x, y, normal x, normal y) of a mask (S, S) of 0 and 1; how many.

    Points where the picture ends are left out: the part may go on. Normals look outwards.
    """
    size = mask.shape[0]
    count = 0
    for y in range(1, size - 1):
        for x in range(1, size - 1):
            if not mask[y, x]:
                continue
            if mask[y, x - 1] and mask[y, x + 1] and mask[y - 1, x] and mask[y + 1, x]:
                continue
            gx, gy = np.float32(0), np.float32(0)
            for yy in range(max(y - 2, 0), min(y + 3, size)):
                for xx in range(max(x - 2, 0), min(x + 3, size)):
                    if mask[yy, xx]:
                        gx -= xx - x
                        gy -= yy - y
            length = np.sqrt(gx * gx + gy * gy)
            if length < 1 or count >= points.shape[0]:
                continue
            gx, gy = gx / length, gy / length
            points[count, 0] = x + np.float32(0.5) + gx * np.float32(RIM_PX)
            points[count, 1] = y + np.float32(0.5) + gy * np.float32(RIM_PX)
            points[count, 2], points[count, 3] = gx, gy
            count += 1
    return count


@compiled
def nearest(
    x: float, y: float, nx: float, ny: float, points: NDArray[np.float32], count: int, gate: float
) -> int:
    """Which point that runs the same way is nearest, -1 if none within the gate."""
    best, who = np.float32(gate * gate), -1
    for i in range(count):
        dx, dy = points[i, 0] - x, points[i, 1] - y
        apart = dx * dx + dy * dy
        if apart < best and points[i, 2] * nx + points[i, 3] * ny > SAME_WAY:
            best, who = apart, i
    return who


@compiled
def tabulate(outline: NDArray[np.float32], table: NDArray[np.int16]) -> None:
    """For each way and pixel (WAYS, S, S) the nearest outline point of that way, or -1."""
    size = table.shape[1]
    for way in range(WAYS):
        nx, ny = np.cos(2 * np.pi * way / WAYS), np.sin(2 * np.pi * way / WAYS)
        some = np.empty((outline.shape[0], 4), np.float32)
        index = np.empty(outline.shape[0], np.int16)
        count = 0
        for i in range(outline.shape[0]):
            if outline[i, 2] * nx + outline[i, 3] * ny > SAME_WAY:
                some[count] = outline[i]
                index[count] = i
                count += 1
        for y in range(size):
            for x in range(size):
                who = nearest(x + 0.5, y + 0.5, nx, ny, some, count, WIDEST_GATE_PX + 1)
                table[way, y, x] = index[who] if who >= 0 else -1


@compiled
def paired(
    points: NDArray[np.float32], count: int, outline: NDArray[np.float32],
    table: NDArray[np.int16], gate: float, pairs: NDArray[np.int32], weights: NDArray[np.float32],
) -> tuple[int, float]:  # fmt: skip
    """Pairs (mine, theirs) both ways with weights; how many, and the mean distance in px."""
    size = table.shape[1]
    found, apart = 0, 0.0
    for m in range(count):
        x, y = min(max(int(points[m, 0]), 0), size - 1), min(max(int(points[m, 1]), 0), size - 1)
        turn = np.arctan2(points[m, 3], points[m, 2]) / (2 * np.pi)
        q = table[int(np.floor((turn + 1) * WAYS + 0.5)) % WAYS, y, x]
        far = distance(points, m, outline, q)
        apart += min(far, ALONE_PX) / count
        if far < gate:
            pairs[found, 0], pairs[found, 1], weights[found] = m, q, 1 / count
            found += 1
    for q in range(0, outline.shape[0], 2):  # every second is enough, and this is the slow way
        m = nearest(outline[q, 0], outline[q, 1], outline[q, 2], outline[q, 3], points, count, gate)
        far = distance(points, m, outline, q) if m >= 0 else ALONE_PX
        apart += min(far, ALONE_PX) * 2 / outline.shape[0]
        if m >= 0:
            pairs[found, 0], pairs[found, 1], weights[found] = m, q, 2 / outline.shape[0]
            found += 1
    return found, apart / 2


@compiled
def distance(points: NDArray[np.float32], m: int, outline: NDArray[np.float32], q: int) -> float:
    """Between a point of ours and one of theirs in px; without a partner far beyond any gate."""
    if q < 0 or m < 0:
        return NOWHERE_PX
    dx, dy = outline[q, 0] - points[m, 0], outline[q, 1] - points[m, 1]
    return np.sqrt(dx * dx + dy * dy)  # type: ignore[no-any-return]


@compiled
def overlap(ours: NDArray[np.uint8], theirs: NDArray[np.uint8]) -> float:
    """Intersection over union of two masks (S, S) of 0 and 1."""
    common, union = 0, 0
    for y in range(ours.shape[0]):
        for x in range(ours.shape[1]):
            common += ours[y, x] & theirs[y, x]
            union += ours[y, x] | theirs[y, x]
    return common / union if union else 0.0
