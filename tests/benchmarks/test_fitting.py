"""Tables say what the product says of each photo, and a fit finds what made the answers."""

from dataclasses import replace

import pytest
from fitting import Answer, Table, calibrate, chances_of, surprise, unseen_chances

from tests.fakes.drawn_answers import TRUE, drawn
from vision.decide import probabilities


@pytest.mark.parametrize("lapse", [0.0, 0.1])
def test_a_table_says_what_the_product_says_of_each_photo(lapse: float) -> None:
    calibration = replace(TRUE, lapse=lapse)
    some = [
        Answer(part="a", scores=(9.0, 7.5, 3.0), right=0, beside={"map": 0.9}),
        Answer(part="b", scores=(4.0,), right=None),
        *drawn(5),
    ]

    chances = chances_of(Table.of(some, ["map"]), calibration)

    for row, answer in zip(chances, some, strict=True):
        told = probabilities(answer.scores, calibration=calibration, beside=answer.beside)
        assert row[: len(told)] == pytest.approx(told)
        assert row[-1] == pytest.approx(1 - sum(told))
        assert row[len(told) : -1].sum() == 0


@pytest.mark.slow
def test_a_fit_comes_near_what_the_truth_was_drawn_from() -> None:
    some = drawn(600)
    table = Table.of(some, ["map"])

    fitted = calibrate(some, ["map"])

    assert fitted.temperature == pytest.approx(2.0, rel=0.2)
    assert fitted.evidence[0].weight == pytest.approx(3.0, rel=0.35)
    best = surprise(chances_of(table, TRUE), table)
    assert surprise(chances_of(table, fitted), table) == pytest.approx(best, abs=0.02)


@pytest.mark.slow
def test_evidence_that_speaks_makes_unseen_answers_less_surprising() -> None:
    some = drawn(250)

    plain, told = (unseen_chances(some, names) for names in ((), ("map",)))

    assert surprise(told, Table.of(some)) < surprise(plain, Table.of(some)) - 0.02


def test_a_photo_is_judged_by_what_never_saw_its_part() -> None:
    some = drawn(60)
    misled = [replace(answer, right=None) if answer.part == "part 5" else answer for answer in some]
    mine = [n for n, answer in enumerate(some) if answer.part == "part 5"]

    assert mine
    assert unseen_chances(some)[mine] == pytest.approx(unseen_chances(misled)[mine])


def test_what_counts_twice_is_as_if_it_were_there_twice() -> None:
    some = drawn(80)
    twice = calibrate([*some, *some[:40]])
    heavier = calibrate([replace(a, weight=2.0 if n < 40 else 1.0) for n, a in enumerate(some)])

    table = Table.of(some)
    assert chances_of(table, heavier) == pytest.approx(chances_of(table, twice), abs=0.02)
