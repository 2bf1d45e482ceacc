"""The diagram, what chance does to it, and the borders that follow."""

import ast

import numpy as np
import pytest
from calibrating import (
    accept_border,
    calibration_error,
    error_by_chance,
    give_up_border,
    in_words,
    judge_calibration,
    told_apart,
)

from tests.fakes.drawn_answers import TRUE, drawn


def test_the_error_is_how_far_claims_lie_from_what_came() -> None:
    chances = np.array([0.75, 0.75, 0.75, 0.75, 0.25, 0.25])

    assert calibration_error(chances, np.array([1, 1, 1, 0, 0, 0], bool)) == pytest.approx(0.5 / 6)
    assert calibration_error(np.array([1.0]), np.array([True])) == 0


def test_exactly_right_claims_show_an_error_by_chance_that_shrinks_with_their_number() -> None:
    claims = np.random.default_rng(0).uniform(size=4000)
    few, many = error_by_chance(claims[:100]), error_by_chance(claims)

    assert 0.04 < few["mean"] < few["percentile_95"] < 0.2
    assert many["mean"] < few["mean"] / 4


def test_borders_are_the_least_that_let_few_enough_through() -> None:
    chances = np.concatenate([np.full(96, 0.97), np.full(10, 0.72)])
    right = np.concatenate([np.ones(96, bool), np.zeros(10, bool)])

    assert accept_border(chances, right) == 0.75
    assert accept_border(chances, np.zeros(106, bool)) == 1.0
    assert give_up_border(np.full(100, 0.62), np.ones(100, bool)) == 0.65
    assert give_up_border(np.full(100, 0.62), np.zeros(100, bool)) == 0.5


def test_strangers_are_told_apart_as_often_as_pairs_are_in_order() -> None:
    known, unknown = np.array([0.1, 0.4, 0.4]), np.array([0.4, 0.8])

    assert told_apart(known, unknown) == pytest.approx((1 + 1 / 2 + 1 / 2 + 3) / 6)


def test_a_calibration_in_words_is_python() -> None:
    told = ast.parse("{" + in_words(TRUE) + "}", mode="eval")

    assert "'map'" in ast.dump(told)
    assert "none_score=13.0" in in_words(TRUE)


@pytest.mark.slow
def test_what_was_drawn_as_claimed_is_calibrated() -> None:
    found = judge_calibration(drawn(300), ["map"])["cross_validated"]

    assert found["calibration_error"] < 0.1
    assert sum(row["photos"] for row in found["reliability"]) == found["photos"] == 300
    assert found["accepted_wrong"] <= 0.03 * found["accepted"]
