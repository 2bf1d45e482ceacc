"""How well prints are cut out: overlap of our masks with the reference masks.

Knows the product's doors and CSV files only; reads the data folder it is told, writes JSON.

    .venv/bin/python benchmarks/masks.py ../shared/data --out benchmarks/results/masks.json

Every photo with a reference mask counts; one where nothing was found has overlap 0. Intervals are
bootstrapped over parts, since photos of one part are not independent. Photos and traced pictures
are for evaluation only: nothing here was trained or tuned on them.
"""

import argparse
import csv
import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from vision.cut_out import WORKING_PX, cut_outs
from vision.errors import NothingFound
from vision.scaling import shrunk
from vision.segmenter import Segmenter
from vision.shapes import Proposal, RgbImage

BOOTSTRAPS = 1000

#: The sets, by their place in the data folder.
TABLES = {"photos": "photos.csv", "traced": "traced/traced.csv"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One photo's result: overlap 0..1, the reason where nothing was found, CPU milliseconds.

    Attributes:
        best: overlap of the best proposal, as an oracle would choose; proposals: how many.
        first_look: overlap of what the network alone says of the whole photo.
    """

    part: str
    difficulty: str
    overlap: float
    best: float
    proposals: int
    first_look: float
    quality: float
    refused: str
    cpu_ms: float


def overlap_of(guess: np.ndarray, truth: np.ndarray) -> float:
    """Intersection over union of two boolean masks."""
    union = int((guess | truth).sum())
    return float((guess & truth).sum() / union) if union else 1.0


def score(row: dict[str, str], folder: Path, segmenter: Segmenter) -> Score:
    """Cut one photo out and compare; also what one look alone would have given."""
    photo: RgbImage = np.asarray(Image.open(folder / row["photo"]).convert("RGB"))
    truth = np.asarray(Image.open(folder / row["mask"]).convert("L")) > 127
    started = time.process_time()
    found: list[Proposal] = []
    refused = ""
    try:
        found = cut_outs(photo, segmenter=segmenter)
    except NothingFound as nothing:
        refused = nothing.reason.value
    spent = time.process_time() - started
    overlaps = [overlap_of(each.cut_out.mask > 0.5, truth) for each in found] or [0.0]
    first = segmenter.probabilities(shrunk(photo, WORKING_PX)) > 0.5
    size = (first.shape[1], first.shape[0])
    small = np.asarray(Image.fromarray(truth).resize(size, Image.Resampling.NEAREST))
    return Score(
        part=row["stl"], difficulty=row["difficulty"],
        overlap=overlaps[0], best=max(overlaps), proposals=len(found),
        quality=found[0].cut_out.quality if found else 0.0,
        first_look=overlap_of(first, small), refused=refused, cpu_ms=1000 * spent,
    )  # fmt: skip


def interval(scores: Sequence[Score]) -> list[float]:
    """95 % interval of the mean overlap, resampling parts."""
    parts = sorted({item.part for item in scores})
    by_part = {part: [s.overlap for s in scores if s.part == part] for part in parts}
    rng = np.random.default_rng(0)
    means = []
    for _ in range(BOOTSTRAPS):
        drawn = rng.integers(0, len(parts), len(parts))
        means.append(np.mean([v for i in drawn for v in by_part[parts[i]]]))
    return [round(float(value), 4) for value in np.percentile(means, [2.5, 97.5])]


def summary(scores: Sequence[Score]) -> dict[str, object]:
    """The figures of one set of photos."""
    overlaps = np.array([item.overlap for item in scores])
    return {
        "photos": len(scores),
        "mean": round(float(overlaps.mean()), 4),
        "mean_95": interval(scores),
        "median": round(float(np.median(overlaps)), 4),
        "under_half": round(float((overlaps < 0.5).mean()), 4),
        "over_90": round(float((overlaps > 0.9).mean()), 4),
        "best_proposal_mean": round(float(np.mean([s.best for s in scores])), 4),
        "best_proposal_median": round(float(np.median([s.best for s in scores])), 4),
        "best_proposal_under_half": round(float(np.mean([s.best < 0.5 for s in scores])), 4),
        "proposals_mean": round(float(np.mean([s.proposals for s in scores])), 2),
        "first_look_mean": round(float(np.mean([s.first_look for s in scores])), 4),
        "first_look_median": round(float(np.median([s.first_look for s in scores])), 4),
        "quality_rank_correlation": round(rank_correlation(scores), 3),
        "refused": dict(Counter(s.refused for s in scores if s.refused)),
        "cpu_ms_median": round(float(np.median([s.cpu_ms for s in scores])), 1),
        "cpu_ms_p95": round(float(np.percentile([s.cpu_ms for s in scores], 95)), 1),
    }


def rank_correlation(scores: Sequence[Score]) -> float:
    """Spearman's, of the quality we claim with the overlap there is."""
    ranks = [
        np.argsort(np.argsort([getattr(item, name) for item in scores])).astype(float)
        for name in ("quality", "overlap")
    ]
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def evaluate(table: Path, segmenter: Segmenter, limit: int | None) -> dict[str, object]:
    """All figures of one CSV: together and by difficulty."""
    with table.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["mask"]][:limit]
    scores = [score(row, table.parent, segmenter) for row in rows]
    levels = sorted({item.difficulty for item in scores})
    return {
        **summary(scores),
        "by_difficulty": {
            level: summary([item for item in scores if item.difficulty == level])
            for level in levels
        },
    }


def main() -> None:
    """Measure both sets and write one JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--model", default="whoseprint")
    parser.add_argument("--limit", type=int)
    args = parser.parse_args()
    segmenter = Segmenter(args.model)
    figures = {
        "model": args.model,
        **{name: evaluate(args.data / TABLES[name], segmenter, args.limit) for name in TABLES},
    }
    text = json.dumps(figures, indent=2)
    print(text)
    if args.out:
        args.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
