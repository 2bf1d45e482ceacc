"""How far an answer about a photo may go.

Knows matches and cut-outs only: no customer, no sentence, no picture. Pure: the same input gives
the same decision.
A softmax over the matches says which of them it is, if it is one of them. Whether it is, a second
question answers: how high the matches score, and how far the first stands out. Where a mask took
the table along, all parts fit a little and none stands out; scores alone would not tell that from
a print hard to see. Some scores mean nothing, however high: a small share of all probability may
be spread evenly for them. A wrong customer is dear and a question is cheap, so acceptance asks for
much.
Calibrations and how they were measured: vision/calibration.py, docs/recognition.md.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logsumexp

from vision.errors import Reason
from vision.shapes import CutOut, Decision, Match, Outcome

#: Rivals' odds are taken no lower than this (a logarithm): a first match that stands out further
#: says no more. Where a catalogue is so small that there are fewer rivals than usual, standing out
#: among them says little, and their odds are taken no lower than the second figure.
LEAST_RIVALRY, LEAST_RIVALRY_OF_FEW = -8.0, -2.0
#: Rivals of the first match that calibrations were measured with.
USUAL_RIVALS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What one describer's scores are worth.

    Attributes:
        temperature: difference of scores that makes a match e times likelier, above 0.
        none_score: score of "none of these".
        steepness: how fast the log-odds that it is one of these rise with their scores; where it is
            not said, as between matches, which makes "none of these" one more match.
        crowding: how much of the rivals' log-odds against the first speaks against all of them.
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
    steepness: float | None = None
    crowding: float = 0.0
    lapse: float = 0.0
    look_alike_share: float = 0.8
    accept_quality: float = 0.0

    def __post_init__(self) -> None:
        if not self.temperature > 0:
            raise ValueError(f"temperature {self.temperature} is not above zero")
        if not ((self.steepness is None or self.steepness > 0) and self.crowding >= 0):
            raise ValueError(f"steepness or crowding below zero: {self}")
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
    matches: Sequence[Match],
    cut_outs: Sequence[CutOut],
    *,
    calibration: Calibration,
    untold: Collection[int] = (),
) -> Decision:
    """Accept the best match, offer several, or admit that nothing fits.

    Args:
        matches: best first.
        cut_outs: what they were found for.
        calibration: of the describer that found them.
        untold: rows of parts that these photos, from where they were taken, cannot tell from the
            best match; while there is one, nobody is named alone.

    Raises:
        ValueError: the matches are not best first.
    """
    if any(later.score > earlier.score for earlier, later in pairwise(matches)):
        raise ValueError("matches are not best first")
    chances = probabilities([match.score for match in matches], calibration=calibration)
    outcome, reason = _verdict(chances, cut_outs, calibration)
    if outcome is not Outcome.UNKNOWN and any(match.row in untold for match in matches[1:]):
        outcome, reason = Outcome.UNSURE, Reason.LOOK_ALIKES
    return Decision(outcome=outcome, reason=reason, probabilities=chances)


def probabilities(scores: Sequence[float], *, calibration: Calibration) -> tuple[float, ...]:
    """One probability per score; what is missing to 1 is "none of these"."""
    if not scores:
        return ()
    levels = np.array(scores, float) / calibration.temperature
    odds = np.exp(levels - levels.max())
    among = _chance_among(levels, calibration)
    even = calibration.lapse / (len(levels) + 1)
    shares = (1 - calibration.lapse) * among * odds / odds.sum() + even
    return tuple(float(share) for share in shares)


def _chance_among(levels: NDArray[np.float64], calibration: Calibration) -> float:
    """How likely the right part is one of the matches; levels are scores in temperatures."""
    temperature = calibration.temperature
    together = float(logsumexp(levels)) - calibration.none_score / temperature
    steepness = 1.0 if calibration.steepness is None else calibration.steepness * temperature
    least = LEAST_RIVALRY if len(levels) > USUAL_RIVALS else LEAST_RIVALRY_OF_FEW
    rivalry = float(logsumexp(levels[1:] - levels[0])) if len(levels) > 1 else least
    return float(expit(steepness * together - calibration.crowding * max(rivalry, least)))


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
