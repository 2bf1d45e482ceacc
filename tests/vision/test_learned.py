import numpy as np
import pytest

from tests.vision.shapes_of_ours import bracket, mirrored, outlines, photo_of
from vision.embedder import photo_tower, view_tower
from vision.embedder_input import DEEPEST, EMBEDDED_PX, photo_input, view_input
from vision.embedder_views import kept_views
from vision.hash_aligned import coarse_of
from vision.learned import EMBEDDED_ROLLS, STEPS, nearness, rolled_inputs, upright_input
from vision.viewpoints import look_from, roll, viewpoints

ASKEW = look_from(np.array([0.3, -0.8, 0.5]))


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
