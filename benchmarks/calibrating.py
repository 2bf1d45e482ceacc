"""What a describer's scores are worth: fitted by likelihood, judged on parts left out.

Knows scores and names of parts only; prints nothing.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from vision.decide import Calibration, probabilities

FOLDS = 5
#: Accepted answers that may be wrong.
ACCEPTED_WRONG = 0.03
#: How far from 1, as a logarithm, a temperature or a steepness is looked for.
FARTHEST = 10.0
#: Borders that are reported, and bins of the reliability diagram.
BORDERS, BINS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95), 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The best scores for one photo, falling, and which of them is the first right one."""

    part: str
    scores: tuple[float, ...]
    right: int | None


def judge_calibration(some: Sequence[Answer]) -> dict[str, Any]:
    """Accepted and accepted-and-wrong when fitted on other parts than it is judged on."""
    fold = np.array([zlib.crc32(answer.part.encode()) % FOLDS for answer in some])
    chances, borders = np.zeros(len(some)), np.zeros(len(some))
    for n in range(FOLDS):
        fitted = calibrate([a for a, f in zip(some, fold, strict=True) if f != n])
        borders[fold == n] = fitted.accept_at
        for i in np.flatnonzero(fold == n):
            chances[i] = probabilities(some[i].scores, calibration=fitted)[0]
    right = np.array([answer.right == 0 for answer in some])
    accepted = chances >= borders
    final = calibrate(some)
    return {
        "temperature": round(final.temperature, 3),
        "none_score": round(final.none_score, 3),
        "steepness": round(final.steepness or 0.0, 4),
        "crowding": round(final.crowding, 3),
        "accept_at": round(final.accept_at, 3),
        "cross_validated": {
            "photos": len(some),
            "accepted": int(accepted.sum()),
            "accepted_wrong": int((accepted & ~right).sum()),
            "claimed_sure": round(float(chances[accepted].mean()) if accepted.any() else 0.0, 4),
            "calibration_error": round(calibration_error(chances, right), 4),
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
    rows = reliability(chances, right)
    return sum(row["photos"] * abs(row["claimed"] - row["right"]) for row in rows) / len(chances)


def calibrate(some: Sequence[Answer]) -> Calibration:
    """All that vision/decide.py needs, by greatest likelihood; then the border."""

    def of(values: NDArray[np.float64], accept_at: float = 0.9) -> Calibration:
        temperature, steepness = np.exp(np.clip(values[[0, 2]], -FARTHEST, FARTHEST))
        return Calibration(
            temperature=float(temperature),
            none_score=float(values[1]),
            steepness=float(steepness),
            crowding=float(max(0.0, values[3])),
            accept_at=accept_at,
            give_up_at=0.9,
        )

    def loss(values: NDArray[np.float64]) -> float:
        total = 0.0
        for answer in some:
            chances = probabilities(answer.scores, calibration=of(values))
            sure = 1 - sum(chances) if answer.right is None else chances[answer.right]
            total -= float(np.log(max(sure, 1e-12)))
        return total / len(some)

    spread = float(np.std([answer.scores[0] for answer in some])) + 1e-6
    typical = float(np.median([answer.scores[0] for answer in some]))
    first = np.array([np.log(spread / 2), typical - spread, -np.log(spread), 0.5])
    best = minimize(loss, first, method="Nelder-Mead", options={"maxiter": 900}).x
    return of(best, accept_at=border(some, of(best)))


def border(some: Sequence[Answer], calibration: Calibration) -> float:
    """The least probability above which no more than ACCEPTED_WRONG are wrong."""
    chances = [probabilities(answer.scores, calibration=calibration)[0] for answer in some]
    order = np.argsort(chances)[::-1]
    wrong = np.cumsum([some[i].right != 0 for i in order]) / np.arange(1, len(order) + 1)
    fine = np.flatnonzero(wrong <= ACCEPTED_WRONG)
    return float(chances[order[fine[-1]]]) if len(fine) else 1.0
