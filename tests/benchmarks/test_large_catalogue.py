"""Filler is made the same again and looks like a part; recall is counted of what is proposed."""

import numpy as np
from large_catalogue import Asked, filler, recall_of, turned_views

from vision.learned import SLUG, in_steps
from vision.nearest_views import NearestViews
from vision.shapes import CutOut
from vision.signature import Arrays

VIEWS = 162


def some_parts(count: int) -> list[Arrays]:
    rng = np.random.default_rng(0)
    parts = []
    for _ in range(count):
        vectors = rng.normal(size=(VIEWS, 128))
        arrays = Arrays(SLUG)
        arrays["vectors"] = in_steps(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
        arrays["silhouettes"] = rng.integers(0, 2**63, size=(VIEWS, 64), dtype=np.uint64)
        parts.append(arrays)
    return parts


def test_filler_has_vectors_of_length_one_and_halves_of_two_silhouettes() -> None:
    real = some_parts(2)

    made, again = filler(7, real), filler(7, real)

    assert np.array_equal(made["vectors"], again["vectors"])
    assert np.abs(np.linalg.norm(made["vectors"] / 127, axis=1) - 1).max() < 0.03
    upper = [
        np.array_equal(made["silhouettes"][:, :32], each["silhouettes"][:, :32]) for each in real
    ]
    assert sum(upper) == 1
    lower = real[1 - upper.index(True)]["silhouettes"][:, 32:]
    assert all((words == lower).all(axis=1).any() for words in made["silhouettes"][:, 32:])


def test_turned_views_stay_neighbours() -> None:
    turned = turned_views(np.random.default_rng(3))

    assert turned.shape == (VIEWS,)
    assert len(set(turned.tolist())) > VIEWS / 2


def test_recall_is_the_share_of_the_best_that_is_proposed() -> None:
    vectors = np.stack([each["vectors"] for each in some_parts(4)])
    blank = np.zeros((4, 4), np.uint8)
    nobody = CutOut(
        rgb=np.repeat(blank[..., None], 3, axis=2), mask=blank.astype(np.float32), quality=1.0,
        touches_frame=False,
    )  # fmt: skip
    photo = Asked(
        cut_out=nobody, vectors=vectors[2, :3].astype(np.float32) / 127, right=frozenset([2])
    )
    promise = np.array([[0.1, 0.2, 0.9, 0.3]], np.float32)

    all_four = recall_of(NearestViews.over(vectors), [photo], promise)
    first_two = recall_of(NearestViews.over(vectors[:2]), [photo], promise)

    assert set(all_four["recall"].values()) == {1.0}
    assert first_two["recall"] == {"best_1": 0, "best_40": 0.5, "best_120": 0.5, "right_part": 0}
    assert [all_four["proposed_parts"], first_two["proposed_parts"]] == [4, 2]
