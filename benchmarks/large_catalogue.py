"""What is won and lost where nearest vectors propose what the first look compares.

    .venv/bin/python benchmarks/large_catalogue.py ../shared/data --kept SCRATCH \
        [--sizes 646 2000 6172 10000] [--photos 60] \
        [--out benchmarks/results/large-catalogue.json]

Both ways in one run, on the same photos with given masks: comparing with every view, and with the
parts that vision/nearest_views.py proposes. SCRATCH keeps signatures as benchmarks/asking.py does;
throw it away when the embedder's weights change.

The data's parts are real. The rest is FILLER, because describing thousands of parts takes hours: a
part of it has, for each of 162 views, one real part's vector mixed with another's that is turned
(a weight of 0.5 to 1, noise of length 0.15, length one again) and the upper half of the one's
silhouette above the lower half of the other's; triangles are the one's. So this measures speed,
memory and whether what comparing everything finds is proposed. It says nothing about recognition.
How like real parts filler is stands beside the figures: how near wrong parts come to a photo.
Trust CPU time and ratios of one run; the machine may be busy.
"""

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from asking import Room
from clocks import resident_bytes
from numpy.typing import NDArray
from PIL import Image

from vision.embedder import photo_tower
from vision.hash_aligned import FINALISTS, SHORTLIST, AlignedIndex
from vision.learned import SLUG, STEPS, LearnedIndex, in_steps, nearness, rolled_inputs
from vision.nearest_views import Border, NearestViews
from vision.shapes import CutOut
from vision.signature import Arrays, unpack
from vision.viewpoints import viewpoints
from whoseprint.evaluation import cut_out_by_mask

SEED = 20261121
SIZES = (646, 2000, 6172, 10000)
#: Photos that times are taken of.
TIMED = 3
#: Length of the noise in a filler's vectors.
NOISE = 0.15
#: A silhouette's first words, a word a row: its upper half.
UPPER = 32
EVERYTHING, PROPOSING = Border(views=10**12), Border(views=0)

Figures = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A photo, its vectors, and the rows that are right."""

    cut_out: CutOut
    vectors: NDArray[np.float32]
    right: frozenset[int]


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--kept", type=Path, required=True)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--photos", type=int, default=60)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    room = Room(options.data, options.kept, slug=SLUG)
    signatures = room.signatures("parts", len(room.names))
    parts = [unpack(SLUG, signature) for signature in signatures]
    parts += [filler(n, parts) for n in range(max(options.sizes) - len(parts))]
    photos = list(asked(room, options.photos))
    report = {
        "command": "benchmarks/large_catalogue.py",
        "date": datetime.now(UTC).date().isoformat(),
        "filler": "mixtures of real parts: a test of speed and of recall, not of recognition",
        "real_parts": len(signatures), "photos": len(photos), "timed_photos": TIMED,
        "proposed_parts": PROPOSING.parts, "border_views": Border().views,
        "bytes_per_part": bytes_per_part([len(each) for each in signatures], parts),
        "faiss_import_mb": imported_mb(),
        "wrong_parts_nearness": wrong_nearness(photos[:TIMED], parts, real=len(signatures)),
        **by_size(photos, parts, sorted(options.sizes, reverse=True)),
    }  # fmt: skip
    print(json.dumps(report, indent=2), flush=True)
    if options.out:
        options.out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def filler(number: int, real: Sequence[Arrays]) -> Arrays:
    """A part that never was, between two of the real ones."""
    rng = np.random.default_rng([SEED, number])
    one, other = (real[row] for row in rng.choice(len(real), 2, replace=False))
    turned, share = turned_views(rng), rng.uniform(0.5, 1.0)
    one_by_one = [each.astype(np.float32) for each in (one["vectors"], other["vectors"][turned])]
    mixed = (share * one_by_one[0] + (1 - share) * one_by_one[1]) / STEPS
    mixed += NOISE / mixed.shape[1] ** 0.5 * rng.standard_normal(mixed.shape, np.float32)
    made = Arrays(SLUG)
    made |= one
    made["vectors"] = in_steps(mixed / np.linalg.norm(mixed, axis=1, keepdims=True))
    words = [one["silhouettes"][:, :UPPER], other["silhouettes"][turned, UPPER:]]
    made["silhouettes"] = np.concatenate(words, axis=1)
    return made


def turned_views(rng: np.random.Generator) -> NDArray[np.intp]:
    """For each view the one that lies nearest to it after a random turn."""
    directions = viewpoints(2)[:, 2]
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    nearest: NDArray[np.intp] = (directions @ turn @ directions.T).argmax(axis=1)
    return nearest


def asked(room: Room, count: int) -> Iterator[Asked]:
    """The first photos of the seeded order, cut out by their masks."""
    for _, photo in room.photos("given")[:count]:
        with Image.open(photo.path) as opened:
            rgb = np.asarray(opened.convert("RGB"))
        if photo.mask is None:
            continue
        cut_out = cut_out_by_mask(rgb, photo.mask)
        right = photo.acceptable | {photo.truth}
        yield Asked(
            cut_out=cut_out,
            vectors=photo_tower().embed(rolled_inputs(cut_out)).whole,
            right=frozenset(n for n, name in enumerate(room.names) if name in right),
        )


def bytes_per_part(stored: Sequence[int], parts: Sequence[Arrays]) -> Figures:
    """In the store, and of each array in memory."""
    some = parts[: len(stored)]
    kinds = ("silhouettes", "vectors", "vertices", "faces")
    held = {kind: round(np.mean([each[kind].nbytes for each in some])) for kind in kinds}
    # corners are widened from int16 to float32, their numbers from uint16 to int32
    widened = held | {"vertices": 2 * held["vertices"], "faces": 2 * held["faces"]}
    return {"in_the_store": round(np.mean(stored)), **{f"held_{k}": v for k, v in widened.items()}}


def imported_mb() -> float:
    """What loading faiss takes, the first time."""
    before = resident_bytes()
    NearestViews.over(np.zeros((2, 2, 8), np.int8))
    return round((resident_bytes() - before) / 1e6, 1)


def by_size(photos: Sequence[Asked], parts: Sequence[Arrays], sizes: Sequence[int]) -> Figures:
    """Everything that depends on the number of parts; the largest first."""
    figures: Figures = {}
    promises = np.zeros((0, 0), np.float32)
    for size in sizes:
        vectors = np.stack([each["vectors"] for each in parts[:size]])
        nearest, built = built_over(vectors)
        aligned = AlignedIndex.empty().joined(parts[:size])
        every = LearnedIndex(aligned, vectors, border=EVERYTHING)
        some = LearnedIndex(aligned, vectors, border=PROPOSING, nearest=nearest)
        said = {**built, **timed_looks(photos[:TIMED], every, some)}
        if size == sizes[0]:
            promises = np.stack([every.photo(photo.cut_out).promise.max(1) for photo in photos])
            said["same_first_answer"] = same_answers(photos[:TIMED], every, some)
        figures[str(size)] = {**said, **recall_of(nearest, photos, promises[:, :size])}
        print(size, json.dumps(figures[str(size)]), flush=True)
    return figures


def wrong_nearness(
    photos: Sequence[Asked], parts: Sequence[Arrays], *, real: int
) -> dict[str, list[float]]:
    """How near the best view of wrong parts comes: 25, 50, 75 and 99 % of real and filler."""
    vectors = np.stack([each["vectors"] for each in parts])
    near = np.stack([nearness(vectors, each.vectors).max(axis=(1, 2)) for each in photos])
    wrong = np.ones_like(near, bool)
    for n, photo in enumerate(photos):
        wrong[n, list(photo.right)] = False
    kinds = {"real": near[:, :real][wrong[:, :real]], "filler": near[:, real:].ravel()}
    return {
        kind: np.percentile(values, (25, 50, 75, 99)).round(3).tolist()
        for kind, values in kinds.items()
        if len(values)
    }


def built_over(vectors: NDArray[np.int8]) -> tuple[NearestViews, Figures]:
    """An index, and what making and growing it costs."""
    started = time.process_time()
    nearest = NearestViews.over(vectors)
    built = time.process_time()
    nearest.grown(np.concatenate([vectors, vectors[:1]]))
    grown = time.process_time()
    return nearest, {
        "views": int(vectors.shape[0] * vectors.shape[1]),
        "build_cpu_s": round(built - started, 2),
        "one_more_part_cpu_s": round(grown - built, 3),
        "index_bytes_per_part": round(nearest.held_bytes / len(vectors)),
    }


def recall_of(
    nearest: NearestViews, photos: Sequence[Asked], promises: NDArray[np.float32]
) -> Figures:
    """How much of what comparing everything puts first is proposed."""
    shares: dict[str, list[float]] = {}
    started = time.process_time()
    rows = [nearest.proposed(in_steps(each.vectors), parts=PROPOSING.parts) for each in photos]
    spent = time.process_time() - started
    for photo, proposed, promise in zip(photos, rows, promises, strict=True):
        best = np.argsort(-promise, kind="stable")
        kept = {
            f"best_{depth}": float(np.isin(best[:depth], proposed).mean())
            for depth in (1, FINALISTS, SHORTLIST)
        }
        if photo.right & set(best[:SHORTLIST].tolist()):
            kept["right_part"] = float(bool(photo.right & set(proposed.tolist())))
        for name, value in kept.items():
            shares.setdefault(name, []).append(value)
    return {
        "proposed_cpu_ms": round(1000 * spent / len(photos), 1),
        "proposed_parts": round(float(np.mean([len(each) for each in rows]))),
        "recall": {name: round(float(np.mean(values)), 4) for name, values in shares.items()},
    }


def timed_looks(photos: Sequence[Asked], every: LearnedIndex, some: LearnedIndex) -> Figures:
    """CPU time of the first look, embedding included."""
    spent: dict[str, list[float]] = {"every": [], "proposed": []}
    for photo in photos:
        for name, index in (("every", every), ("proposed", some)):
            started = time.process_time()
            index.photo(photo.cut_out)
            spent[name].append(1000 * (time.process_time() - started))
    medians = {name: round(float(np.median(values)), 1) for name, values in spent.items()}
    return {
        "first_look_cpu_ms": medians,
        "times_faster": round(medians["every"] / medians["proposed"], 2),
    }


def same_answers(photos: Sequence[Asked], every: LearnedIndex, some: LearnedIndex) -> str:
    """How often the whole search puts the same part first."""
    firsts = [
        [index.search([photo.cut_out], 1)[0].row for photo in photos] for index in (every, some)
    ]
    same = sum(one == other for one, other in zip(*firsts, strict=True))
    return f"{same} of {len(photos)}"


if __name__ == "__main__":
    main()
