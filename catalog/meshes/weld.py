"""Weld corners that lie at the same place, so that triangles know their neighbours.

Knows coordinates only. Same place means the same float32 numbers, which is what an STL can say;
files that keep shared corners lose nothing by it.
"""

import numpy as np
from numpy.typing import NDArray

from catalog.meshes.shapes import Points

_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9))


def weld(vertices_mm: Points, faces: NDArray[np.integer]) -> tuple[Points, NDArray[np.int32]]:
    """Join equal corners and drop unused ones."""
    used = used_corners(faces, of=len(vertices_mm))
    compact = np.zeros(len(vertices_mm), dtype=np.int64)
    compact[used] = np.arange(len(used))
    points = vertices_mm[used]
    exact = points.astype(np.float32) + np.float32(0.0)  # -0.0 becomes 0.0
    _, first, inverse = np.unique(_hashes(exact), return_index=True, return_inverse=True)
    if not np.array_equal(exact[first][inverse], exact):  # two places share a hash: once in an age
        _, first, inverse = np.unique(exact, axis=0, return_index=True, return_inverse=True)
    return points[first], inverse.reshape(-1)[compact[faces]].astype(np.int32)


def used_corners(faces: NDArray[np.integer], *, of: int) -> NDArray[np.int64]:
    """The corners that triangles use, of so many, rising; much quicker than sorting them."""
    used = np.zeros(of, dtype=np.bool_)
    used[faces] = True
    return np.flatnonzero(used)


def _hashes(points: NDArray[np.float32]) -> NDArray[np.uint64]:
    bits = np.ascontiguousarray(points).view(np.uint32).astype(np.uint64)
    with np.errstate(over="ignore"):
        mixed = bits[:, 0] * _MIX[0]
        for axis in (1, 2):
            mixed = (mixed ^ (mixed >> np.uint64(29)) ^ bits[:, axis]) * _MIX[axis]
        return mixed ^ (mixed >> np.uint64(32))
