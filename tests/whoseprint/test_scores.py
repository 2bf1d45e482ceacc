import pytest

from vision import Outcome
from whoseprint.scores import Answered, score


def _answered(
    *names: str,
    acceptable: frozenset[str] = frozenset(),
    difficulty: str = "easy",
    outcome: Outcome = Outcome.UNSURE,
    elapsed_ms: float = 100.0,
) -> Answered:
    return Answered(
        photo="a.jpg",
        truth="bracket",
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
