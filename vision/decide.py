"""How far an answer about a photo may go.

Knows matches and cut-outs only: no customer, no sentence, no picture. Pure: the same input gives
the same decision.
A softmax over the matches says which of them it is, if it is one of them. Whether it is, a second
question answers: how high the matches score, how far the first stands out, and what a calibration
weighs beside that: single cues of the first match, the cut-out's quality. Where a mask took
the table along, all parts fit a little and none stands out; scores alone would not tell that from
a print hard to see. Some scores mean nothing, however high: a small share of all probability may
be spread evenly for them. A wrong customer is dear and a question is cheap, so acceptance asks for
much. Where nobody is named alone, a set of candidates is (vision/answer_set.py).
Calibrations and how they were measured: vision/calibration.py, docs/recognition.md.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logsumexp

from vision.answer_set import AnswerSet, answer_set
from vision.errors import Reason
from vision.shapes import CutOut, Decision, Match, Outcome

#: Rivals' odds are taken no lower than this (a logarithm): a first match that stands out further
#: says no more. Where a catalogue is so small that there are fewer rivals than usual, standing out
#: among them says little, and their odds are taken no lower than the second figure.
LEAST_RIVALRY, LEAST_RIVALRY_OF_FEW = -8.0, -2.0
#: Where the print is cut off at the frame in every photo, the first is named alone from this on:
#: what is not seen may be what differs. Of 99 such photos 26 reach 0.9, two of them wrong (of 507
#: others 286 and one); 21 reach this, one of them wrong.
ACCEPT_CUT_OFF_AT = 0.97
#: Rivals of the first match that calibrations were measured with.
USUAL_RIVALS = 9
#: What the mean quality of the cut-outs is called where a calibration weighs it.
QUALITY = "quality"
#: What the logarithm of a piece's own probability is called there; the caller knows it.
PIECE = "piece"
#: Of a decision that is told nothing beside matches and cut-outs.
NOTHING_BESIDE: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What one more number says about whether the right part is one of the matches.

    Attributes:
        name: of a cue of the first match, of QUALITY, or of a number that the caller knows.
        weight: log-odds a unit; usual: where it says nothing, as it does where it is not known.
    """

    name: str
    weight: float
    usual: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What one describer's scores are worth.

    Attributes:
        temperature: difference of scores that makes a match e times likelier, above 0.
        none_score: score of "none of these".
        steepness: how fast the log-odds that it is one of these rise with their scores; where it is
            not said, as between matches, which makes "none of these" one more match.
        crowding: how much of the rivals' log-odds against the first speaks against all of them.
        breadth: how many temperatures a rival lies behind when it crowds e times less.
        usual_crowd: rivals' log-odds, so counted, that say nothing.
        evidence: what else says whether it is one of these.
        lapse: share of photos whose scores mean nothing.
        accept_at: probability from which the best match is named alone.
        give_up_at: probability of "none of these" from which nobody is named.
        look_alike_share: the second's probability as a share of the first's from which the two
            cannot be told apart.
        accept_quality: mean quality of the cut-outs below which nobody is named alone.
        set_border: probability from which a candidate belongs to what it may be; where nobody
            measured one, all of them do.
    """

    temperature: float
    none_score: float
    accept_at: float
    give_up_at: float
    steepness: float | None = None
    crowding: float = 0.0
    breadth: float = 1.0
    usual_crowd: float = 0.0
    evidence: tuple[Evidence, ...] = ()
    lapse: float = 0.0
    look_alike_share: float = 0.8
    accept_quality: float = 0.0
    set_border: float = 0.0

    def __post_init__(self) -> None:
        if not self.temperature > 0:
            raise ValueError(f"temperature {self.temperature} is not above zero")
        if not ((self.steepness is None or self.steepness > 0) and self.crowding >= 0):
            raise ValueError(f"steepness or crowding below zero: {self}")
        if not self.breadth > 0:
            raise ValueError(f"breadth {self.breadth} is not above zero")
        shares = (
            self.accept_at,
            self.give_up_at,
            self.lapse,
            self.look_alike_share,
            self.accept_quality,
            self.set_border,
        )
        if not all(0 <= share <= 1 for share in shares):
            raise ValueError(f"a share outside 0..1: {self}")


def decide(
    matches: Sequence[Match],
    cut_outs: Sequence[CutOut],
    *,
    calibration: Calibration,
    untold: Collection[int] = (),
    beside: Mapping[str, float] = NOTHING_BESIDE,
) -> Decision:
    """Accept the best match, offer several, or admit that nothing fits.

    Args:
        matches: best first.
        cut_outs: what they were found for.
        calibration: of the describer that found them.
        untold: rows of parts that these photos, from where they were taken, cannot tell from the
            best match; while there is one, nobody is named alone.
        beside: other numbers that a calibration may weigh, by name.

    Raises:
        ValueError: the matches are not best first.
    """
    if any(later.score > earlier.score for earlier, later in pairwise(matches)):
        raise ValueError("matches are not best first")
    chances = probabilities(
        [match.score for match in matches],
        calibration=calibration,
        beside=_known(matches, cut_outs, beside),
    )
    outcome, reason = _verdict(chances, cut_outs, calibration)
    if outcome is not Outcome.UNKNOWN and any(match.row in untold for match in matches[1:]):
        outcome, reason = Outcome.UNSURE, Reason.LOOK_ALIKES
    return Decision(
        outcome=outcome,
        reason=reason,
        probabilities=chances,
        answer_set=_may_be(matches, chances, calibration=calibration, untold=untold),
    )


def probabilities(
    scores: Sequence[float],
    *,
    calibration: Calibration,
    beside: Mapping[str, float] = NOTHING_BESIDE,
) -> tuple[float, ...]:
    """One probability per score; what is missing to 1 is "none of these"."""
    if not scores:
        return ()
    levels = np.array(scores, float) / calibration.temperature
    odds = np.exp(levels - levels.max())
    among = _chance_among(levels, calibration, beside)
    even = calibration.lapse / (len(levels) + 1)
    shares = (1 - calibration.lapse) * among * odds / odds.sum() + even
    return tuple(float(share) for share in shares)


def _known(
    matches: Sequence[Match], cut_outs: Sequence[CutOut], beside: Mapping[str, float]
) -> dict[str, float]:
    """All that is known by name."""
    quality = {QUALITY: _quality(cut_outs)} if cut_outs else {}
    return {**(matches[0].cues if matches else {}), **quality, **beside}


def _may_be(
    matches: Sequence[Match],
    chances: tuple[float, ...],
    *,
    calibration: Calibration,
    untold: Collection[int],
) -> AnswerSet:
    """Whatever cannot be told from the best match may be it, however likely it is."""
    found = answer_set(chances, [match.row for match in matches], border=calibration.set_border)
    rows = tuple(m.row for m in matches if m.row in found.rows or m.row in untold)
    return AnswerSet(rows=rows, none_of_these=found.none_of_these)


def _chance_among(
    levels: NDArray[np.float64], calibration: Calibration, beside: Mapping[str, float]
) -> float:
    """How likely the right part is one of the matches; levels are scores in temperatures."""
    temperature = calibration.temperature
    together = float(logsumexp(levels)) - calibration.none_score / temperature
    steepness = 1.0 if calibration.steepness is None else calibration.steepness * temperature
    least = LEAST_RIVALRY if len(levels) > USUAL_RIVALS else LEAST_RIVALRY_OF_FEW
    behind = (levels[1:] - levels[0]) / calibration.breadth
    rivalry = float(logsumexp(behind)) if len(levels) > 1 else least
    told = sum(
        each.weight * (beside[each.name] - each.usual)
        for each in calibration.evidence
        if each.name in beside
    )
    crowd = max(rivalry, least) - calibration.usual_crowd
    return float(expit(steepness * together - calibration.crowding * crowd + told))


def _verdict(
    chances: tuple[float, ...], cut_outs: Sequence[CutOut], calibration: Calibration
) -> tuple[Outcome, Reason]:
    if not chances:
        return Outcome.UNKNOWN, Reason.EMPTY_CATALOGUE
    cut_off = bool(cut_outs) and all(cut_out.touches_frame for cut_out in cut_outs)
    if 1 - sum(chances) >= calibration.give_up_at:
        return Outcome.UNKNOWN, Reason.CUT_OFF if cut_off else Reason.NOTHING_ALIKE
    border = max(calibration.accept_at, ACCEPT_CUT_OFF_AT) if cut_off else calibration.accept_at
    if chances[0] >= border and _quality(cut_outs) >= calibration.accept_quality:
        return Outcome.ACCEPTED, Reason.SURE
    if len(chances) > 1 and chances[1] >= calibration.look_alike_share * chances[0]:
        return Outcome.UNSURE, Reason.LOOK_ALIKES
    return Outcome.UNSURE, Reason.CUT_OFF if cut_off else Reason.NOT_SURE


def _quality(cut_outs: Sequence[CutOut]) -> float:
    return sum(cut_out.quality for cut_out in cut_outs) / len(cut_outs) if cut_outs else 1.0
