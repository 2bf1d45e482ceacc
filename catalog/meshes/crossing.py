"""Find triangles of a mesh that run through each other.

Knows triangles only. Boxes that overlap are found by a sweep along the axis that separates best;
then each side of one triangle is tried against the other. Touching is not crossing: a side must
go through the inside. Triangles in one plane that overlap are not found. A mesh whose sweep would
take more than a second is not looked at, which is most meshes above some 50,000 triangles.
Side against triangle: Möller and Trumbore, Journal of Graphics Tools 2 (1997).
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from catalog.meshes.shapes import Faces, MeshArrays, Points

_PAIRS_MAX = 20_000_000
_PAIRS_AT_ONCE = 1_000_000
#: How far inside, as a share of the side or of the triangle, a crossing must lie.
_INSIDE = 1e-3

Pairs = NDArray[np.int64]


def crossing_triangles(mesh: MeshArrays) -> int | None:
    """How many triangles cross another one; None if looking would take too long."""
    corners = mesh.corners()
    low, high = corners.min(axis=1), corners.max(axis=1)
    axis, total = _best_axis(low, high)
    if total > _PAIRS_MAX:
        return None
    crossing = np.zeros(len(corners), dtype=np.bool_)
    for pairs in _overlapping(low, high, axis):
        apart = pairs[_share_no_corner(mesh.faces, pairs)]
        for one, other in (apart.T, apart.T[::-1]):
            through = _goes_through(corners[one], corners[other])
            crossing[one[through]] = crossing[other[through]] = True
    return int(crossing.sum())


def _best_axis(low: Points, high: Points) -> tuple[int, int]:
    totals = []
    for axis in range(3):
        order = np.argsort(low[:, axis], kind="stable")
        ends = np.searchsorted(low[order, axis], high[order, axis], "right")
        totals.append(int(ends.sum()) - len(low) * (len(low) + 1) // 2)
    axis = int(np.argmin(totals))
    return axis, totals[axis]


def _overlapping(low: Points, high: Points, axis: int) -> Iterator[Pairs]:
    """Pairs of triangles whose boxes overlap, some at a time."""
    order = np.argsort(low[:, axis], kind="stable")
    ends = np.searchsorted(low[order, axis], high[order, axis], "right")
    counts = ends - np.arange(len(order)) - 1
    blocks = np.cumsum(counts) // _PAIRS_AT_ONCE
    for block in np.unique(blocks):
        first = np.flatnonzero(blocks == block)
        many = counts[first]
        one = np.repeat(first, many)
        steps = np.arange(len(one)) - np.repeat(np.cumsum(many) - many, many)
        pairs = np.stack([order[one], order[one + 1 + steps]], axis=1)
        for other in {0, 1, 2} - {axis}:
            a, b = pairs.T
            meet = (low[a, other] <= high[b, other]) & (low[b, other] <= high[a, other])
            pairs = pairs[meet]
        yield pairs


def _share_no_corner(faces: Faces, pairs: Pairs) -> NDArray[np.bool_]:
    one, other = faces[pairs[:, 0]], faces[pairs[:, 1]]
    shared = (one[:, :, None] == other[:, None, :]).any(axis=(1, 2))
    return np.asarray(~shared, dtype=np.bool_)


def _goes_through(sides_of: Points, triangles: Points) -> NDArray[np.bool_]:
    """Whether a side of each triangle goes through the inside of the triangle across from it."""
    found = np.zeros(len(sides_of), dtype=np.bool_)
    for corner in range(3):
        start, end = sides_of[:, corner], sides_of[:, (corner + 1) % 3]
        found |= _pierces(start, end - start, triangles)
    return found


def _pierces(start: Points, side: Points, triangles: Points) -> NDArray[np.bool_]:
    first = triangles[:, 1] - triangles[:, 0]
    second = triangles[:, 2] - triangles[:, 0]
    across = np.cross(side, second)
    slope = np.einsum("ni,ni->n", first, across)
    offset = start - triangles[:, 0]
    turned = np.cross(offset, first)
    with np.errstate(divide="ignore", invalid="ignore"):
        u = np.einsum("ni,ni->n", offset, across) / slope
        v = np.einsum("ni,ni->n", side, turned) / slope
        t = np.einsum("ni,ni->n", second, turned) / slope
        inside = (u > _INSIDE) & (v > _INSIDE) & (u + v < 1 - _INSIDE)
        return np.asarray(inside & (t > _INSIDE) & (t < 1 - _INSIDE), dtype=np.bool_)
