"""The smallest set of candidates that holds the right one with 95 %.

Knows probabilities only. Conformal prediction: every candidate, "none of these" among them, whose
probability reaches a border joins the set. The border is that of the fewest candidates on the
average that still holds the truth for 95 of 100 photos (Sadinle, Lei, Wasserman 2019: sets by a
threshold are the smallest); it was fitted on photos of other parts (benchmarks/answer_sets.py).
What is promised is marginal: 95 of 100 unsure answers about photos like those it was fitted on,
not 95 % for each photo, and where a part is in no catalogue, "none of these" is the truth.
"""

from collections.abc import Sequence
from dataclasses import dataclass

#: Of 100 answers, how many hold the truth; the border of a calibration is fitted for this.
COVERAGE = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSet:
    """What a photo may show.

    Attributes:
        rows: of the matches that belong to it, best first.
        none_of_these: that it shows none of the matches belongs to it, too.
    """

    rows: tuple[int, ...] = ()
    none_of_these: bool = True

    def __len__(self) -> int:
        return len(self.rows) + self.none_of_these


def answer_set(chances: Sequence[float], rows: Sequence[int], *, border: float) -> AnswerSet:
    """The candidates that reach the border, and the likeliest one however unlikely it is.

    Args:
        chances: one per match, falling; what is missing to 1 is "none of these".
        rows: of the same matches.
        border: 0..1.

    Raises:
        ValueError: not as many rows as chances.
    """
    none = max(0.0, 1 - sum(chances))
    least = min(border, max([none, *chances]))
    inside = [row for row, chance in zip(rows, chances, strict=True) if chance >= least]
    return AnswerSet(rows=tuple(inside), none_of_these=none >= least)
