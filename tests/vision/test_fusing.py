"""Several photos say more than one, and a mistaken one does not outvote the others."""

import numpy as np
import pytest

from vision.fusing import together

TEMPERATURE = 0.8


def test_one_photo_says_what_it_said() -> None:
    scores = np.array([[31.0], [29.5], [12.0]])

    assert together(scores, temperature=TEMPERATURE).tolist() == [31.0, 29.5, 12.0]


def test_no_part_has_no_score() -> None:
    assert together(np.zeros((0, 2)), temperature=TEMPERATURE).shape == (0,)


def test_two_photos_that_agree_are_surer_than_one_and_less_than_twice_as_sure() -> None:
    alone = np.array([30.0, 29.0, 28.0])

    both = together(np.stack([alone, alone], axis=1), temperature=TEMPERATURE)

    assert alone[0] - alone[1] < both[0] - both[1] < 2 * (alone[0] - alone[1])


def test_a_photo_of_something_else_does_not_outvote_a_good_one() -> None:
    good = np.array([30.0, 26.0, 25.0, 24.0])
    mistaken = np.array([10.0, 14.0, 30.0, 14.0])  # a wrong cut-out, surely like the third

    both = together(np.stack([good, mistaken], axis=1), temperature=TEMPERATURE)

    assert (good + mistaken)[2] - (good + mistaken)[0] == pytest.approx(15)
    assert abs(both[2] - both[0]) < 2 * TEMPERATURE  # nearly as likely: neither is named alone
    assert both[0] > max(both[1], both[3])


def test_how_high_parts_score_altogether_is_the_mean_of_the_photos() -> None:
    one, other = np.array([30.0, 20.0]), np.array([26.0, 20.0])

    both = together(np.stack([one, other], axis=1), temperature=TEMPERATURE)

    assert both[0] == pytest.approx(28.0, abs=0.2)


def test_the_order_of_photos_does_not_matter() -> None:
    scores = np.random.default_rng(5).normal(30, 4, (7, 3))

    turned = together(scores[:, ::-1], temperature=TEMPERATURE)

    assert turned == pytest.approx(together(scores, temperature=TEMPERATURE))
