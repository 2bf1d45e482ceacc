"""A part ranks before another when any of its views fits better."""

import numpy as np
from view_count import first_ranks

from vision.bits import packed


def test_the_rank_is_of_the_best_right_part_by_its_best_view() -> None:
    square, bar, dot = (np.zeros((64, 64), bool) for _ in range(3))
    square[10:50, 10:50] = bar[30:34, 5:60] = dot[31:33, 31:33] = True
    words = np.stack([packed(np.stack(views)) for views in ((dot, bar), (dot, dot), (square, dot))])
    photo = packed(square[None])

    def rank(*rows: int) -> int:
        return int(first_ranks(words, [photo], [np.isin([0, 1, 2], rows)])[0])

    assert [rank(2), rank(0), rank(1), rank(0, 1)] == [0, 1, 2, 1]
