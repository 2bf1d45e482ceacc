"""What each cue of `hash-aligned` is worth, and what its scores mean.

Knows the product's doors and CSV files only; reads the data folder it is told, writes JSON.

    .venv/bin/python benchmarks/ablation.py ../shared/data --out benchmarks/results/ablation.json

Every photo with a reference mask counts, cut out by that mask or, with --own-cut-outs, by our
network (one that cannot be cut out is wrong). Weights of the cues are fitted on every second
traced photo; the others and all real ones were not looked at by the fit. Calibrations are fitted
on all and judged by cross-validation over parts. Intervals are bootstrapped over parts.
"""

import argparse
import csv
import json
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import trimesh
from calibrating import Answer, judge_calibration
from numpy.typing import NDArray
from PIL import Image
from scipy.optimize import minimize

from vision.cut_out import cut_out
from vision.describers import describer
from vision.errors import NothingFound
from vision.hash_aligned import WEIGHTS, AlignedIndex
from vision.segmenter import Segmenter
from vision.shapes import CutOut, Mesh, Signature

#: The sets, by their place in the data folder.
TABLES = {"real": "photos.csv", "traced": "traced/traced.csv"}
DEPTHS = (1, 3, 10)
BOOTSTRAPS = 1000
#: Matches that a decision is made from.
MATCHES = 10
CUES = ("silhouette", "share", "closeness", "shading", "edges")
#: Which cues each variant may use.
VARIANTS = {
    "silhouettes": (0,),
    "outlines after turning": (0, 1, 2),
    "outlines and shading": (0, 1, 2, 3),
    "outlines and edges": (0, 1, 2, 4),
    "outlines, shading and edges, fitted": (0, 1, 2, 3, 4),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What both describers said of one photo.

    Attributes:
        cues: (N, 5) of the parts of the last look, and whether each has a right name (lenient,
            strict).
        seed6: rank of the right part by the original method (lenient, strict), from 0.
        silhouettes: the same by silhouette alone.
        seed6_scores: its best scores, falling.
    """

    table: str
    number: int
    part: str
    difficulty: str
    cues: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, len(CUES))))
    lenient: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))
    strict: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))
    seed6: tuple[int, int] = (9999, 9999)
    silhouettes: tuple[int, int] = (9999, 9999)
    seed6_scores: tuple[float, ...] = ()
    seed6_ms: float = 0.0
    aligned_ms: float = 0.0


def read_mesh(path: Path) -> Mesh:
    """A catalogue's STL."""
    loaded = trimesh.load_mesh(path)
    return Mesh(
        vertices_mm=np.asarray(loaded.vertices, float), faces=np.asarray(loaded.faces, np.int32)
    )


def described(job: tuple[str, Path]) -> tuple[Signature, float]:
    """A part's signature and the CPU seconds it took."""
    slug, path = job
    mesh = read_mesh(path)
    started = time.process_time()
    return describer(slug).describe_part(mesh), time.process_time() - started


def rows_of(data: Path, table: str) -> list[dict[str, str]]:
    """The photos of one set that have a reference mask."""
    with (data / TABLES[table]).open(newline="") as file:
        return [row for row in csv.DictReader(file) if row["mask"]]


@cache
def segmenter() -> Segmenter:
    """One network a process."""
    return Segmenter()


class Bench:
    """One process's indexes and the data they are asked about."""

    def __init__(self, data: Path, signatures: dict[str, list[Signature]], *, own: bool) -> None:
        self.data, self.own = data, own
        self.names = part_names(data)
        self.seed6 = describer("seed6").open_index(signatures["seed6"])
        aligned = describer("hash-aligned").open_index(signatures["hash-aligned"])
        assert isinstance(aligned, AlignedIndex)  # noqa: S101  the cues are its own
        self.aligned = aligned

    def cut_out(self, table: str, row: dict[str, str]) -> CutOut:
        """By the reference mask, or by our network."""
        folder = (self.data / TABLES[table]).parent
        rgb = np.asarray(Image.open(folder / row["photo"]).convert("RGB"))
        if self.own:
            return cut_out(rgb, segmenter=segmenter())
        mask = (np.asarray(Image.open(folder / row["mask"]).convert("L")) > 127).astype(np.float32)
        rim = np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])
        return CutOut(rgb=rgb, mask=mask, quality=1.0, touches_frame=bool(rim.any()))

    def see(self, table: str, number: int) -> Seen:
        """Ask both describers about one photo."""
        row = rows_of(self.data, table)[number]
        label = {
            "table": table,
            "number": number,
            "part": row["stl"],
            "difficulty": row["difficulty"],
        }
        try:
            photo = self.cut_out(table, row)
        except NothingFound:
            return Seen(**label)  # type: ignore[arg-type]
        right = {row["stl"], *filter(None, (row["acceptable"] or "").split("|"))}
        started = time.process_time()
        first = self.seed6.search([photo], len(self.names))
        between = time.process_time()
        last, dropped = self.aligned.looked([self.aligned.photo(photo)])
        ended = time.process_time()
        by_silhouette = sorted([*last, *dropped], key=lambda part: -part.cues[0].silhouette)
        return Seen(
            **label,  # type: ignore[arg-type]
            cues=np.array([part.cues[0].row for part in last]),
            lenient=np.array([self.names[part.row] in right for part in last]),
            strict=np.array([self.names[part.row] == row["stl"] for part in last]),
            seed6=self.place([match.row for match in first], right, row["stl"]),
            seed6_scores=tuple(match.score for match in first[:MATCHES]),
            silhouettes=self.place([part.row for part in by_silhouette], right, row["stl"]),
            seed6_ms=1e3 * (between - started),
            aligned_ms=1e3 * (ended - between),
        )

    def place(self, rows: Sequence[int], right: set[str], exact: str) -> tuple[int, int]:
        """Lenient and strict rank, from 0."""
        names = [self.names[row] for row in rows]
        lenient = next((n for n, name in enumerate(names) if name in right), 9999)
        return lenient, names.index(exact) if exact in names else 9999


def part_names(data: Path) -> list[str]:
    """Every part of the catalogue, once."""
    with (data / "parts.csv").open(newline="") as file:
        return list(dict.fromkeys(row["part"] for row in csv.DictReader(file)))


_BENCH: list[Bench] = []


def open_bench(data: Path, signatures: dict[str, list[Signature]], own: bool) -> None:  # noqa: FBT001  a pool hands over positions
    """Each process opens its own."""
    _BENCH.append(Bench(data, signatures, own=own))


def seen(job: tuple[str, int]) -> Seen:
    """One photo, in a process that has a bench."""
    return _BENCH[0].see(*job)


def ranks(photos: Sequence[Seen], weights: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Lenient and strict rank of the right part among the last look's, from 0."""
    return [
        (rank(photo.cues @ weights, photo.lenient), rank(photo.cues @ weights, photo.strict))
        for photo in photos
    ]


def rank(scores: NDArray[np.float64], right: NDArray[np.bool_]) -> int:
    """How many parts score above the best right one."""
    return int((scores > scores[right].max()).sum()) if right.any() else 9999


def fit_weights(photos: Sequence[Seen], cues: Sequence[int]) -> NDArray[np.float64]:
    """Conditional logit: the log-odds that each cue is worth, zero for those not asked."""
    some = [photo for photo in photos if photo.lenient.any()]
    spread = np.concatenate([photo.cues for photo in some])[:, cues].std(0) + 1e-9

    def loss(scaled: NDArray[np.float64]) -> float:
        total = 0.0
        for photo in some:
            scores = photo.cues[:, cues] @ (scaled / spread)
            odds = np.exp(scores - scores.max())
            total -= float(np.log(odds[photo.lenient].sum() / odds.sum()))
        return total / len(some) + 1e-3 * float(scaled @ scaled)

    weights = np.zeros(len(CUES))
    weights[list(cues)] = minimize(loss, np.zeros(len(cues)), method="L-BFGS-B").x / spread
    return weights


def seed6_answers(photos: Sequence[Seen]) -> list[Answer]:
    """What `seed6` would hand to `decide`."""
    return [
        Answer(
            part=photo.part,
            scores=photo.seed6_scores,
            right=photo.seed6[0] if photo.seed6[0] < MATCHES else None,
        )
        for photo in photos
        if photo.seed6_scores
    ]


def answers(photos: Sequence[Seen]) -> list[Answer]:
    """What `hash-aligned` would hand to `decide`."""
    found = []
    for photo in photos:
        scores = photo.cues @ WEIGHTS
        order = np.argsort(-scores, kind="stable")[:MATCHES]
        right = np.flatnonzero(photo.lenient[order])
        found.append(
            Answer(
                part=photo.part,
                scores=tuple(scores[order]),
                right=int(right[0]) if len(right) else None,
            )
        )
    return [answer for answer in found if answer.scores]


def table_of(photos: Sequence[Seen], places: Sequence[tuple[int, int]]) -> dict[str, Any]:
    """Fractions of one set, with an interval for the first."""
    found = np.array(places)
    parts = sorted({photo.part for photo in photos})
    which = np.array([parts.index(photo.part) for photo in photos])
    random = np.random.default_rng(0)
    hits = [
        float(np.average(found[:, 0] < 1, weights=counts[which]))
        for counts in random.multinomial(len(parts), [1 / len(parts)] * len(parts), BOOTSTRAPS)
    ]
    return {
        "photos": len(photos),
        **tops(found[:, 0]),
        "top1_interval_95": [round(float(np.percentile(hits, p)), 4) for p in (2.5, 97.5)],
        "strict": tops(found[:, 1]),
        "by_difficulty": {
            name: {
                "photos": int(chosen.sum()),
                **tops(found[chosen, 0]),
                "strict": tops(found[chosen, 1]),
            }
            for name in ("easy", "medium", "hard")
            if (chosen := np.array([photo.difficulty == name for photo in photos])).any()
        },
    }


def tops(found: NDArray[np.int64]) -> dict[str, float]:
    """Fractions among the first 1, 3, 10."""
    return {f"top{depth}": round(float((found < depth).mean()), 4) for depth in DEPTHS}


def variants(photos: Sequence[Seen]) -> dict[str, Any]:
    """Every variant on real photos, and on the traced ones that no fit looked at."""
    fitted_on = [photo for photo in photos if photo.table == "traced" and photo.number % 2]
    sets = {
        "real": [photo for photo in photos if photo.table == "real"],
        "traced, unseen half": [p for p in photos if p.table == "traced" and not p.number % 2],
        "traced": [photo for photo in photos if photo.table == "traced"],
    }
    ways: dict[str, tuple[Callable[[Sequence[Seen]], list[tuple[int, int]]], Any]] = {
        "seed6": (lambda some: [photo.seed6 for photo in some], None),
        "silhouettes": (lambda some: [photo.silhouettes for photo in some], None),
    }
    for name, cues in VARIANTS.items():
        if len(cues) > 1:
            weights = fit_weights(fitted_on, cues)
            ways[name] = (lambda some, w=weights: ranks(some, w), weights.round(2).tolist())
    ways["hash-aligned as shipped"] = (lambda some: ranks(some, WEIGHTS), WEIGHTS.tolist())
    return {
        name: {
            "weights": weights,
            **{label: table_of(some, way(some)) for label, some in sets.items() if some},
        }
        for name, (way, weights) in ways.items()
    }


def cost(
    made: dict[str, list[tuple[Signature, float]]], photos: Sequence[Seen]
) -> dict[str, dict[str, float]]:
    """Bytes and CPU time a part and a search."""
    searches = {
        "seed6": [photo.seed6_ms for photo in photos],
        "hash-aligned": [photo.aligned_ms for photo in photos],
    }
    return {
        slug: {
            "bytes_per_part": round(float(np.mean([len(s) for s, _ in parts]))),
            "cpu_s_per_part": round(float(np.mean([s for _, s in parts])), 4),
            "search_cpu_ms_median": round(float(np.median(searches[slug])), 1),
            "search_cpu_ms_p95": round(float(np.percentile(searches[slug], 95)), 1),
        }
        for slug, parts in made.items()
    }


def main() -> None:
    """Measure and write."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("data", type=Path)
    asked.add_argument("--out", type=Path)
    asked.add_argument("--jobs", type=int, default=2)
    asked.add_argument("--photos", type=int, help="a sample of so many")
    asked.add_argument("--own-cut-outs", action="store_true")
    options = asked.parse_args()
    stls = [options.data / "parts" / f"{name}.stl" for name in part_names(options.data)]
    jobs = [(t, n) for t in TABLES for n in range(len(rows_of(options.data, t)))]
    if options.photos:
        chosen = np.random.default_rng(0).permutation(len(jobs))[: options.photos]
        jobs = [jobs[n] for n in sorted(chosen)]
    with ProcessPoolExecutor(options.jobs) as pool:
        made = {
            slug: list(pool.map(described, [(slug, path) for path in stls], chunksize=8))
            for slug in ("seed6", "hash-aligned")
        }
    signatures = {slug: [signature for signature, _ in parts] for slug, parts in made.items()}
    with ProcessPoolExecutor(
        options.jobs,
        initializer=open_bench,
        initargs=(options.data, signatures, options.own_cut_outs),
    ) as pool:
        photos = list(pool.map(seen, jobs, chunksize=4))
    real = [photo for photo in photos if photo.table == "real"]
    report = {
        "command": "benchmarks/ablation.py" + " --own-cut-outs" * options.own_cut_outs,
        "date": datetime.now(UTC).date().isoformat(),
        "cut_outs": "own" if options.own_cut_outs else "given masks",
        "parts": len(stls),
        "cues": CUES,
        "variants": variants(photos),
        "calibration": {
            "hash-aligned": judge_calibration(answers(photos)),
            "hash-aligned, real photos": judge_calibration(answers(real)),
            "seed6, real photos": judge_calibration(seed6_answers(real)),
        },
        "cost": cost(made, photos),
    }
    text = json.dumps(report, indent=2) + "\n"
    if options.out:
        options.out.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
