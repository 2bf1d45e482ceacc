"""What is proposed, against comparing with everything."""

import numpy as np
import pytest

from vision.nearest_views import NearestViews

PARTS, VIEWS, WIDTH = 120, 40, 32


def in_steps(vectors: np.ndarray) -> np.ndarray:
    whole = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.rint(127 * whole).astype(np.int8)


def of_parts(count: int, seed: int) -> np.ndarray:
    """Views of a part lie about its middle, as real ones do."""
    rng = np.random.default_rng(seed)
    middles = rng.normal(size=(count, 1, WIDTH))
    return in_steps(middles + 0.7 * rng.normal(size=(count, VIEWS, WIDTH)))


def photo_of(vectors: np.ndarray, row: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    views = vectors[row, rng.choice(VIEWS, 3, replace=False)] / 127
    return in_steps(views + 0.05 * rng.normal(size=(3, WIDTH)))


def nearest(vectors: np.ndarray, photo: np.ndarray, parts: int) -> list[int]:
    near = np.einsum("pvd,kd->pvk", vectors.astype(int), photo.astype(int)).max((1, 2))
    return sorted(np.argsort(-near, kind="stable")[:parts].tolist())


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    return of_parts(PARTS, 0)


@pytest.mark.parametrize("row", [0, 57, PARTS - 1])
def test_the_nearest_parts_are_proposed(vectors: np.ndarray, row: int) -> None:
    photo = photo_of(vectors, row, seed=row)

    proposed = NearestViews.over(vectors).proposed(photo, parts=10)

    assert proposed.tolist() == nearest(vectors, photo, 10)
    assert row in proposed


def test_the_same_catalogue_gives_the_same_proposals(vectors: np.ndarray) -> None:
    photo = photo_of(vectors, 3, seed=1)

    once, again = (NearestViews.over(vectors).proposed(photo, parts=30) for _ in range(2))

    assert once.tolist() == again.tolist()


def test_more_parts_than_there_are_may_be_asked_for(vectors: np.ndarray) -> None:
    few = NearestViews.over(vectors[:3])

    assert few.proposed(photo_of(vectors, 1, seed=2), parts=50).tolist() == [0, 1, 2]


def test_a_new_part_is_proposed_and_the_older_index_stays_as_it_was(vectors: np.ndarray) -> None:
    before = NearestViews.over(vectors[:-1])
    photo = photo_of(vectors, PARTS - 1, seed=4)

    grown = before.grown(vectors)

    assert grown.proposed(photo, parts=10).tolist() == nearest(vectors, photo, 10)
    assert before.proposed(photo, parts=10).tolist() == nearest(vectors[:-1], photo, 10)


def test_an_index_that_has_outgrown_its_centres_learns_them_anew(vectors: np.ndarray) -> None:
    photo = photo_of(vectors, 100, seed=5)
    small = NearestViews.over(vectors[:20])

    ours, theirs = small.grown(vectors), NearestViews.over(vectors)

    assert ours.proposed(photo, parts=40).tolist() == theirs.proposed(photo, parts=40).tolist()
    assert ours._learned_from == PARTS
    assert small.grown(vectors[:40])._learned_from == 20
