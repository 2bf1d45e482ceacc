"""What a photo may show: as few as hold the truth often enough."""

from itertools import pairwise

import pytest

from vision.answer_set import AnswerSet, answer_set


def test_whoever_reaches_the_border_belongs_to_it() -> None:
    found = answer_set((0.5, 0.2, 0.1), (7, 3, 5), border=0.2)

    assert found == AnswerSet(rows=(7, 3), none_of_these=True)
    assert len(found) == 3


def test_none_of_these_is_a_candidate_like_others() -> None:
    assert not answer_set((0.9, 0.06), (0, 1), border=0.05).none_of_these
    assert answer_set((0.9, 0.04), (0, 1), border=0.05).none_of_these


def test_somebody_always_belongs_to_it() -> None:
    assert answer_set((0.4, 0.3), (4, 6), border=1.0) == AnswerSet(rows=(4,), none_of_these=False)
    assert answer_set((0.1, 0.1), (4, 6), border=1.0) == AnswerSet(rows=(), none_of_these=True)
    assert answer_set((), (), border=1.0) == AnswerSet(rows=(), none_of_these=True)


def test_a_lower_border_only_adds() -> None:
    chances, rows = (0.5, 0.2, 0.15, 0.05, 0.02), (0, 1, 2, 3, 4)
    sets = [answer_set(chances, rows, border=border) for border in (0.4, 0.1, 0.04, 0.0)]

    assert [len(each) for each in sets] == [1, 3, 5, 6]
    assert all(set(a.rows) <= set(b.rows) for a, b in pairwise(sets))


def test_chances_and_rows_belong_together() -> None:
    with pytest.raises(ValueError, match="longer"):
        answer_set((0.5, 0.2), (1,), border=0.1)
