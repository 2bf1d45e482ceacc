"""Which parts are worth a close comparison: a few numbers of a shape that no turning changes.

Knows meshes only. A sketch holds how far apart points of the surface lie, once for the shape as it
is and once stretched to the same spread along its principal axes, both without size: a mirrored or
scaled copy has the same numbers, a part made longer nearly the same second half. The spread itself
follows, because near twins have the same size.
Method: D2 shape distributions (Osada et al., Shape Distributions, TOG 2002), compared as quantiles.
"""

import numpy as np
from numpy.typing import NDArray

from vision.aligning import Surface
from vision.shapes import Mesh

#: Points on the surface, and how many others each is paired with.
POINTS, PAIRINGS = 2048, 12
#: Numbers of one half of a sketch.
QUANTILES = 32
#: Widths below this share of the longest are not stretched: a sheet has no inside.
FLATTEST = 0.02
GOLDEN = (5**0.5 - 1) / 2
#: Sketches farther apart than this (mean difference in units of the root mean square) belong to
#: parts that nobody takes for each other; benchmarks/look_alikes.py.
NEAR, NEAR_STRETCHED = 0.012, 0.006
#: Parts that are compared closely, the nearest first: of all, and of those of the same size, among
#: which a near twin is found that its relief or a missing piece has moved farther away.
SHORTLIST, OF_SAME_SIZE, NEAR_OF_SAME_SIZE = 4, 3, 0.03
#: Spreads that differ by less, as a logarithm, are one size.
SAME_SIZE = 0.1


def sketch(mesh: Mesh) -> NDArray[np.float32]:
    """(2 * QUANTILES + 3,): the shape as it is, stretched, and its spread in mm, falling."""
    points = surface_points(mesh, count=POINTS).points
    points = points - points.mean(0)
    _, _, axes = np.linalg.svd(points, full_matrices=False)
    along = points @ axes.T
    spread = along.std(0)
    spread = np.maximum(spread, FLATTEST * max(spread[0], 1e-9))
    halves = _distances(points), _distances(along / spread)
    return np.concatenate([*halves, spread]).astype(np.float32)


def likeliest(own: NDArray[np.float32], others: NDArray[np.float32]) -> list[int]:
    """Rows of others (N, 2 * QUANTILES + 3) worth a close comparison, nearest first."""
    if not len(others):
        return []
    shapes, spreads = others[:, : 2 * QUANTILES], others[:, 2 * QUANTILES :]
    apart = np.abs(shapes - own[: 2 * QUANTILES]).reshape(len(others), 2, QUANTILES).mean(2)
    nearness = (apart / (NEAR, NEAR_STRETCHED)).min(1)
    order = np.argsort(nearness, kind="stable")[:SHORTLIST]
    first = [int(row) for row in order if nearness[row] <= 1]
    resized = np.abs(np.log(spreads / own[2 * QUANTILES :])).max(1)
    same_size = (resized <= SAME_SIZE) & (apart[:, 0] <= NEAR_OF_SAME_SIZE)
    nearest = np.argsort(apart[:, 0], kind="stable")
    more = [int(row) for row in nearest if same_size[row] and int(row) not in first]
    return first + more[:OF_SAME_SIZE]


def surface_points(mesh: Mesh, *, count: int) -> Surface:
    """Points spread evenly over the surface; the same for the same mesh.

    Raises:
        ValueError: the mesh has no area.
    """
    corners = mesh.vertices_mm[mesh.faces]
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    areas = np.linalg.norm(across, axis=1)
    reach = np.cumsum(areas)
    if not reach[-1] > 0:
        raise ValueError("a mesh without area has no surface")
    place = (np.arange(count) + 0.5) / count
    face = np.searchsorted(reach, place * reach[-1]).clip(0, len(reach) - 1)
    u, v = (np.arange(count) * GOLDEN) % 1.0, (np.arange(count) * GOLDEN**2 * 3.7) % 1.0
    u = np.sqrt(u)
    weights = np.stack([1 - u, u * (1 - v), u * v], axis=1)
    return Surface(
        points=np.einsum("nk,nki->ni", weights, corners[face]),
        normals=across[face] / np.maximum(areas[face], 1e-30)[:, None],
    )


def _distances(points: NDArray[np.float64]) -> NDArray[np.float64]:
    # a fixed shuffle: neighbours in the list lie on the same triangle
    mixed = points[np.random.default_rng(0).permutation(len(points))]
    apart = np.concatenate([
        np.linalg.norm(mixed - np.roll(mixed, shift, axis=0), axis=1)
        for shift in range(1, PAIRINGS + 1)
    ])  # fmt: skip
    apart /= np.sqrt((apart**2).mean()) or 1.0
    levels = (np.arange(QUANTILES) + 0.5) / QUANTILES
    quantiles: NDArray[np.float64] = np.quantile(apart, levels)
    return quantiles
