"""Curves and shares of an open set, on answers small enough to count by hand."""

import numpy as np
import pytest
from fitting import Answer
from open_set import curve, measured, roc, spread, wrong_at

FIRST = np.linspace(0.95, 0.05, 20)
RIGHT = np.arange(20) < 16  # the four least sure are wrong


def known(count: int = 20) -> list[Answer]:
    return [
        Answer(part=f"part {n % 7}", scores=(2.0, 1.0), right=0 if n < 16 else None, where="real")
        for n in range(count)
    ]


def test_the_surest_come_first_and_coverage_is_of_all() -> None:
    points = curve(FIRST, RIGHT, of=40)

    assert (points[0]["coverage"], points[0]["wrong"]) == (0.25, 0.0)
    assert (points[-1]["coverage"], points[-1]["wrong"]) == (0.5, 0.2)
    assert [point["border"] for point in points] == sorted(
        (point["border"] for point in points), reverse=True
    )


def test_wrong_at_a_share_counts_the_surest_of_so_many() -> None:
    assert wrong_at(0.8, FIRST, RIGHT, of=20) == 0.0
    assert wrong_at(0.8, FIRST[::-1], RIGHT, of=20) == pytest.approx(0.25)
    assert wrong_at(0.8, FIRST, RIGHT, of=40) is None


def test_a_roc_ends_where_everybody_is_noticed() -> None:
    points = roc(np.array([0.1, 0.2, 0.3]), np.array([0.25, 0.8, 0.9]))

    assert points[0] == {"strangers": 0.0, "known": 0.0}
    assert points[-1] == {"strangers": 1.0, "known": 1.0}
    for axis in ("strangers", "known"):
        values = [point[axis] for point in points]
        assert values == sorted(values)


def test_the_interval_holds_the_figure_and_narrows_where_all_agree() -> None:
    some = known()
    none, strange = np.linspace(0, 0.6, 20), np.linspace(0.3, 0.9, 20)

    low, high = spread(some, none, some, strange)

    assert 0.7 < low < 0.875 < high < 1
    assert spread(some, none, some, none + 2) == [1.0, 1.0]


def test_a_photo_without_a_cut_out_counts_in_every_share() -> None:
    mine = np.column_stack([FIRST, 1 - FIRST])
    theirs = np.column_stack([FIRST / 2, 1 - FIRST / 2])

    found = measured(known(), mine, known(), theirs, of=25)

    assert (found["photos"], found["cut_out"], found["right_part_first"]) == (25, 20, 16)
    assert found["accepted"]["0.9"] == {"known": 2, "known_wrong": 0, "strangers_share": 0.0}
    assert found["nobody_named"]["0.8"] == {
        "known_share": 0.16, "known_right_first": 0, "strangers_share": 0.32,
    }  # fmt: skip
    assert found["strangers_told_apart"]["among_right"] > 0.9
    assert found["at_80"]["of_answerable_wrong"] == 0.0
    assert found["at_80"]["of_all_wrong"] == pytest.approx(4 / 20)
