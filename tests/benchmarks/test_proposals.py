"""Kept pieces come back as they were, and the product settles which is meant."""

from pathlib import Path

import numpy as np
import pytest
from proposals import Photo, Searched, answer, answers, read, strangers, write

from vision.decide import Calibration
from whoseprint.evaluation import LabelledPhoto

NAMES = tuple(f"part {n}" for n in range(14))
PLAIN = Calibration(temperature=1.0, none_score=2.0, accept_at=0.9, give_up_at=0.9)
WEIGHTS = np.array([2.0, 1.0])


def piece(probability: float, best: int, *, lead: float) -> Searched:
    """Twelve parts, one of them ahead; the second cue is what it lies ahead by."""
    rows = np.arange(12)
    cues = np.column_stack([np.linspace(1, 0, 12), lead * (rows == best)])
    return Searched(probability=probability, quality=0.8, touches_frame=False, rows=rows, cues=cues)


def photo(*pieces: Searched, right: int = 3) -> Photo:
    return Photo(
        where="real", name="a.jpg", part=f"part {right}", difficulty="easy",
        right=frozenset({right}), names=("edges", "map"), pieces=pieces,
    )  # fmt: skip


def test_pieces_are_kept_with_the_names_of_their_cues(tmp_path: Path) -> None:
    kept = [piece(0.7, 3, lead=4.0), piece(0.2, 5, lead=1.0)]
    path = tmp_path / "real" / "a.npz"
    label = LabelledPhoto(
        name="a.jpg", path=tmp_path / "a.jpg", truth="part 3", acceptable=frozenset({"part 9"}),
        difficulty="hard", mask=None,
    )  # fmt: skip

    write(path, kept)
    found = read(path, "real", label, names=NAMES)

    assert (found.part, found.difficulty, found.right) == ("part 3", "hard", frozenset({3, 9}))
    assert found.names == ("silhouette", "share")
    assert [each.probability for each in found.pieces] == [0.7, 0.2]
    assert found.pieces[1].cues == pytest.approx(kept[1].cues)
    assert found.pieces[1].rows.tolist() == list(range(12))


def test_a_photo_without_a_print_is_kept_as_such(tmp_path: Path) -> None:
    label = LabelledPhoto(
        name="b.jpg", path=tmp_path / "b.jpg", truth="part 3", acceptable=frozenset(),
        difficulty="hard", mask=None,
    )  # fmt: skip
    write(tmp_path / "b.npz", [])

    found = read(tmp_path / "b.npz", "traced", label, names=NAMES)

    assert found.pieces == ()
    assert answers([found], calibration=PLAIN) == []
    assert strangers([found], calibration=PLAIN) == []


def test_the_ten_best_of_the_piece_that_is_meant_are_decided_upon() -> None:
    found = answer(photo(piece(0.7, 3, lead=9.0)), calibration=PLAIN, weights=WEIGHTS)

    assert (found.rows[0], found.right, len(found.scores)) == (3, 0, 10)
    assert list(found.scores) == sorted(found.scores, reverse=True)
    assert found.beside["map"] == 9.0
    assert found.beside["quality"] == 0.8
    assert found.beside["piece"] == pytest.approx(np.log(0.7))


def test_a_less_likely_piece_is_meant_where_it_fits_far_better() -> None:
    shown = photo(piece(0.6, 5, lead=0.1), piece(0.3, 3, lead=30.0))

    found = answer(shown, calibration=PLAIN, weights=WEIGHTS)

    assert found.rows[0] == 3
    assert found.beside["piece"] == pytest.approx(np.log(0.3))


def test_a_stranger_is_the_same_photo_without_its_right_parts() -> None:
    [found] = strangers([photo(piece(0.7, 3, lead=9.0))], calibration=PLAIN, weights=WEIGHTS)

    assert found.right is None
    assert 3 not in found.rows
    assert len(found.rows) == 10
    assert found.beside["map"] == 0.0
