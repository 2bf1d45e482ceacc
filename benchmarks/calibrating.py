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


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The best scores for one photo, falling, and which of them is the first right one."""

    part: str
    scores: tuple[float, ...]
    right: int | None


def judge_calibration(some: Sequence[Answer]) -> dict[str, Any]:
    """Accepted and accepted-and-wrong when fitted on other parts than it is judged on."""
    fold = np.array([zlib.crc32(answer.part.encode()) % FOLDS for answer in some])
    accepted, wrong, claimed = 0, 0, 0.0
    for n in range(FOLDS):
        fitted = calibrate([a for a, f in zip(some, fold, strict=True) if f != n])
        for answer in (a for a, f in zip(some, fold, strict=True) if f == n):
            chance = probabilities(answer.scores, calibration=fitted)[0]
            if chance >= fitted.accept_at:
                accepted += 1
                wrong += answer.right != 0
                claimed += chance
    final = calibrate(some)
    return {
        "temperature": round(final.temperature, 3),
        "none_score": round(final.none_score, 3),
        "lapse": round(final.lapse, 4),
        "accept_at": round(final.accept_at, 3),
        "cross_validated": {
            "photos": len(some),
            "accepted": accepted,
            "accepted_wrong": wrong,
            "claimed_sure": round(claimed / max(accepted, 1), 4),
        },
    }


def calibrate(some: Sequence[Answer]) -> Calibration:
    """Temperature, score of "none of these" and lapse by greatest likelihood, then the border."""

    def of(values: NDArray[np.float64], accept_at: float = 0.9) -> Calibration:
        return Calibration(
            temperature=float(np.exp(values[0])),
            none_score=float(values[1]),
            lapse=float(1 / (1 + np.exp(-values[2]))),
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
    first = np.array([np.log(spread / 2), typical - spread, -3.0])
    best = minimize(loss, first, method="Nelder-Mead", options={"maxiter": 600}).x
    return of(best, accept_at=border(some, of(best)))


def border(some: Sequence[Answer], calibration: Calibration) -> float:
    """The least probability above which no more than ACCEPTED_WRONG are wrong."""
    chances = [probabilities(answer.scores, calibration=calibration)[0] for answer in some]
    order = np.argsort(chances)[::-1]
    wrong = np.cumsum([some[i].right != 0 for i in order]) / np.arange(1, len(order) + 1)
    fine = np.flatnonzero(wrong <= ACCEPTED_WRONG)
    return float(chances[order[fine[-1]]]) if len(fine) else 1.0
