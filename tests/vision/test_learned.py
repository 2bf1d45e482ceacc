import sys
from collections.abc import Sequence

import numpy as np
import pytest

from tests.vision.shapes_of_ours import bracket, mirrored, outlines, photo_of
from vision.embedder import photo_tower, view_tower
from vision.embedder_input import DEEPEST, EMBEDDED_PX, photo_input, view_input
from vision.embedder_views import kept_views
from vision.hash_aligned import coarse_of
from vision.learned import (
    EMBEDDED_ROLLS,
    NOT_PROPOSED,
    SLUG,
    STEPS,
    Learned,
    LearnedIndex,
    in_steps,
    nearness,
    rolled_inputs,
    upright_input,
)
from vision.nearest_views import Border
from vision.shapes import Match, Signature
from vision.signature import pack, unpack
from vision.viewpoints import look_from, roll, viewpoints

ASKEW = look_from(np.array([0.3, -0.8, 0.5]))
#: No view is compared that was not proposed; of 25 parts 12 are.
SMALL = Border(views=0, parts=12)
#: Parts between the real ones of the mixed catalogue.
MIXED = 5


@pytest.fixture(scope="module")
def catalogue() -> list[Signature]:
    """Five parts, and between them twenty whose views are mixtures of theirs."""
    real = [Learned().describe_part(mesh) for mesh in [*outlines(), mirrored(bracket())]]
    rng = np.random.default_rng(0)
    signatures = []
    for number in range(MIXED * len(real)):
        arrays = unpack(SLUG, real[number // MIXED])
        if number % MIXED:
            other = unpack(SLUG, real[int(rng.integers(len(real)))])
            turned = rng.permutation(len(viewpoints(2)))
            mixed = arrays["vectors"] + other["vectors"][turned].astype(float)
            arrays["vectors"] = in_steps(mixed / np.linalg.norm(mixed, axis=1, keepdims=True))
            arrays["silhouettes"] = arrays["silhouettes"][turned]
        signatures.append(pack(SLUG, arrays))
    return signatures


def first_of(matches: Sequence[Match]) -> list[tuple[int, float]]:
    return [(match.row, round(match.score, 4)) for match in matches[:3]]


def test_a_photo_turned_by_a_roll_is_the_photo_of_a_part_turned_so() -> None:
    step = 360 / EMBEDDED_ROLLS
    upright = photo_of(bracket(), ASKEW)
    turned = photo_of(bracket(), roll(3 * step) @ ASKEW)

    back = rolled_inputs(turned)[3]
    there = rolled_inputs(upright)[0]

    both = (back[3] > 0.5) & (there[3] > 0.5)
    either = (back[3] > 0.5) | (there[3] > 0.5)
    assert both.sum() / either.sum() > 0.9


def test_unrolled_the_crop_is_the_canonical_one() -> None:
    photo = photo_of(bracket(), ASKEW)

    off = np.abs(rolled_inputs(photo)[0][3] - upright_input(photo)[3])

    assert float(off.mean()) < 0.01


def test_brightness_is_told_in_the_prints_own_measure() -> None:
    rgb = np.full((8, 8, 3), 200, np.uint8)
    rgb[:4] = 40
    mask = np.zeros((8, 8), np.float32)
    mask[2:6, 2:6] = 1

    dim = photo_input((rgb * 0.5).astype(np.uint8), mask)
    bright = photo_input(rgb, mask)

    assert dim == pytest.approx(bright, abs=0.02)
    assert abs(float((bright[:3] * mask).sum())) < 0.1


def test_an_even_print_does_not_become_noise() -> None:
    rgb = np.full((8, 8, 3), 100, np.uint8)
    rgb[0, 0] = 103

    assert np.abs(photo_input(rgb, np.ones((8, 8), np.float32))[:3]).max() < 0.2


def test_depth_is_told_around_its_mean_and_bounded() -> None:
    depth = np.zeros((4, 4), np.float32)
    depth[0], depth[1] = 3, 5
    depth[2, 0] = 400

    told = view_input(depth, np.zeros((4, 4, 3), np.float32), unit=100.0)

    assert told.shape == (5, 4, 4)
    assert told[3].min() == -DEEPEST
    assert told[3, 0, 0] > told[3, 1, 0]
    assert told[4].sum() == 9
    assert np.all(told[3, 3] == 0)


def test_nearness_is_the_cosine_of_what_was_stored() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(3, 5, 128)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=2, keepdims=True)
    photo = rng.normal(size=(4, 128)).astype(np.float32)
    photo /= np.linalg.norm(photo, axis=1, keepdims=True)

    near = nearness(np.rint(vectors * STEPS).astype(np.int8), photo)

    assert near == pytest.approx(np.einsum("pvd,kd->pvk", vectors, photo), abs=0.02)


def test_vectors_and_maps_have_length_one() -> None:
    photo = photo_of(bracket(), ASKEW)
    views = kept_views(coarse_of(bracket()), viewpoints(2)[:3])

    for told in (photo_tower().embed(upright_input(photo)[None]), view_tower().embed(views)):
        for vectors in (told.whole, told.places):
            assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(vectors)), abs=1e-3)


def test_the_towers_alone_tell_four_parts_and_a_twin_apart() -> None:
    parts = [*outlines(), mirrored(bracket())]
    photos = np.stack([upright_input(photo_of(mesh, ASKEW)) for mesh in parts])
    views = np.concatenate([kept_views(coarse_of(mesh), ASKEW[None]) for mesh in parts])

    photo, view = photo_tower().embed(photos), view_tower().embed(views)

    assert views.shape == (5, 5, EMBEDDED_PX, EMBEDDED_PX)
    assert (photo.whole @ view.whole.T).argmax(1).tolist() == [0, 1, 2, 3, 4]
    assert (photo.places @ view.places.T).argmax(1).tolist() == [0, 1, 2, 3, 4]


def test_beyond_the_border_the_answer_is_that_of_comparing_with_everything(
    catalogue: list[Signature],
) -> None:
    everything = Learned(border=Border(views=10**6)).open_index(catalogue)
    proposed = Learned(border=SMALL).open_index(catalogue)

    for number, mesh in ((1, outlines()[1]), (4, mirrored(bracket()))):
        photo = photo_of(mesh, ASKEW)
        ours = first_of(proposed.search([photo], k=9))
        assert ours == first_of(everything.search([photo], k=9))
        assert ours[0][0] // MIXED == number


def test_beyond_the_border_only_proposed_parts_are_compared_and_as_exactly_as_before(
    catalogue: list[Signature],
) -> None:
    photo = photo_of(bracket(), ASKEW)

    ours = Learned(border=SMALL).open_index(catalogue).photo(photo)
    theirs = Learned().open_index(catalogue).photo(photo)

    compared = (ours.promise > NOT_PROPOSED).all(axis=1)
    assert compared.sum() == SMALL.parts
    assert np.all(ours.promise[~compared] == NOT_PROPOSED)
    assert np.array_equal(ours.share[compared], theirs.share[compared])
    assert np.array_equal(ours.pattern[compared], theirs.pattern[compared])
    assert ours.promise[compared] == pytest.approx(theirs.promise[compared], abs=1e-5)


def test_photos_of_one_print_are_compared_with_the_same_parts(catalogue: list[Signature]) -> None:
    index = Learned(border=SMALL).open_index(catalogue)
    cut_outs = [photo_of(bracket(), ASKEW), photo_of(bracket(), look_from(np.array([1.0, 1, 1])))]

    one, other = index.photos(cut_outs)

    assert np.array_equal(one.promise == NOT_PROPOSED, other.promise == NOT_PROPOSED)
    assert index.search(cut_outs, k=1)[0].row // MIXED == 3


def test_a_part_that_comes_after_the_border_is_found(catalogue: list[Signature]) -> None:
    before = Learned(border=SMALL).open_index(catalogue[:-MIXED])
    photo = photo_of(mirrored(bracket()), ASKEW)

    grown = before.extended(catalogue[-MIXED:])

    assert grown.search([photo], k=1)[0].row // MIXED == 4
    assert before.search([photo], k=1)[0].row // MIXED != 4


def test_an_index_that_grows_beyond_the_border_answers_like_one_opened_there(
    catalogue: list[Signature],
) -> None:
    border = Border(views=15 * len(viewpoints(2)), parts=12)
    photo = photo_of(outlines()[2], ASKEW)

    grown = Learned(border=border).open_index(catalogue[:15]).extended(catalogue[15:])

    at_once = Learned(border=border).open_index(catalogue)
    assert first_of(grown.search([photo], k=3)) == first_of(at_once.search([photo], k=3))


def test_up_to_the_border_nothing_is_proposed_and_faiss_is_not_loaded(
    catalogue: list[Signature], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "faiss", None)  # importing it fails
    few, views = catalogue[: 2 * MIXED], 2 * MIXED * len(viewpoints(2))

    index: LearnedIndex = Learned(border=Border(views=views)).open_index(few)

    assert (index.photo(photo_of(bracket(), ASKEW)).promise > NOT_PROPOSED).all()
    with pytest.raises(ImportError):
        index.extended(few[:1])
