"""Propose parts that have a view near a photo's vectors, without comparing all views.

Knows vectors only: no silhouette, no mesh, no part's name.
Vectors (P, V, D) are int8, those of P parts' V views; a photo's vectors are in the same steps. They
lie in lists about centres that were learned from themselves, and only the lists about the centres
nearest to a photo's vector are read (inverted file: Sivic and Zisserman 2003; faiss: Douze et al.
2024). This proposes and never judges: whoever asks compares what is proposed exactly.
faiss is loaded by the first index that is made, so that a small shop never pays for it.
Why faiss, and what the constants gave: docs/decisions/0010-large-catalogues.md
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Lists that are read for each vector of a photo, and views it names.
LISTS_READ, VIEWS_NAMED = 64, 4096
#: Vectors that centres are learned from, for each centre; and in how many rounds.
LEARNED_FROM, ROUNDS = 48, 10
SEED = 20261121
#: Centres are learned anew for so many times the parts that they were learned from.
OUTGROWN = 2
#: faiss's threads wait for each other without letting go of their core: on a busy machine two took
#: sixteen times the wall and CPU time of one for a small catalogue.
THREADS = 1
#: Vectors that are filed at once: widened to float32 they take 34 MB.
BLOCK = 65536


@dataclass(frozen=True, slots=True, kw_only=True)
class Border:
    """How far every view is compared: beyond so many, so many parts are proposed."""

    views: int = 1_000_000
    parts: int = 2_000


class NearestViews:
    """The filed views of some parts; never changes, and is safe to share between threads."""

    def __init__(self, lists: Any, *, parts: int, learned_from: int) -> None:  # noqa: ANN401  faiss has no types
        self._lists, self._parts, self._learned_from = lists, parts, learned_from

    @classmethod
    def over(cls, vectors: NDArray[np.int8]) -> "NearestViews":
        """Learn centres from vectors (P, V, D) and file all of them; the same again each time."""
        lists = _with_centres(vectors)
        _file(vectors, lists)
        return cls(lists, parts=len(vectors), learned_from=len(vectors))

    def grown(self, vectors: NDArray[np.int8]) -> "NearestViews":
        """An index over vectors that begin with this one's; this one stays as it is."""
        if len(vectors) > OUTGROWN * self._learned_from:
            return NearestViews.over(vectors)
        lists = _faiss().clone_index(self._lists)
        _file(vectors[self._parts :], lists)
        return NearestViews(lists, parts=len(vectors), learned_from=self._learned_from)

    @property
    def held_bytes(self) -> int:
        """Of the filed views with their numbers, and of the centres."""
        centre = 4 * self._lists.d
        number = 8
        filed = self._lists.ntotal * (self._lists.code_size + number)
        return int(filed + self._lists.nlist * centre)

    def proposed(self, photo: NDArray[np.int8], *, parts: int) -> NDArray[np.intp]:
        """Rows, ascending, of at most so many parts with the views nearest to any of (K, D)."""
        views = self._lists.ntotal // self._parts
        _faiss()
        near, which = self._lists.search(photo.astype(np.float32), VIEWS_NAMED)
        named = which >= 0  # fewer than were asked for lie in the lists that were read
        best = np.full(self._parts, -np.inf, np.float32)
        np.maximum.at(best, which[named] // views, near[named])
        first = np.argsort(-best, kind="stable")[:parts]
        return np.sort(first[best[first] > -np.inf])


def _with_centres(vectors: NDArray[np.int8]) -> Any:  # noqa: ANN401  faiss has no types
    """Empty lists, as many as the root of the views, about centres learned from some of them.

    Stored as they are, a byte a number; faiss then takes the photo's numbers as whole ones, too.
    """
    faiss = _faiss()
    flat = vectors.reshape(-1, vectors.shape[2])
    width, count = flat.shape[1], max(1, round(len(flat) ** 0.5))
    lists = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(width), width, count, faiss.ScalarQuantizer.QT_8bit_direct_signed,
        faiss.METRIC_INNER_PRODUCT,
    )  # fmt: skip
    lists.by_residual, lists.nprobe = False, LISTS_READ
    lists.cp.seed, lists.cp.niter = SEED, ROUNDS
    lists.cp.min_points_per_centroid = 1  # a small catalogue is no reason to warn
    some = np.linspace(0, len(flat) - 1, min(len(flat), LEARNED_FROM * count)).astype(int)
    lists.train(flat[some].astype(np.float32))
    return lists


def _file(vectors: NDArray[np.int8], lists: Any) -> None:  # noqa: ANN401  likewise
    flat = vectors.reshape(-1, vectors.shape[2])
    for start in range(0, len(flat), BLOCK):
        lists.add(flat[start : start + BLOCK].astype(np.float32))


def _faiss() -> Any:  # noqa: ANN401  faiss has no types
    """The library, its threads bounded for the thread that asks."""
    import faiss  # noqa: PLC0415 - 44 MB that a small shop does without

    faiss.omp_set_num_threads(THREADS)
    return faiss
