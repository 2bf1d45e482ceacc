"""How the triangles of a mesh hang together: edges, holes, pieces, who faces which way.

Knows indices only. An edge of the table runs from its lower to its higher corner; `forward` says
whether the triangle walks it that way, so two neighbours agree when one walks it forward.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from catalog.meshes.shapes import Faces

_NEIGHBOURS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """Every side of every triangle and the edge it lies on.

    Attributes:
        ends: (E, 2) int64, corners of each edge, lower first.
        of_side: (3 F,) int64, the edge of each side; side i belongs to triangle i % F.
        forward: (3 F,) bool, whether the triangle walks its side from lower to higher corner.
        uses: (E,) int64, how many triangles share each edge.
    """

    ends: NDArray[np.int64]
    of_side: NDArray[np.int64]
    forward: NDArray[np.bool_]
    uses: NDArray[np.int64]

    @property
    def closed(self) -> bool:
        """Every edge has two triangles, which walk it in opposite directions."""
        return bool((self.uses == _NEIGHBOURS).all()) and self.disagreeing() == 0

    def disagreeing(self) -> int:
        """How many edges with two triangles are walked in the same direction by both."""
        forwards = np.bincount(self.of_side, weights=self.forward, minlength=len(self.uses))
        return int(((self.uses == _NEIGHBOURS) & (forwards != 1)).sum())

    def non_manifold(self) -> int:
        """How many edges have more than two triangles."""
        return int((self.uses > _NEIGHBOURS).sum())

    def holes(self) -> int:
        """How many connected rims the edges with one triangle form."""
        rim = self.ends[self.uses == 1]
        if not len(rim):
            return 0
        corners, compact = np.unique(rim, return_inverse=True)
        compact = compact.reshape(-1, 2)
        return _count_groups(compact[:, 0], compact[:, 1], len(corners))


def edges_of(faces: Faces) -> Edges:
    """Index the edges of a welded mesh."""
    first = faces.T.reshape(-1).astype(np.int64)
    second = np.roll(faces, -1, axis=1).T.reshape(-1).astype(np.int64)
    low, high = np.minimum(first, second), np.maximum(first, second)
    keys, of_side, uses = np.unique((low << 32) | high, return_inverse=True, return_counts=True)
    ends = np.stack([keys >> 32, keys & 0xFFFFFFFF], axis=1)
    return Edges(ends=ends, of_side=of_side, forward=first < second, uses=uses)


def pieces_of(faces: Faces, edges: Edges) -> NDArray[np.int64]:
    """Which piece each triangle belongs to, (F,), numbered from 0; pieces share no edge."""
    triangles = len(faces)
    side_triangle = np.arange(3 * triangles) % triangles
    nodes = triangles + len(edges.uses)
    ones = np.ones(3 * triangles, dtype=np.int8)
    graph = coo_array((ones, (side_triangle, triangles + edges.of_side)), shape=(nodes, nodes))
    _, labels = connected_components(graph, directed=False)
    _, numbered = np.unique(labels[:triangles], return_inverse=True)
    return numbered.astype(np.int64)


def wrongly_turned(faces: Faces, edges: Edges) -> NDArray[np.bool_]:
    """Triangles (F,) to turn so that neighbours agree, as far as the surface allows it.

    Turns the smaller half of each piece; which half faces out is not decided here.
    """
    triangles = len(faces)
    pairs, differ = _neighbours(edges, triangles)
    labels, firsts = _groups(pairs, triangles)
    # one more node touches each group, so that a single walk reaches all
    roots = np.stack([firsts, np.full(len(firsts), triangles)], axis=1)
    turned = _parity(
        np.concatenate([pairs, roots]), np.concatenate([differ, np.zeros(len(roots), np.bool_)])
    )[:triangles]
    majority = np.bincount(labels, weights=turned) * 2 > np.bincount(labels)
    return turned ^ majority[labels]


def _groups(
    pairs: NDArray[np.int64], triangles: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    ones = np.ones(len(pairs), dtype=np.int8)
    graph = coo_array((ones, (pairs[:, 0], pairs[:, 1])), shape=(triangles, triangles))
    _, labels = connected_components(graph, directed=False)
    _, firsts = np.unique(labels, return_index=True)
    return labels.astype(np.int64), firsts.astype(np.int64)


def _neighbours(edges: Edges, triangles: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    order = np.argsort(edges.of_side, kind="stable")
    starts = np.cumsum(edges.uses) - edges.uses
    first = starts[edges.uses == _NEIGHBOURS]
    sides = np.stack([order[first], order[first + 1]], axis=1)
    differ = edges.forward[sides[:, 0]] == edges.forward[sides[:, 1]]
    return sides % triangles, differ


def _parity(pairs: NDArray[np.int64], differ: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """For each node, whether an odd number of differing steps leads to it from the last node."""
    nodes = int(pairs.max()) + 1
    both = np.concatenate([pairs, pairs[:, ::-1]])
    graph = coo_array(
        (np.ones(len(both), dtype=np.int8), (both[:, 0], both[:, 1])), shape=(nodes, nodes)
    )
    _, before = breadth_first_order(graph.tocsr(), nodes - 1, directed=False)
    tree = np.where(before < 0, np.arange(nodes), before).astype(np.int64)
    parity = _differ_from(tree, both, np.tile(differ, 2))
    while True:  # each node jumps to its ancestor's ancestor: log2(depth) rounds
        parity = parity ^ parity[tree]
        jumped = tree[tree]
        if np.array_equal(jumped, tree):
            return parity
        tree = jumped


def _differ_from(
    tree: NDArray[np.int64], both: NDArray[np.int64], differ: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """For each node, whether it differs from its ancestor in the tree; False for the root."""
    nodes = len(tree)
    keys = both[:, 0] * nodes + both[:, 1]
    order = np.argsort(keys, kind="stable")
    wanted = np.arange(nodes) * nodes + tree
    found = np.searchsorted(keys[order], wanted).clip(max=len(keys) - 1)
    return np.asarray(differ[order][found] & (keys[order][found] == wanted), dtype=np.bool_)


def _count_groups(first: NDArray[np.int64], second: NDArray[np.int64], nodes: int) -> int:
    ones = np.ones(len(first), dtype=np.int8)
    graph = coo_array((ones, (first, second)), shape=(nodes, nodes))
    count, _ = connected_components(graph, directed=False)
    return int(count)
