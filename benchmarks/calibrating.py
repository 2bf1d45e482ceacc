r"""What a describer's scores are worth: fitted by likelihood, judged on parts left out.

    .venv/bin/python benchmarks/calibrating.py ../shared/data --kept FOLDER \
        [--evidence map piece ...] [--strangers 0.1] [--out benchmarks/results/calibration.json]

Searches every plausible piece of every photo once (kept in FOLDER, see benchmarks/proposals.py),
settles which is meant as the product does, and fits a Calibration to what comes out: printed last,
ready for vision/calibration.py. Evidence is every column there is, each tried alone first; asked
for, it joins the fit. `--strangers` is how much a photo whose part is in no catalogue counts in the
fit beside one whose part is there. All figures are of parts that the fit did not see, five folds;
the weights of cues are the product's and were fitted on all photos.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import answer_sets
import numpy as np
from fitting import (
    Answer,
    Table,
    calibrate,
    chances_of,
    surprise,
    unseen_chances,
)
from numpy.typing import NDArray
from proposals import Photo, answers, asked, strangers

from vision.calibration import calibration_of
from vision.decide import Calibration

__all__ = ["Answer", "calibrate", "calibration_error", "judge_calibration", "reliability"]

SLUG = "learned"
#: Of 100 accepted answers, how many may be wrong; of 100 photos, how many may be told to be of no
#: part though the right one is first.
ACCEPTED_WRONG, GIVEN_UP_RIGHT = 0.02, 0.005
#: Borders that are reported, and bins of the reliability diagram.
BORDERS, BINS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95), 10
#: Which piece is meant depends on the calibration, and it on them.
ROUNDS = 3
#: Perfectly calibrated answers that are drawn to see what chance alone does.
DRAWS = 1000


def judge_calibration(some: Sequence[Answer], names: Sequence[str] = ()) -> dict[str, Any]:
    """Accepted and accepted-and-wrong when fitted on other parts than it is judged on."""
    unseen = unseen_chances(some, names)
    chances, right = unseen[:, 0], np.array([answer.right == 0 for answer in some])
    final = calibrate(some, names)
    accept_at = accept_border(chances, right)
    return {
        "temperature": round(final.temperature, 3),
        "none_score": round(final.none_score, 3),
        "steepness": round(final.steepness or 0.0, 4),
        "crowding": round(final.crowding, 3),
        "breadth": round(final.breadth, 3),
        "accept_at": accept_at,
        "cross_validated": {
            "photos": len(some),
            "surprise": round(surprise(unseen, Table.of(some)), 4),
            "accepted": int((chances >= accept_at).sum()),
            "accepted_wrong": int(((chances >= accept_at) & ~right).sum()),
            "calibration_error": round(calibration_error(chances, right), 4),
            "calibration_error_by_chance": error_by_chance(chances),
            "reliability": reliability(chances, right),
            "by_border": {
                str(border): {
                    "accepted": int((chances >= border).sum()),
                    "wrong": int((~right & (chances >= border)).sum()),
                }
                for border in BORDERS
            },
        },
    }


def reliability(chances: NDArray[np.float64], right: NDArray[np.bool_]) -> list[dict[str, float]]:
    """How many, claimed and right on average, in ten bins of what was claimed for the first."""
    bins = np.minimum((chances * BINS).astype(int), BINS - 1)
    return [
        {
            "photos": int((bins == n).sum()),
            "claimed": round(float(chances[bins == n].mean()), 4),
            "right": round(float(right[bins == n].mean()), 4),
        }
        for n in range(BINS)
        if (bins == n).any()
    ]


def calibration_error(chances: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Expected calibration error over those bins (Naeini et al. 2015)."""
    bins = np.minimum((chances * BINS).astype(int), BINS - 1)
    claimed, came = (np.bincount(bins, weights=each, minlength=BINS) for each in (chances, right))
    return float(np.abs(claimed - came).sum() / len(chances))


def error_by_chance(chances: NDArray[np.float64]) -> dict[str, float]:
    """What the same claims show where each is exactly right: mean, and 95 of 100 draws below."""
    rng = np.random.default_rng(0)
    drawn = [calibration_error(chances, rng.random(len(chances)) < chances) for _ in range(DRAWS)]
    return {
        "mean": round(float(np.mean(drawn)), 4),
        "percentile_95": round(float(np.percentile(drawn, 95)), 4),
    }


def accept_border(chances: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """The least border, in steps of 0.05, from which on few enough of all accepted are wrong."""
    for border in np.arange(0.5, 1.0, 0.05):
        accepted = chances >= border
        if accepted.any() and (~right[accepted]).mean() <= ACCEPTED_WRONG:
            return round(float(border), 2)
    return 1.0


def give_up_border(none: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """The least border of "none of these" that hides few enough right answers."""
    for border in np.arange(0.5, 1.0, 0.05):
        if ((none >= border) & right).mean() <= GIVEN_UP_RIGHT:
            return round(float(border), 2)
    return 1.0


def weighted(some: Sequence[Answer], weight: float) -> list[Answer]:
    """The same, counting so much in a fit."""
    return [replace(answer, weight=weight) for answer in some] if weight > 0 else []


def fitted(
    photos: Sequence[Photo], names: Sequence[str], *, share: float
) -> tuple[Calibration, list[Answer], list[Answer]]:
    """A calibration with its borders, and the answers it was fitted on, known and strange."""
    calibration = calibration_of(SLUG)
    for _ in range(ROUNDS):
        some = answers(photos, calibration=calibration)
        strange = strangers(photos, calibration=calibration)
        calibration = calibrate([*some, *weighted(strange, share)], names)
    unseen = unseen_chances([*some, *weighted(strange, share)], names, asked=some)
    right = np.array([answer.right == 0 for answer in some])
    accept_at = accept_border(unseen[:, 0], right)
    calibration = replace(
        calibration,
        accept_at=accept_at,
        give_up_at=give_up_border(unseen[:, -1], right),
        set_border=answer_sets.border_of(some, names, accept_at=accept_at),
    )
    return calibration, some, strange


def evidence_tried(some: Sequence[Answer], strange: Sequence[Answer]) -> dict[str, Any]:
    """What each column says beside the scores: surprise on unseen parts, and who is told apart."""
    columns = sorted({name for answer in some for name in answer.beside})
    tried: dict[str, Any] = {}
    for names in ((), *((name,) for name in columns), tuple(columns)):
        known, unknown = (unseen_chances(some, names, asked=each) for each in (some, strange))
        label = " and ".join(names) if len(names) < len(columns) else "all of them"
        tried[label or "scores alone"] = {
            "surprise": round(surprise(known, Table.of(some)), 4),
            "strangers_told_apart": round(told_apart(known[:, -1], unknown[:, -1]), 4),
        }
    return tried


def told_apart(known: NDArray[np.float64], unknown: NDArray[np.float64]) -> float:
    """AUROC: how often an unknown print's figure is above a known one's; ties count half."""
    order = np.sort(known)
    below = np.searchsorted(order, unknown, "left") + np.searchsorted(order, unknown, "right")
    return float(below.mean() / (2 * len(known)))


def in_words(calibration: Calibration) -> str:
    """As vision/calibration.py has it."""
    numbers = {
        "temperature": round(calibration.temperature, 3),
        "none_score": round(calibration.none_score, 2),
        "steepness": round(calibration.steepness or 0.0, 4),
        "crowding": round(calibration.crowding, 3),
        "breadth": round(calibration.breadth, 2),
        "usual_crowd": round(calibration.usual_crowd, 3),
        "accept_at": calibration.accept_at,
        "give_up_at": calibration.give_up_at,
        "set_border": round(calibration.set_border, 4),
    }
    lines = [f"        {name}={value}," for name, value in numbers.items()]
    if calibration.evidence:
        each = [
            f'            Evidence(name="{e.name}", weight={e.weight:.3f}, usual={e.usual:.3f}),'
            for e in calibration.evidence
        ]
        lines += ["        evidence=(", *each, "        ),"]
    return "\n".join([f'    "{SLUG}": Calibration(', *lines, "    ),"])


def report(photos: Sequence[Photo], names: Sequence[str], *, share: float) -> dict[str, Any]:
    """Everything, and the calibration in words under its name."""
    calibration, some, strange = fitted(photos, names, share=share)
    print(in_words(calibration), flush=True)
    tables = {
        name: [answer for answer in some if name in ("all", answer.where)]
        for name in ("all", "real", "traced")
    }
    return {
        "command": "benchmarks/calibrating.py",
        "date": datetime.now(UTC).date().isoformat(),
        "describer": SLUG,
        "evidence": list(names),
        "strangers_count": share,
        "calibration": in_words(calibration).splitlines(),
        "in_sample_surprise": round(
            surprise(chances_of(Table.of(some, names), calibration), Table.of(some)), 4
        ),
        "judged": {name: judge_calibration(each, names) for name, each in tables.items() if each},
        "evidence_tried": evidence_tried(some, strange),
        "answer_sets": answer_sets.judged(some, names, accept_at=calibration.accept_at),
    }


def main() -> None:
    """Fit, judge, print and write."""
    options, photos = asked(__doc__ or "")
    text = json.dumps(report(photos, options.evidence, share=options.strangers), indent=1)
    if options.out is not None:
        options.out.write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
