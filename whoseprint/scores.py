"""Count how often answers are right.

Fractions are of all photos: one whose cut-out fails is wrong, never absent. Lenient takes any
acceptable name, strict the one name of the column stl.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vision import Outcome

#: The ranks that are reported.
DEPTHS = (1, 3, 10)


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
        "by_difficulty": {
            name: _of_one_difficulty([each for each in answers if each.difficulty == name])
            for name in difficulties
        },
        **_outcomes(answers),
        "ms_median": round(float(np.median(milliseconds)), 1),
        "ms_p95": round(float(np.percentile(milliseconds, 95)), 1),
        "describer": describer,
    }


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
