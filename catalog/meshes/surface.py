"""How far points lie from a surface.

Knows triangles only. The nearest triangles are found through samples spread over them, the
distance to each is exact.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from catalog.meshes.measures import areas
from catalog.meshes.shapes import MeshArrays, Points

_SAMPLES = 12_000
_NEAREST = 10
_SEED = 7
#: More points than this off the surface are no accident of sampling.
_DOUBTFUL_MAX = 40


class Surface:
    """A mesh made ready for asking how far points are from it.

    Attributes:
        corners_mm: (V, 3) the corners that its triangles use.
    """

    def __init__(self, mesh: MeshArrays) -> None:
        self._triangles = mesh.corners()
        used, first_side = np.unique(mesh.faces, return_index=True)
        self.corners_mm = mesh.vertices_mm[used]
        samples, owner = _spread(self._triangles)
        # corners find the slivers that samples by area miss
        self._samples = np.concatenate([samples, self.corners_mm])
        self._owner = np.concatenate([owner, first_side // 3])
        self._tree = cKDTree(self._samples)

    def roughly(self, points: Points) -> NDArray[np.float64]:
        """Distance of each point to the nearest sample: an upper bound, quick."""
        distance, _ = self._tree.query(points)
        return np.asarray(distance, dtype=np.float64)

    def holds(self, points: Points, *, tolerance_mm: float) -> bool:
        """Whether each point lies within the tolerance."""
        doubtful = points[np.linalg.norm(self.nearest(points) - points, axis=1) > tolerance_mm]
        if len(doubtful) > _DOUBTFUL_MAX:
            return False
        return all(self._distance(point) <= tolerance_mm for point in doubtful)

    def _distance(self, point: Points) -> float:
        """To all triangles: slow and exact."""
        everywhere = _on_triangles(
            np.broadcast_to(point, (len(self._triangles), 3)), self._triangles
        )
        return float(np.linalg.norm(everywhere - point, axis=1).min())

    def nearest(self, points: Points) -> Points:
        """The nearest point of the surface to each point; seldom one a little further away."""
        count = min(_NEAREST, len(self._samples))
        _, near = self._tree.query(points, k=count)
        owners = self._owner[near.reshape(len(points), count)]
        flat = self._triangles[owners.reshape(-1)]
        found = _on_triangles(np.repeat(points, count, axis=0), flat)
        found = found.reshape(len(points), count, 3)
        distance = np.linalg.norm(found - points[:, None, :], axis=2)
        chosen = found[np.arange(len(points)), distance.argmin(axis=1)]
        return np.asarray(chosen, dtype=np.float64)


def _spread(triangles: Points) -> tuple[Points, NDArray[np.int64]]:
    """Points on the surface, evenly by area, and each triangle's middle, and whose they are."""
    chance = np.random.default_rng(_SEED)
    weight = areas(triangles)
    wanted = min(_SAMPLES, 40 * len(triangles))
    owner = chance.choice(len(triangles), size=wanted, p=weight / weight.sum())
    share = chance.random((wanted, 2))
    share = np.where(share.sum(axis=1, keepdims=True) > 1, 1 - share, share)
    a, b, c = triangles[owner].transpose(1, 0, 2)
    samples = a + share[:, :1] * (b - a) + share[:, 1:] * (c - a)
    everyone = np.arange(len(triangles))
    return np.concatenate([samples, triangles.mean(axis=1)]), np.concatenate([owner, everyone])


def _on_triangles(points: Points, triangles: Points) -> Points:
    """The nearest point on each triangle to each point, row by row."""
    a, b, c = triangles[:, 0], triangles[:, 1], triangles[:, 2]
    best = _inside(points, a, b, c)
    for start, end in ((a, b), (b, c), (c, a)):
        candidate = _on_segments(points, start, end)
        nearer = ~(_squared(best - points) <= _squared(candidate - points))
        best = np.where(nearer[:, None], candidate, best)
    return best


def _inside(points: Points, a: Points, b: Points, c: Points) -> Points:
    """The foot on the triangle's plane where it lies inside, else far away."""
    u, v, w = b - a, c - a, points - a
    uu, uv, vv = _dot(u, u), _dot(u, v), _dot(v, v)
    wu, wv = _dot(w, u), _dot(w, v)
    area = uu * vv - uv * uv
    with np.errstate(divide="ignore", invalid="ignore"):
        s, t = (vv * wu - uv * wv) / area, (uu * wv - uv * wu) / area
        inside = (s >= 0) & (t >= 0) & (s + t <= 1)
    foot = a + np.where(inside, s, 0)[:, None] * u + np.where(inside, t, 0)[:, None] * v
    return np.where(inside[:, None], foot, np.inf)


def _on_segments(points: Points, start: Points, end: Points) -> Points:
    along = end - start
    length = np.maximum(_dot(along, along), np.finfo(np.float64).tiny)
    share = np.clip(_dot(points - start, along) / length, 0, 1)
    return start + share[:, None] * along


def _dot(one: Points, other: Points) -> NDArray[np.float64]:
    return np.asarray(np.einsum("ni,ni->n", one, other), dtype=np.float64)


def _squared(vectors: Points) -> NDArray[np.float64]:
    return _dot(vectors, vectors)
