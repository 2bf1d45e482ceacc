"""How far an answer about a photo may go.

Knows matches and cut-outs only: no customer, no sentence, no picture. Pure: the same input gives
the same decision.
A score becomes a probability by a softmax over the matches and one more candidate, "none of
these", whose score is constant: where even the best match is poor, the photo shows something
else. Some scores mean nothing, however high (a finger in the mask, a part printed differently):
a small share of all probability is spread evenly for them. A wrong customer is dear and a
question is cheap, so acceptance asks for much.
Calibrations and how they were measured: vision/calibration.py, docs/recognition.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from vision.errors import Reason
from vision.shapes import CutOut, Decision, Match, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What one describer's scores are worth.

    Attributes:
        temperature: difference of scores that makes a match e times likelier, above 0.
        none_score: score of "none of these".
        lapse: share of photos whose scores mean nothing.
        accept_at: probability from which the best match is named alone.
        give_up_at: probability of "none of these" from which nobody is named.
        look_alike_share: the second's probability as a share of the first's from which the two
            cannot be told apart.
        accept_quality: mean quality of the cut-outs below which nobody is named alone.
    """

    temperature: float
    none_score: float
    accept_at: float
    give_up_at: float
    lapse: float = 0.0
    look_alike_share: float = 0.8
    accept_quality: float = 0.0

    def __post_init__(self) -> None:
        if not self.temperature > 0:
            raise ValueError(f"temperature {self.temperature} is not above zero")
        shares = (
            self.accept_at,
            self.give_up_at,
            self.lapse,
            self.look_alike_share,
            self.accept_quality,
        )
        if not all(0 <= share <= 1 for share in shares):
            raise ValueError(f"a share outside 0..1: {self}")


def decide(
    matches: Sequence[Match], cut_outs: Sequence[CutOut], *, calibration: Calibration
) -> Decision:
    """Accept the best match, offer several, or admit that nothing fits.

    Raises:
        ValueError: the matches are not best first.
    """
    if any(later.score > earlier.score for earlier, later in pairwise(matches)):
        raise ValueError("matches are not best first")
    chances = probabilities([match.score for match in matches], calibration=calibration)
    outcome, reason = _verdict(chances, cut_outs, calibration)
    return Decision(outcome=outcome, reason=reason, probabilities=chances)


def probabilities(scores: Sequence[float], *, calibration: Calibration) -> tuple[float, ...]:
    """One probability per score; what is missing to 1 is "none of these"."""
    if not scores:
        return ()
    levels = np.array([*scores, calibration.none_score], float) / calibration.temperature
    weights = np.exp(levels - levels.max())
    even = calibration.lapse / len(levels)
    shares = (1 - calibration.lapse) * weights[:-1] / weights.sum() + even
    return tuple(float(share) for share in shares)


def _verdict(
    chances: tuple[float, ...], cut_outs: Sequence[CutOut], calibration: Calibration
) -> tuple[Outcome, Reason]:
    if not chances:
        return Outcome.UNKNOWN, Reason.EMPTY_CATALOGUE
    cut_off = bool(cut_outs) and all(cut_out.touches_frame for cut_out in cut_outs)
    if 1 - sum(chances) >= calibration.give_up_at:
        return Outcome.UNKNOWN, Reason.CUT_OFF if cut_off else Reason.NOTHING_ALIKE
    if chances[0] >= calibration.accept_at and _quality(cut_outs) >= calibration.accept_quality:
        return Outcome.ACCEPTED, Reason.SURE
    if len(chances) > 1 and chances[1] >= calibration.look_alike_share * chances[0]:
        return Outcome.UNSURE, Reason.LOOK_ALIKES
    return Outcome.UNSURE, Reason.CUT_OFF if cut_off else Reason.NOT_SURE


def _quality(cut_outs: Sequence[CutOut]) -> float:
    return sum(cut_out.quality for cut_out in cut_outs) / len(cut_outs) if cut_outs else 1.0
