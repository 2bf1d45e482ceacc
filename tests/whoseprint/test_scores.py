import pytest

from vision import Outcome
from whoseprint.scores import Answered, score


def _answered(
    *names: str,
    acceptable: frozenset[str] = frozenset(),
    difficulty: str = "easy",
    outcome: Outcome = Outcome.UNSURE,
    elapsed_ms: float = 100.0,
    truth: str = "bracket",
) -> Answered:
    return Answered(
        photo="a.jpg",
        truth=truth,
        acceptable=acceptable,
        difficulty=difficulty,
        names=names,
        outcome=outcome,
        elapsed_ms=elapsed_ms,
    )


def test_an_acceptable_name_counts_leniently_but_not_strictly() -> None:
    answers = [_answered("twin", "x", "bracket", acceptable=frozenset({"twin"}))]

    figures = score(answers, parts=3, describer="seed6")

    assert (figures["top1"], figures["strict"]["top1"], figures["strict"]["top3"]) == (1, 0, 1)


def test_a_photo_without_candidates_is_wrong_and_not_absent() -> None:
    answers = [_answered("bracket"), _answered(outcome=Outcome.UNKNOWN)]

    figures = score(answers, parts=3, describer="seed6")

    assert (figures["photos"], figures["top10"], figures["unknown"]) == (2, 0.5, 0.5)


def test_accepting_a_wrong_name_is_counted_as_a_share_of_all_photos() -> None:
    answers = [
        _answered("bracket", outcome=Outcome.ACCEPTED),
        _answered("hook", "bracket", outcome=Outcome.ACCEPTED),
        _answered("hook", "bracket"),
        _answered("twin", acceptable=frozenset({"twin"}), outcome=Outcome.ACCEPTED),
    ]

    figures = score(answers, parts=3, describer="seed6")

    assert (figures["accepted"], figures["accepted_wrong"]) == (0.75, 0.25)


def test_each_difficulty_is_counted_by_itself() -> None:
    answers = [_answered("bracket"), _answered("hook", difficulty="hard")]

    figures = score(answers, parts=3, describer="seed6")["by_difficulty"]

    assert (figures["easy"]["top1"], figures["hard"]["top1"]) == (1.0, 0.0)


def test_a_rank_below_the_depth_does_not_count() -> None:
    names = [f"p{number}" for number in range(10)]

    figures = score([_answered(*names, "bracket")], parts=11, describer="seed6")

    assert figures["top10"] == 0.0


def test_no_photos_give_no_score() -> None:
    with pytest.raises(ValueError, match="no photos"):
        score([], parts=3, describer="seed6")


def test_photos_of_one_part_count_as_one_draw() -> None:
    one_part = [_answered("hook") for _ in range(50)] + [_answered("bracket") for _ in range(50)]
    many_parts = [
        _answered("part-7" if number % 2 else "hook", truth="part-7" if number % 2 else f"{number}")
        for number in range(100)
    ]
    apart = [
        _answered(f"part-{number}" if number % 2 else "hook", truth=f"part-{number}")
        for number in range(100)
    ]

    of_one = score(one_part, parts=3, describer="seed6")["intervals_95"]["top1"]
    of_many = score(many_parts, parts=3, describer="seed6")["intervals_95"]["top1"]
    of_all = score(apart, parts=3, describer="seed6")["intervals_95"]["top1"]

    assert of_one == [0.5, 0.5]  # always the same part: nothing to draw
    assert of_all[0] == pytest.approx(0.5 - 1.96 * 0.05, abs=0.02)
    assert of_all[1] == pytest.approx(0.5 + 1.96 * 0.05, abs=0.02)
    assert of_many[1] - of_many[0] > 2 * (of_all[1] - of_all[0])  # fifty photos hang together


def test_an_interval_is_the_same_every_time() -> None:
    answers = [_answered("bracket", truth=f"part-{number % 7}") for number in range(20)]
    answers += [_answered(f"part-{number % 5}", truth=f"part-{number % 5}") for number in range(20)]

    first, second = (score(answers, parts=3, describer="seed6") for _ in range(2))

    assert first["intervals_95"] == second["intervals_95"]
    low, high = first["intervals_95"]["top1"]
    assert low <= first["top1"] <= high
