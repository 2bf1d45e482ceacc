"""Sets hold what they promise on photos that were not seen."""

import numpy as np
import pytest
from answer_sets import Way, by_sum, by_threshold, counted, fitted_border, unseen_sets, worth

from tests.fakes.drawn_answers import drawn
from vision.answer_set import answer_set

CHANCES = np.array([[0.6, 0.25, 0.05, 0.1], [0.2, 0.15, 0.1, 0.55]])


def test_the_threshold_is_the_products() -> None:
    members = by_threshold(CHANCES, 0.12)

    for row, chances in zip(members, CHANCES, strict=True):
        told = answer_set(tuple(chances[:-1]), (0, 1, 2), border=0.12)
        assert tuple(np.flatnonzero(row[:-1])) == told.rows
        assert row[-1] == told.none_of_these


def test_a_sum_takes_the_likeliest_until_it_is_reached() -> None:
    assert by_sum(CHANCES, 0.2).tolist() == [
        [True, True, False, False],
        [True, True, False, True],
    ]


@pytest.mark.parametrize("way", [by_threshold, by_sum])
def test_a_truth_is_worth_the_last_border_that_holds_it(way: Way) -> None:
    for right in range(4):
        rights = np.full(2, right)
        held = worth(way, CHANCES, rights)
        for n in range(2):
            inside = [way(CHANCES, border)[n, right] for border in (held[n] - 1e-6, held[n] + 1e-6)]
            assert inside[0]
            assert not inside[1] or held[n] == 1.0


def test_the_border_leaves_out_five_of_a_hundred() -> None:
    count = 199  # the tenth lowest of 199 leaves 10 of 200
    mine = np.linspace(0.001, 0.4, count)
    chances = np.column_stack([mine, 1 - mine])

    border = fitted_border(by_threshold, chances, np.zeros(count, int))

    assert border == pytest.approx(mine[9])
    assert fitted_border(by_threshold, chances[:10], np.zeros(10, int)) == 0


@pytest.mark.slow
def test_sets_hold_the_truth_for_about_as_many_as_promised() -> None:
    some = drawn(240)

    chances, members, right = unseen_sets(by_threshold, some, (), accept_at=0.9)

    unsure = chances[:, 0] < 0.9
    held = members[np.arange(240), right]
    assert unsure.sum() > 100
    assert 0.9 <= held[unsure].mean() <= 1
    assert held.mean() >= 0.92
    assert 1 < members[unsure].sum(1).mean() < 9


def test_counting_knows_parts_from_none_of_these() -> None:
    members = np.array([[True, False, True], [True, True, False]])

    found = counted(members, np.array([2, 0]), parts=np.array(["a", "b"]))

    assert (found["held"], found["size_mean"], found["parts_mean"]) == (1.0, 2.0, 1.5)
    assert found["with_none_of_these"] == 0.5
    assert found["held_where_a_right_part_is_among_the_ten"] == 1.0
