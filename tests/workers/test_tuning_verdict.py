import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fakes.training_room import MUCH_BETTER, NO_BETTER
from workers.tuning_verdict import AskedTwice, Finding, Said, gain_of, judged, read_answers


def _photo(number: int, *, now: bool, new: bool, new_part: bool = False) -> AskedTwice:
    return AskedTwice(
        part=f"{'new ' if new_part else ''}{number // 2}",
        new_part=new_part,
        now=Said(place=1 if now else 2, outcome="unsure"),
        new=Said(place=1 if new else None, outcome="unsure"),
    )


BETTER = [_photo(n, now=n % 3 > 0, new=n % 6 > 0) for n in range(60)]
NEW_PARTS = [_photo(n, now=True, new=True, new_part=True) for n in range(20)]


def test_more_parts_found_beyond_chance_is_better() -> None:
    verdict = judged(BETTER + NEW_PARTS)

    assert verdict.finding is Finding.BETTER
    assert (verdict.learned.photos, verdict.learned.parts) == (60, 30)
    assert verdict.learned.now == pytest.approx(40 / 60, abs=1e-4)
    assert verdict.learned.new == pytest.approx(50 / 60, abs=1e-4)
    assert 0 < verdict.learned.low < 10 / 60 < verdict.learned.high
    assert verdict.figures()["finding"] == "better"


def test_as_many_won_as_lost_is_chance() -> None:
    swapped = [_photo(n, now=n % 2 == 0, new=n % 2 == 1) for n in range(60)]

    verdict = judged(swapped)

    assert verdict.finding is Finding.NOT_MORE
    assert verdict.learned.now == verdict.learned.new == 0.5


def test_two_photos_more_of_sixty_are_not_beyond_chance() -> None:
    hardly = [_photo(n, now=n > 1, new=True) for n in range(4)]
    same = [_photo(n, now=True, new=True) for n in range(4, 60)]

    assert judged(hardly + same).finding is Finding.NOT_MORE


def test_too_few_photos_say_nothing_however_good() -> None:
    assert judged(BETTER[:18]).finding is Finding.TOO_FEW
    assert judged([]).finding is Finding.TOO_FEW


def test_what_loses_parts_it_never_saw_is_not_switched_in() -> None:
    lost = [replace(each, new=Said(place=3, outcome="unsure")) for each in NEW_PARTS]

    assert judged(BETTER + lost).finding is Finding.NEW_PARTS_LOST


def test_one_wrong_customer_more_outweighs_every_gain() -> None:
    wrong = replace(NEW_PARTS[0], new=Said(place=2, outcome="accepted"))
    assert wrong.new.is_wrong_name
    assert not replace(wrong, new=Said(place=1, outcome="accepted")).new.is_wrong_name

    verdict = judged([*BETTER, wrong, *NEW_PARTS[1:]])

    assert verdict.finding is Finding.MORE_WRONG
    assert (verdict.wrong_names_now, verdict.wrong_names_new) == (0, 1)


def test_photos_of_one_part_err_together() -> None:
    one_part = [replace(each, part="one") for each in BETTER]

    assert gain_of(one_part).low == gain_of(one_part).high
    assert gain_of(BETTER).low < gain_of(BETTER).high


def test_answers_are_read_as_training_wrote_them(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in MUCH_BETTER))
    assert judged(read_answers(path)).finding is Finding.BETTER

    path.write_text("".join(json.dumps(line) + "\n" for line in NO_BETTER))
    assert judged(read_answers(path)).finding is Finding.NOT_MORE
