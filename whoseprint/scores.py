"""Count how often answers are right.

Fractions are of all photos: one whose cut-out fails is wrong, never absent. Lenient takes any
acceptable name, strict the one name of the column stl. Photos of one part are not independent, so
intervals come from drawing parts anew, each with all its photos (bootstrap over parts).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vision import Outcome

#: The ranks that are reported.
DEPTHS = (1, 3, 10)
#: How often parts are drawn anew for an interval, and what it leaves out below and above.
DRAWS, OUTSIDE_PERCENT = 1000, 2.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One photo of an evaluation and what was said about it.

    Attributes:
        truth: the part's name.
        acceptable: other right names, what the photo cannot tell apart.
        names: the candidates' names, best first.
        elapsed_ms: wall time of cut-out, description and search.
    """

    photo: str
    truth: str
    acceptable: frozenset[str]
    difficulty: str
    names: tuple[str, ...]
    outcome: Outcome
    elapsed_ms: float

    def rank(self, *, right: frozenset[str]) -> int | None:
        """Place of the first right name, from 1; None when it is not among the candidates."""
        places = (place for place, name in enumerate(self.names, start=1) if name in right)
        return next(places, None)

    @property
    def lenient_rank(self) -> int | None:
        """Place of the first acceptable name."""
        return self.rank(right=self.acceptable | {self.truth})

    @property
    def strict_rank(self) -> int | None:
        """Place of the one name that the label gives."""
        return self.rank(right=frozenset({self.truth}))


def score(answers: Sequence[Answered], *, parts: int, describer: str) -> dict[str, Any]:
    """The object that `whoseprint evaluate --json` prints.

    Raises:
        ValueError: there are no answers.
    """
    if not answers:
        raise ValueError("no photos, no score")
    milliseconds = [answer.elapsed_ms for answer in answers]
    difficulties = sorted({answer.difficulty for answer in answers})
    return {
        "photos": len(answers),
        "parts": parts,
        **_tops([answer.lenient_rank for answer in answers]),
        "strict": _tops([answer.strict_rank for answer in answers]),
        "intervals_95": _intervals(answers),
        "by_difficulty": {
            name: _of_one_difficulty([each for each in answers if each.difficulty == name])
            for name in difficulties
        },
        **_outcomes(answers),
        "ms_median": round(float(np.median(milliseconds)), 1),
        "ms_p95": round(float(np.percentile(milliseconds, 95)), 1),
        "describer": describer,
    }


def drawn_weights(parts: Sequence[str]) -> NDArray[np.float64]:
    """How often each photo counts in each draw, (DRAWS, N); the same every time."""
    names, which = np.unique(np.array(parts), return_inverse=True)
    even = np.full(len(names), 1 / len(names))
    drawn = np.random.default_rng(0).multinomial(len(names), even, DRAWS)
    weights: NDArray[np.float64] = drawn[:, which].astype(float)
    return weights


def interval(values: NDArray[np.float64]) -> list[float]:
    """What 95 of 100 draws lie within."""
    return [
        round(float(np.percentile(values, p)), 4) for p in (OUTSIDE_PERCENT, 100 - OUTSIDE_PERCENT)
    ]


def _intervals(answers: Sequence[Answered]) -> dict[str, Any]:
    weights = drawn_weights([answer.truth for answer in answers])
    lenient = [answer.lenient_rank for answer in answers]
    strict = [answer.strict_rank for answer in answers]
    return {
        **{f"top{depth}": _drawn_share(lenient, depth, weights) for depth in DEPTHS},
        "strict": {f"top{depth}": _drawn_share(strict, depth, weights) for depth in DEPTHS},
    }


def _drawn_share(
    ranks: Sequence[int | None], depth: int, weights: NDArray[np.float64]
) -> list[float]:
    hits = np.array([rank is not None and rank <= depth for rank in ranks], float)
    return interval(weights @ hits / weights.sum(1))


def _of_one_difficulty(answers: Sequence[Answered]) -> dict[str, Any]:
    return {
        "photos": len(answers),
        **_tops([answer.lenient_rank for answer in answers]),
        "strict": _tops([answer.strict_rank for answer in answers]),
        **_outcomes(answers),
    }


def _tops(ranks: Sequence[int | None]) -> dict[str, float]:
    return {
        f"top{depth}": round(sum(1 for rank in ranks if rank and rank <= depth) / len(ranks), 4)
        for depth in DEPTHS
    }


def _outcomes(answers: Sequence[Answered]) -> dict[str, float]:
    accepted = [answer for answer in answers if answer.outcome is Outcome.ACCEPTED]
    wrong = [answer for answer in accepted if answer.lenient_rank != 1]
    unknown = [answer for answer in answers if answer.outcome is Outcome.UNKNOWN]
    everything = len(answers)
    return {
        "accepted": round(len(accepted) / everything, 4),
        "accepted_wrong": round(len(wrong) / everything, 4),
        "unknown": round(len(unknown) / everything, 4),
    }
