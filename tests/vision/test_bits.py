"""Packed overlaps against plain numpy."""

import numpy as np
import pytest

from vision.bits import best_overlaps, packed, unpacked


def masks(count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).random((count, 64, 64)) < 0.4


def test_unpacking_gives_back_what_was_packed() -> None:
    some = masks(5, 0)

    words = packed(some)

    assert words.shape == (5, 64)
    assert words.dtype == np.uint64
    assert np.array_equal(unpacked(words, size_px=64), some)


def test_the_best_pattern_and_its_share_are_those_of_plain_arithmetic() -> None:
    ours, theirs = masks(7, 1), masks(3, 2)
    shares = np.array([[(a & b).sum() / (a | b).sum() for b in theirs] for a in ours])

    best = best_overlaps(packed(ours), packed(theirs))

    assert np.allclose(best.share, shares.max(1))
    assert best.pattern.tolist() == shares.argmax(1).tolist()


def test_empty_silhouettes_share_nothing() -> None:
    nothing = np.zeros((2, 64, 64), bool)

    best = best_overlaps(packed(nothing), packed(nothing))

    assert best.share.tolist() == [0, 0]


def test_no_silhouettes_have_no_overlaps() -> None:
    assert len(best_overlaps(np.zeros((0, 64), np.uint64), packed(masks(1, 3))).share) == 0


def test_a_silhouette_that_fills_no_whole_word_is_refused() -> None:
    with pytest.raises(ValueError, match="64"):
        packed(np.ones((1, 5, 5), bool))
