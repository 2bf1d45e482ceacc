"""What every look of every describer said of every labelled photo: the stuff of the ablation.

Knows the product's doors and the data folder's CSV files. Signatures are kept in shards in a folder
of the caller's, as benchmarks/asking.py does.
"""

import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from asking import Room
from numpy.typing import NDArray
from PIL import Image

from vision.cut_out import cut_out
from vision.describers import describer
from vision.errors import NothingFound
from vision.hash_aligned import AlignedIndex
from vision.learned import CUES, LearnedIndex
from vision.segmenter import Segmenter
from vision.shapes import CutOut, Index
from whoseprint.evaluation import LabelledPhoto, cut_out_by_mask

SEED6, ALIGNED, LEARNED = "seed6", "hash-aligned", "learned"
NOWHERE = 9999
#: Scores of `seed6` that a decision is made from.
MATCHES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """The parts of a last look.

    Attributes:
        cues: (N, C), larger is likelier.
        lenient, strict: (N,), whether each has a right name.
    """

    cues: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, len(CUES))))
    lenient: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))
    strict: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was said of one photo.

    Attributes:
        table: "real" or "traced"; number: in its seeded order.
        seed6, silhouettes, promise: rank of the right part (lenient, strict) from 0, by the
            original method, by silhouettes alone and by the first look with vectors.
        seed6_scores: its best, falling.
        aligned, learned: the last looks.
        cpu_ms: of each describer's search.
    """

    table: str
    number: int
    part: str
    difficulty: str
    seed6: tuple[int, int] = (NOWHERE, NOWHERE)
    silhouettes: tuple[int, int] = (NOWHERE, NOWHERE)
    promise: tuple[int, int] = (NOWHERE, NOWHERE)
    seed6_scores: tuple[float, ...] = ()
    aligned: Looked = field(default_factory=Looked)
    learned: Looked = field(default_factory=Looked)
    cpu_ms: dict[str, float] = field(default_factory=dict)


class Bench:
    """One process's indexes."""

    def __init__(self, data: Path, kept: Path, *, masks: str) -> None:
        room = Room(data, kept, slug=LEARNED)
        self.names, self.masks, self.photos = room.names, masks, room.photos("given")
        self.segmenter = Segmenter()
        opened = {slug: opened_index(room.with_slug(slug)) for slug in (SEED6, ALIGNED, LEARNED)}
        self.seed6 = opened[SEED6]
        assert isinstance(opened[ALIGNED], AlignedIndex)  # noqa: S101  the cues are its own
        assert isinstance(opened[LEARNED], LearnedIndex)  # noqa: S101  likewise
        self.aligned, self.learned = opened[ALIGNED], opened[LEARNED]

    def see(self, number: int) -> Seen:
        """Ask everybody about one photo."""
        table, photo = self.photos[number]
        seen = {
            "table": table, "number": number, "part": photo.truth, "difficulty": photo.difficulty,
        }  # fmt: skip
        try:
            lifted = self.cut_out(photo)
        except NothingFound:
            return Seen(**seen)  # type: ignore[arg-type]
        clock = [time.process_time()]
        first = self.seed6.search([lifted], len(self.names))
        clock.append(time.process_time())
        aligned = self.aligned.photo(lifted)
        aligned_seen, _ = self.aligned.looked([aligned])
        clock.append(time.process_time())
        learned = self.learned.photo(lifted)
        learned_seen, _ = self.learned.looked([learned])
        clock.append(time.process_time())
        spent = np.diff(clock) * 1e3
        return Seen(
            **seen,  # type: ignore[arg-type]
            seed6=self.place([match.row for match in first], photo),
            seed6_scores=tuple(match.score for match in first[:MATCHES]),
            silhouettes=self.place(falling(aligned.promise), photo),
            promise=self.place(falling(learned.promise), photo),
            aligned=self.judged(
                [part.row for part in aligned_seen], [part.cues[0].row for part in aligned_seen],
                photo,
            ),
            learned=self.judged(
                [cued.part.row for cued in learned_seen], [cued.cues[0] for cued in learned_seen],
                photo,
            ),
            cpu_ms=dict(zip((SEED6, ALIGNED, LEARNED), spent.tolist(), strict=True)),
        )  # fmt: skip

    def cut_out(self, photo: LabelledPhoto) -> CutOut:
        """By the reference mask, or by our network."""
        with Image.open(photo.path) as opened:
            rgb = np.asarray(opened.convert("RGB"))
        if self.masks == "given" and photo.mask is not None:
            return cut_out_by_mask(rgb, photo.mask)
        return cut_out(rgb, segmenter=self.segmenter)

    def judged(
        self, rows: Sequence[int], cues: Sequence[NDArray[np.float64]], photo: LabelledPhoto
    ) -> Looked:
        """Which of these parts are right."""
        names = [self.names[row] for row in rows]
        right = photo.acceptable | {photo.truth}
        return Looked(
            cues=np.array(cues),
            lenient=np.array([name in right for name in names]),
            strict=np.array([name == photo.truth for name in names]),
        )

    def place(self, rows: Sequence[int], photo: LabelledPhoto) -> tuple[int, int]:
        """Lenient and strict rank, from 0."""
        names = [self.names[row] for row in rows]
        right = photo.acceptable | {photo.truth}
        lenient = next((n for n, name in enumerate(names) if name in right), NOWHERE)
        return lenient, names.index(photo.truth) if photo.truth in names else NOWHERE


def opened_index(room: Room) -> Index:
    """All of the data's parts."""
    return describer(room.slug).open_index(room.signatures("parts", len(room.names)))


def falling(promise: NDArray[np.float32]) -> list[int]:
    """Rows by their best view."""
    rows: list[int] = np.argsort(-promise.max(1), kind="stable").tolist()
    return rows


_BENCH: list[Bench] = []


def _open(data: Path, kept: Path, masks: str) -> None:
    _BENCH.append(Bench(data, kept, masks=masks))


def _see(number: int) -> Seen:
    return _BENCH[0].see(number)


def collect(data: Path, kept: Path, *, masks: str, jobs: int, photos: int | None) -> list[Seen]:
    """Every photo that has a reference mask, or a seeded sample of so many."""
    room = Room(data, kept, slug=LEARNED, jobs=jobs)
    count = len(room.photos("given"))
    for slug in (SEED6, ALIGNED, LEARNED):
        room.with_slug(slug).signatures("parts", len(room.names))
    with ProcessPoolExecutor(jobs, initializer=_open, initargs=(data, kept, masks)) as pool:
        return list(pool.map(_see, range(min(count, photos or count)), chunksize=4))
