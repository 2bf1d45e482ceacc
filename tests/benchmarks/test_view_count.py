"""A part ranks before another when any of its views fits better."""

import numpy as np
from view_count import Asked, first_ranks

from vision.bits import packed
from vision.hash_aligned import ROLLS
from vision.learned import EMBEDDED_ROLLS, WIDTH


def photo_of(words: np.ndarray, vector: np.ndarray, *right: int) -> Asked:
    """Seen alike in all rolls."""
    return Asked(
        where="real",
        patterns=np.repeat(words, ROLLS, axis=0),
        vectors=np.repeat(vector[None], EMBEDDED_ROLLS, axis=0),
        right=np.isin([0, 1, 2], right),
    )


def test_the_rank_is_of_the_best_right_part_by_its_best_view() -> None:
    square, bar, dot = (np.zeros((64, 64), bool) for _ in range(3))
    square[10:50, 10:50] = bar[30:34, 5:60] = dot[31:33, 31:33] = True
    words = np.stack([packed(np.stack(views)) for views in ((dot, bar), (dot, dot), (square, dot))])
    seen, away = np.eye(2, WIDTH, dtype=np.float32)
    # the second part's second view is what the towers say the photo shows
    vectors = np.zeros((3, 2, WIDTH), np.int8)
    vectors[:] = 127 * away.astype(np.int8)
    vectors[1, 1] = 127 * seen.astype(np.int8)

    def ranks(*rows: int) -> tuple[int, int]:
        return first_ranks(words, vectors, photo_of(packed(square[None]), seen, *rows))

    assert [ranks(row)[0] for row in (2, 0, 1)] == [0, 1, 2]
    assert ranks(0, 1)[0] == 1
    # the vector lifts the second part past the first, and not past the third, whose outline fits
    assert [ranks(row)[1] for row in (2, 0, 1)] == [0, 2, 1]
