"""What is left of the top-1 when the catalogue grows."""

from pathlib import Path

import numpy as np
from asking import Said
from catalogue_size import figures_of, kept_share

from whoseprint.evaluation import LabelledPhoto


def asked(ranks: list[tuple[int, int]]) -> list:
    """Photos of parts of their own, each with its rank at 200 and at 1,000 parts."""
    return [
        (
            ("real", LabelledPhoto(
                name=f"{n}.jpg", path=Path("x"), truth=f"part {n}", acceptable=frozenset(),
                difficulty="easy", mask=None,
            )),
            [
                Said(photo=("real", f"{n}.jpg"), mask="given", size=size, lenient=rank,
                     names=tuple("other" for _ in range(rank - 1)) + (f"part {n}",))
                for size, rank in zip((200, 1000), places, strict=True)
            ],
        )
        for n, places in enumerate(ranks)
    ]  # fmt: skip


def test_the_share_kept_is_of_the_photos_right_among_fewer_parts() -> None:
    some = asked([(1, 1)] * 60 + [(1, 2)] * 20 + [(3, 4)] * 20)

    kept = kept_share(some, [200, 1000])

    assert kept["share"] == 0.75
    low, high = kept["interval_95"]
    assert low < 0.75 < high
    assert np.isclose(high - low, 2 * 1.96 * np.sqrt(0.75 * 0.25 / 80), atol=0.05)


def test_without_both_sizes_there_is_no_share() -> None:
    assert kept_share(asked([(1, 1)]), [200, 646]) == {}


def test_each_size_has_its_own_figures() -> None:
    figures = figures_of(asked([(1, 1), (1, 2)]), [200, 1000], slug="seed6")["by_size"]

    assert [figures[size]["top1"] for size in ("200", "1000")] == [1.0, 0.5]
    assert figures["1000"]["top3"] == 1.0
