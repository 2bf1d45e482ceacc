"""The describer `hash-aligned`: the best that hashes and silhouettes can do, nothing learned.

Knows meshes and cut-outs only.
A signature holds the part's canonical silhouettes from 162 viewpoints.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vision.bits import best_overlaps
from vision.shapes import CutOut, Match, Mesh, Rotation, Signature
from vision.signature import pack, unpack
from vision.silhouettes import roll_patterns, silhouettes
from vision.simplify import simplified
from vision.viewpoints import roll, viewpoints

SLUG = "hash-aligned"
LEVEL = 2
ROLLS = 24
#: Beyond this a silhouette of 64 px does not get better.
TRIANGLES = 4000


class HashAligned:
    """See the module."""

    slug = SLUG

    def describe_part(self, mesh: Mesh) -> Signature:
        """The part's silhouettes; 40,000 triangles take about half a second."""
        coarse = simplified(mesh, triangles=TRIANGLES)
        return pack(SLUG, {"silhouettes": silhouettes(coarse, viewpoints(LEVEL))})

    def open_index(self, signatures: Sequence[Signature]) -> "AlignedIndex":
        """Rows in the order given."""
        views = viewpoints(LEVEL)
        empty = AlignedIndex(views, np.zeros((0, len(views), 64), np.uint64))
        return empty.extended(signatures)


class AlignedIndex:
    """Silhouettes (P, V, 64) of P parts from V rotations (V, 3, 3)."""

    def __init__(self, views: NDArray[np.float64], words: NDArray[np.uint64]) -> None:
        self._views, self._words = views, words

    def extended(self, signatures: Sequence[Signature]) -> "AlignedIndex":
        """Rows of this index first, then the new ones in the order given."""
        new = [unpack(SLUG, signature)["silhouettes"][None] for signature in signatures]
        return AlignedIndex(self._views, np.concatenate([self._words, *new]))

    def search(self, cut_outs: Sequence[CutOut], k: int) -> list[Match]:
        """The k likeliest parts by the mean of their scores over all cut-outs."""
        if len(self._words) == 0 or not cut_outs:
            return []
        found = [self._overlaps(cut_out) for cut_out in cut_outs]
        scores = np.mean([share for share, _ in found], axis=0)
        order = np.argsort(-scores, kind="stable")[:k]
        return [
            Match(row=int(row), score=float(scores[row]), rotation=found[0][1][row])
            for row in order
        ]

    def _overlaps(self, cut_out: CutOut) -> tuple[NDArray[np.float32], list[Rotation]]:
        parts, views, words = self._words.shape
        best = best_overlaps(self._words.reshape(-1, words), roll_patterns(cut_out.mask, ROLLS))
        share, pattern = best.share.reshape(parts, views), best.pattern.reshape(parts, views)
        view = share.argmax(1)
        rows = np.arange(parts)
        poses = [self._pose(v, p) for v, p in zip(view, pattern[rows, view], strict=True)]
        return share[rows, view], poses

    def _pose(self, view: int, pattern: int) -> Rotation:
        pose: Rotation = roll(360 * pattern / ROLLS) @ self._views[view]
        return pose
