"""Every border of the decision, from both sides."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.answer_set import AnswerSet
from vision.calibration import calibration_of
from vision.decide import Calibration, Evidence, decide, probabilities
from vision.describers import SLUGS
from vision.errors import Reason
from vision.shapes import CutOut, Decision, Match, Outcome

#: A score difference of ln 2 doubles the odds; "none of these" scores 0.
PLAIN = Calibration(
    temperature=1.0,
    none_score=0.0,
    accept_at=0.8,
    give_up_at=0.75,
    look_alike_share=0.5,
    set_border=0.05,
)


def log_odds(*odds: float) -> list[float]:
    return [math.log(odd) for odd in odds]


def decided(
    scores: list[float],
    *,
    touches: tuple[bool, ...] = (False,),
    quality: float = 1.0,
    calibration: Calibration = PLAIN,
) -> Decision:
    matches = [Match(row=i, score=s, rotation=np.eye(3)) for i, s in enumerate(scores)]
    cut_outs = [
        CutOut(
            rgb=np.zeros((2, 2, 3), np.uint8),
            mask=np.ones((2, 2), np.float32),
            quality=quality,
            touches_frame=touch,
        )
        for touch in touches
    ]
    return decide(matches, cut_outs, calibration=calibration)


def test_probabilities_are_shares_of_the_odds_with_one_share_for_none_of_these() -> None:
    assert decided(log_odds(6, 2, 1)).probabilities == pytest.approx((0.6, 0.2, 0.1))


def test_the_temperature_divides_differences_of_scores() -> None:
    cooler = Calibration(temperature=0.5, none_score=0.0, accept_at=1, give_up_at=1)

    assert probabilities(log_odds(3, 1), calibration=cooler) == pytest.approx((9 / 11, 1 / 11))


def test_the_score_of_none_of_these_counts_as_one_more_match() -> None:
    strict = Calibration(temperature=1, none_score=math.log(5), accept_at=1, give_up_at=1)

    assert probabilities(log_odds(4, 1), calibration=strict) == pytest.approx((0.4, 0.1))


def test_a_lapse_is_spread_evenly_over_all_matches_and_none_of_these() -> None:
    doubtful = Calibration(temperature=1, none_score=0, accept_at=1, give_up_at=1, lapse=0.2)

    chances = probabilities(log_odds(6, 1), calibration=doubtful)

    assert chances == pytest.approx((0.8 * 6 / 8 + 0.2 / 3, 0.8 / 8 + 0.2 / 3))


def test_steepness_says_how_fast_scores_speak_for_one_of_the_matches() -> None:
    plain = Calibration(temperature=1, none_score=0, accept_at=1, give_up_at=1)
    steep = Calibration(temperature=1, none_score=0, steepness=2, accept_at=1, give_up_at=1)

    assert probabilities([math.log(3)], calibration=plain) == pytest.approx((3 / 4,))
    assert probabilities([math.log(3)], calibration=steep) == pytest.approx((9 / 10,))


def test_a_crowd_of_rivals_speaks_against_all_of_them() -> None:
    wary = Calibration(temperature=1, none_score=0, crowding=1, accept_at=1, give_up_at=1)
    crowd = log_odds(1, *[1 / 20] * 10)  # together half of the first: the odds are 1.5 / 0.5

    chances = probabilities(crowd, calibration=wary)

    assert sum(chances) == pytest.approx(3 / 4)
    assert chances[0] == pytest.approx(3 / 4 / 1.5)


def test_standing_out_among_few_says_less_than_among_many() -> None:
    wary = Calibration(temperature=1, none_score=3, crowding=1, accept_at=1, give_up_at=1)

    few = probabilities([0.0] + [-20.0] * 3, calibration=wary)[0]
    many = probabilities([0.0] + [-20.0] * 9, calibration=wary)[0]
    more = probabilities([0.0] + [-40.0] * 9, calibration=wary)[0]

    assert few == pytest.approx(1 / (1 + math.exp(3 - 2)))
    assert many == pytest.approx(1 / (1 + math.exp(3 - 8)))
    assert more == pytest.approx(many)


def test_a_rival_far_behind_crowds_where_the_crowd_is_broad() -> None:
    def chance(breadth: float) -> float:
        wary = Calibration(
            temperature=1, none_score=0, crowding=1, accept_at=1, give_up_at=1, breadth=breadth
        )
        return sum(probabilities([0.0] + [-6.0] * 9, calibration=wary))

    together = 9 * math.exp(-6)
    assert chance(1) == pytest.approx((1 + together) / (1 + together + together))
    assert chance(3) == pytest.approx((1 + together) / (1 + together + 9 * math.exp(-2)))


def test_what_is_known_beside_the_scores_moves_the_odds_that_it_is_one_of_these() -> None:
    weighing = Calibration(
        temperature=1, none_score=0, accept_at=1, give_up_at=1,
        evidence=(Evidence(name="map", weight=2.0, usual=0.5),),
    )  # fmt: skip

    def odds(**beside: float) -> float:
        chance = sum(probabilities([0.0], calibration=weighing, beside=beside))
        return math.log(chance / (1 - chance))

    assert odds(map=0.75) == pytest.approx(0.5)
    assert odds(map=0.25) == pytest.approx(-0.5)
    assert odds(map=0.5) == odds() == odds(edges=9) == pytest.approx(0.0)


def test_evidence_is_of_the_first_match_of_the_cut_outs_or_of_the_caller() -> None:
    names = ("map", "quality", "piece")
    weighing = Calibration(
        temperature=1, none_score=0, accept_at=1, give_up_at=1,
        evidence=tuple(Evidence(name=name, weight=1.0, usual=0.0) for name in names),
    )  # fmt: skip
    matches = [
        Match(row=0, score=0.0, rotation=np.eye(3), cues={"map": 0.25}),
        Match(row=1, score=-90.0, rotation=np.eye(3), cues={"map": 7.0}),
    ]
    cut_out = CutOut(
        rgb=np.zeros((2, 2, 3), np.uint8), mask=np.ones((2, 2), np.float32),
        quality=0.5, touches_frame=False,
    )  # fmt: skip

    found = decide(matches, [cut_out], calibration=weighing, beside={"piece": -1.0})

    assert found.probabilities[0] == pytest.approx(1 / (1 + math.exp(-(0.25 + 0.5 - 1))))


def test_the_answer_set_holds_every_candidate_that_reaches_the_border() -> None:
    def may_be(*odds: float) -> AnswerSet:
        return decided(log_odds(*odds)).answer_set

    assert may_be(70, 20, 4) == AnswerSet(rows=(0, 1), none_of_these=False)
    assert may_be(2, 1) == AnswerSet(rows=(0, 1), none_of_these=True)
    assert may_be() == AnswerSet(rows=(), none_of_these=True)


def test_where_no_border_was_measured_it_may_be_any_of_them() -> None:
    unmeasured = Calibration(temperature=1, none_score=0, accept_at=0.8, give_up_at=1)

    found = decided(log_odds(900, 2, 1), calibration=unmeasured).answer_set

    assert found == AnswerSet(rows=(0, 1, 2), none_of_these=True)


def test_a_look_alike_that_cannot_be_told_may_be_it_however_unlikely() -> None:
    matches = [Match(row=i, score=s, rotation=np.eye(3)) for i, s in enumerate(log_odds(900, 2, 1))]

    found = decide(matches, [], calibration=PLAIN, untold=[2]).answer_set

    assert found == AnswerSet(rows=(0, 2), none_of_these=False)


def test_huge_scores_do_not_overflow() -> None:
    chances = probabilities([5000.0, 4000.0], calibration=PLAIN)

    assert chances == (1.0, 0.0)


def test_an_empty_catalogue_is_said_to_be_empty() -> None:
    assert decided([]) == Decision(
        outcome=Outcome.UNKNOWN, reason=Reason.EMPTY_CATALOGUE, probabilities=()
    )


def test_a_match_as_likely_as_the_border_is_accepted() -> None:
    answer = decided(log_odds(8, 1))

    assert answer.probabilities[0] == pytest.approx(0.8)
    assert decided(log_odds(8.001, 1)).outcome is Outcome.ACCEPTED
    assert decided(log_odds(8.001, 1)).reason is Reason.SURE
    assert decided(log_odds(7.999, 1)).outcome is Outcome.UNSURE


def test_acceptance_exactly_at_the_border() -> None:
    half = Calibration(temperature=1, none_score=0, accept_at=0.5, give_up_at=1)

    assert decided([0.0], calibration=half).outcome is Outcome.ACCEPTED


def test_nothing_alike_is_said_when_none_of_these_reaches_its_border() -> None:
    assert decided(log_odds(0.333)).outcome is Outcome.UNKNOWN
    assert decided(log_odds(0.333)).reason is Reason.NOTHING_ALIKE
    assert decided(log_odds(0.334)).outcome is Outcome.UNSURE


def test_giving_up_exactly_at_the_border() -> None:
    half = Calibration(temperature=1, none_score=0, accept_at=0.5, give_up_at=0.5)

    assert decided([0.0], calibration=half).outcome is Outcome.UNKNOWN


def test_many_poor_matches_together_are_not_nothing() -> None:
    assert decided(log_odds(0.2, 0.1, 0.1)).outcome is Outcome.UNSURE


def test_a_print_cut_off_in_every_photo_is_the_reason_for_giving_up() -> None:
    assert decided(log_odds(0.1), touches=(True, True)).reason is Reason.CUT_OFF
    assert decided(log_odds(0.1), touches=(True, False)).reason is Reason.NOTHING_ALIKE


def test_a_print_cut_off_in_every_photo_is_the_reason_for_doubt() -> None:
    assert decided(log_odds(4, 1), touches=(True,)).reason is Reason.CUT_OFF
    assert decided(log_odds(4, 1), touches=(True, False)).reason is Reason.NOT_SURE
    assert decided(log_odds(4, 1), touches=()).reason is Reason.NOT_SURE


def test_a_print_cut_off_in_every_photo_is_named_only_when_it_is_surer() -> None:
    nearly, surely = log_odds(32), log_odds(33)  # 97.0 and 97.1 %

    assert decided(nearly, touches=(False,)).outcome is Outcome.ACCEPTED
    assert decided(nearly, touches=(True, False)).outcome is Outcome.ACCEPTED
    assert decided(nearly, touches=(True, True)).outcome is Outcome.UNSURE
    assert decided(nearly, touches=(True, True)).reason is Reason.CUT_OFF
    assert decided(surely, touches=(True, True)).outcome is Outcome.ACCEPTED


def test_two_that_are_nearly_as_likely_are_look_alikes() -> None:
    assert decided(log_odds(4, 2.001)).reason is Reason.LOOK_ALIKES
    assert decided(log_odds(4, 1.999)).reason is Reason.NOT_SURE
    assert decided(log_odds(4, 2.001)).outcome is Outcome.UNSURE


def test_look_alikes_matter_more_than_a_cut_off_edge() -> None:
    assert decided(log_odds(4, 4), touches=(True,)).reason is Reason.LOOK_ALIKES


def test_equal_scores_are_look_alikes_even_where_only_equals_count() -> None:
    equals = Calibration(
        temperature=1, none_score=0, accept_at=0.9, give_up_at=1, look_alike_share=1
    )

    assert decided(log_odds(4, 4), calibration=equals).reason is Reason.LOOK_ALIKES
    assert decided(log_odds(4, 3.999), calibration=equals).reason is Reason.NOT_SURE


def test_a_poor_cut_out_is_never_enough_to_name_one_alone() -> None:
    careful = Calibration(
        temperature=1, none_score=0, accept_at=0.5, give_up_at=1, accept_quality=0.6
    )

    assert decided(log_odds(9), quality=0.6, calibration=careful).outcome is Outcome.ACCEPTED
    assert decided(log_odds(9), quality=0.59, calibration=careful).outcome is Outcome.UNSURE
    assert decided(log_odds(9), touches=(), calibration=careful).outcome is Outcome.ACCEPTED


def test_a_look_alike_that_the_photo_cannot_tell_takes_the_certainty_away() -> None:
    matches = [Match(row=i, score=s, rotation=np.eye(3)) for i, s in enumerate(log_odds(90, 1))]

    def answer(*untold: int) -> tuple[Outcome, Reason]:
        found = decide(matches, [], calibration=PLAIN, untold=untold)
        return found.outcome, found.reason

    assert answer() == (Outcome.ACCEPTED, Reason.SURE)
    assert answer(1) == (Outcome.UNSURE, Reason.LOOK_ALIKES)
    assert answer(0, 7) == (Outcome.ACCEPTED, Reason.SURE)  # not among the others


def test_where_nothing_fits_look_alikes_change_nothing() -> None:
    matches = [Match(row=i, score=s, rotation=np.eye(3)) for i, s in enumerate(log_odds(0.1, 0.1))]

    found = decide(matches, [], calibration=PLAIN, untold=[1])

    assert found.outcome is Outcome.UNKNOWN


def test_matches_must_come_best_first() -> None:
    with pytest.raises(ValueError, match="best first"):
        decided([1.0, 2.0])


def test_equal_scores_are_in_order() -> None:
    assert decided([1.0, 1.0]).probabilities[0] == decided([1.0, 1.0]).probabilities[1]


@settings(deadline=None)
@given(st.lists(st.floats(-50, 50), max_size=12))
def test_probabilities_fall_and_leave_room_for_none_of_these(scores: list[float]) -> None:
    chances = decided(sorted(scores, reverse=True)).probabilities

    assert len(chances) == len(scores)
    assert list(chances) == sorted(chances, reverse=True)
    assert sum(chances) <= 1 + 1e-9
    assert all(0 <= chance <= 1 for chance in chances)


@pytest.mark.parametrize("temperature", [0.0, -1.0, math.nan])
def test_a_temperature_must_be_above_zero(temperature: float) -> None:
    with pytest.raises(ValueError, match="temperature"):
        Calibration(temperature=temperature, none_score=0, accept_at=1, give_up_at=1)


def test_a_crowd_has_a_breadth() -> None:
    with pytest.raises(ValueError, match="breadth"):
        Calibration(temperature=1, none_score=0, accept_at=1, give_up_at=1, breadth=0)


@pytest.mark.parametrize("wrong", [{"steepness": 0.0}, {"steepness": -1.0}, {"crowding": -0.1}])
def test_rising_scores_never_speak_against_a_match(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="below zero"):
        Calibration(temperature=1, none_score=0, accept_at=1, give_up_at=1, **wrong)


@pytest.mark.parametrize(
    "name", ["accept_at", "give_up_at", "lapse", "look_alike_share", "accept_quality", "set_border"]
)
@pytest.mark.parametrize("share", [-0.01, 1.01])
def test_shares_lie_between_nothing_and_all(name: str, share: float) -> None:
    sound = {"temperature": 1.0, "none_score": 0.0, "accept_at": 0.5, "give_up_at": 0.5}

    with pytest.raises(ValueError, match="share"):
        Calibration(**(sound | {name: share}))


@pytest.mark.parametrize("slug", SLUGS)
def test_every_describer_was_calibrated(slug: str) -> None:
    assert calibration_of(slug).accept_at > 0.5


def test_a_describer_nobody_measured_has_no_calibration() -> None:
    with pytest.raises(ValueError, match="no-such"):
        calibration_of("no-such")
