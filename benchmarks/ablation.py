r"""What each look and each cue is worth, from the original method to the learned one.

Knows the product's doors and the data folder's CSV files only; writes JSON.

    .venv/bin/python benchmarks/ablation.py ../shared/data --kept DIR --masks given \
        --out benchmarks/results/ablation-given.json

Every photo with a reference mask counts, cut out by that mask or by our network (one that cannot
be cut out is wrong). Rows that are "fitted" have their cues' weights from photos of other parts
only: five folds over parts, real and traced photos together. "As shipped" are the product's
weights, which were fitted on all of these photos. Calibrations likewise are fitted on all and
judged by cross-validation over parts. Intervals are bootstrapped over parts.
"""

import argparse
import json
import zlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from calibrating import Answer, judge_calibration
from looks import ALIGNED, LEARNED, MATCHES, SEED6, Looked, Seen, collect
from numpy.typing import NDArray
from scipy.optimize import minimize

from vision import hash_aligned, learned

DEPTHS = (1, 3, 10)
BOOTSTRAPS = 1000
FOLDS = 5
OUTLINES, INSIDE = (0, 1, 2), (3, 4)
#: Which last look each fitted variant ranks by, and which of its cues it may use.
FITTED = {
    "outlines after turning, fitted": (ALIGNED, OUTLINES),
    "outlines and shading, fitted": (ALIGNED, (*OUTLINES, 3)),
    "outlines and edges, fitted": (ALIGNED, (*OUTLINES, 4)),
    "outlines, shading and edges, fitted": (ALIGNED, (*OUTLINES, *INSIDE)),
    "first look with vectors, same cues, fitted": (LEARNED, (*OUTLINES, *INSIDE)),
    "nearness and map alone, fitted": (LEARNED, (5, 6)),
    "outlines and map, fitted": (LEARNED, (*OUTLINES, 6)),
    "all but map and verifier, fitted": (LEARNED, (*OUTLINES, *INSIDE, 5)),
    "all but the verifier, fitted": (LEARNED, (*OUTLINES, *INSIDE, 5, 6)),
    "verifier alone": (LEARNED, (7,)),
    "all cues, fitted": (LEARNED, (*OUTLINES, *INSIDE, 5, 6, 7)),
}
SHIPPED = {ALIGNED: hash_aligned.WEIGHTS, LEARNED: learned.WEIGHTS}

Ranks = list[tuple[int, int]]


def looked(photo: Seen, slug: str) -> Looked:
    """The last look of one describer."""
    return photo.aligned if slug == ALIGNED else photo.learned


def ranks(photos: Sequence[Seen], slug: str, weights: NDArray[np.float64]) -> Ranks:
    """Lenient and strict rank of the right part among the last look's, from 0."""
    found = []
    for photo in photos:
        look = looked(photo, slug)
        scores = look.cues[:, : len(weights)] @ weights
        found.append((rank(scores, look.lenient), rank(scores, look.strict)))
    return found


def rank(scores: NDArray[np.float64], right: NDArray[np.bool_]) -> int:
    """How many parts score above the best right one."""
    return int((scores > scores[right].max()).sum()) if right.any() else 9999


def fit_weights(photos: Sequence[Seen], slug: str, cues: Sequence[int]) -> NDArray[np.float64]:
    """Conditional logit: the log-odds that each cue is worth, zero for those not asked."""
    some = [look for photo in photos if (look := looked(photo, slug)).lenient.any()]
    spread = np.concatenate([look.cues for look in some])[:, cues].std(0) + 1e-9

    def loss(scaled: NDArray[np.float64]) -> float:
        total = 0.0
        for look in some:
            scores = look.cues[:, cues] @ (scaled / spread)
            odds = np.exp(scores - scores.max())
            total -= float(np.log(odds[look.lenient].sum() / odds.sum()))
        return total / len(some) + 1e-3 * float(scaled @ scaled)

    weights = np.zeros(max(cues) + 1)
    weights[list(cues)] = minimize(loss, np.zeros(len(cues)), method="L-BFGS-B").x / spread
    return weights


def cross_validated(photos: Sequence[Seen], slug: str, cues: Sequence[int]) -> Ranks:
    """Ranks with weights from photos of other parts."""
    fold = np.array([zlib.crc32(photo.part.encode()) % FOLDS for photo in photos])
    found: Ranks = [(0, 0)] * len(photos)
    for n in range(FOLDS):
        others = [photo for photo, f in zip(photos, fold, strict=True) if f != n]
        weights = fit_weights(others, slug, cues)
        here = np.flatnonzero(fold == n)
        for i, place in zip(here, ranks([photos[i] for i in here], slug, weights), strict=True):
            found[i] = place
    return found


def answers(photos: Sequence[Seen], slug: str) -> list[Answer]:
    """What a describer would hand to `decide`."""
    found = []
    for photo in photos:
        look = looked(photo, slug)
        scores = look.cues[:, : len(SHIPPED[slug])] @ SHIPPED[slug]
        order = np.argsort(-scores, kind="stable")[:MATCHES]
        right = np.flatnonzero(look.lenient[order])
        found.append(
            Answer(
                part=photo.part,
                scores=tuple(scores[order]),
                right=int(right[0]) if len(right) else None,
            )
        )
    return [answer for answer in found if answer.scores]


def seed6_answers(photos: Sequence[Seen]) -> list[Answer]:
    """The same of the original method."""
    return [
        Answer(
            part=photo.part,
            scores=photo.seed6_scores,
            right=photo.seed6[0] if photo.seed6[0] < MATCHES else None,
        )
        for photo in photos
        if photo.seed6_scores
    ]


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
    """Every variant on real and on traced photos."""
    ways: dict[str, Callable[[], Ranks]] = {
        "seed6": lambda: [photo.seed6 for photo in photos],
        "silhouettes": lambda: [photo.silhouettes for photo in photos],
        "silhouettes and vectors": lambda: [photo.promise for photo in photos],
    }
    for name, (slug, cues) in FITTED.items():
        ways[name] = lambda slug=slug, cues=cues: cross_validated(photos, slug, cues)  # type: ignore[misc]
    for slug, weights in SHIPPED.items():
        ways[f"{slug} as shipped"] = lambda slug=slug, w=weights: ranks(photos, slug, w)  # type: ignore[misc]
    return {name: by_table(photos, way()) for name, way in ways.items()}


def by_table(photos: Sequence[Seen], places: Ranks) -> dict[str, Any]:
    """Real and traced apart."""
    both = list(zip(photos, places, strict=True))
    return {
        table: table_of([p for p, _ in some], [place for _, place in some])
        for table in ("real", "traced")
        if (some := [(photo, place) for photo, place in both if photo.table == table])
    }


def cost(photos: Sequence[Seen]) -> dict[str, dict[str, float]]:
    """CPU time of a search."""
    return {
        slug: {
            "search_cpu_ms_median": round(float(np.median(spent)), 1),
            "search_cpu_ms_p95": round(float(np.percentile(spent, 95)), 1),
        }
        for slug in (SEED6, ALIGNED, LEARNED)
        if (spent := [photo.cpu_ms[slug] for photo in photos if slug in photo.cpu_ms])
    }


def main() -> None:
    """Measure and write."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("data", type=Path)
    asked.add_argument("--kept", type=Path, required=True, help="folder for signatures")
    asked.add_argument("--masks", choices=("given", "cut-out"), default="given")
    asked.add_argument("--out", type=Path)
    asked.add_argument("--jobs", type=int, default=2)
    asked.add_argument("--photos", type=int, help="a seeded sample of so many")
    options = asked.parse_args()
    photos = collect(
        options.data, options.kept, masks=options.masks, jobs=options.jobs, photos=options.photos
    )
    real = [photo for photo in photos if photo.table == "real"]
    every_cue = range(len(learned.CUES))
    report = {
        "command": f"benchmarks/ablation.py --masks {options.masks}",
        "date": datetime.now(UTC).date().isoformat(),
        "cues": learned.CUES,
        "weights_fitted_on_all": {
            ALIGNED: fit_weights(photos, ALIGNED, (*OUTLINES, *INSIDE)).round(2).tolist(),
            LEARNED: fit_weights(photos, LEARNED, every_cue).round(2).tolist(),
        },
        "variants": variants(photos),
        "calibration": {
            f"{slug}, {name}": judge_calibration(answers(some, slug))
            for slug in (ALIGNED, LEARNED)
            for name, some in (("all photos", photos), ("real photos", real))
        }
        | {"seed6, real photos": judge_calibration(seed6_answers(real))},
        "cost": cost(photos),
    }
    text = json.dumps(report, indent=2) + "\n"
    if options.out:
        options.out.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
