"""The side is asked for that tells parts apart, and none where none does."""

import numpy as np
import pytest
import trimesh

from vision import Mesh, Signature
from vision.asked_view import (
    TELLS,
    Remembered,
    asked_sides,
    asked_view,
    differences,
    remembered,
    turned_towards,
)
from vision.hash_aligned import SLUG, HashAligned
from vision.seed6 import Seed6
from vision.viewpoints import look_from

ABOVE = look_from(np.array([0.1, -0.2, 1.0]))


def _signature(*boxes: tuple[tuple[float, float, float], tuple[float, float, float]]) -> Signature:
    """Of boxes by size and middle."""
    made = [
        trimesh.creation.box(extents=size, transform=trimesh.transformations.translation_matrix(at))
        for size, at in boxes
    ]
    whole = trimesh.util.concatenate(made)
    mesh = Mesh(
        vertices_mm=np.asarray(whole.vertices, float), faces=np.asarray(whole.faces, np.int32)
    )
    return HashAligned().describe_part(mesh)


def _remembered(signature: Signature) -> Remembered:
    found = remembered(SLUG, signature)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def plate() -> Signature:
    return _signature(((60, 40, 8), (0, 0, 0)))


@pytest.fixture(scope="module")
def plate_with_a_foot() -> Signature:
    """The same from above."""
    return _signature(((60, 40, 8), (0, 0, 0)), ((30, 20, 14), (0, 0, -11)))


def test_what_only_the_back_shows_is_asked_for_from_a_side_where_it_is_seen(
    plate: Signature, plate_with_a_foot: Signature
) -> None:
    view = asked_view([_remembered(plate), _remembered(plate_with_a_foot)])

    assert view is not None
    assert view.direction[2] < 0.5  # not from above
    assert view.differs > 3 * TELLS


def test_the_smallest_turn_brings_that_side_before_the_camera(
    plate: Signature, plate_with_a_foot: Signature
) -> None:
    view = asked_view([_remembered(plate), _remembered(plate_with_a_foot)])

    assert view is not None
    lies = view.turned(ABOVE)
    np.testing.assert_allclose(lies @ view.direction, [0, 0, -1], atol=1e-9)
    np.testing.assert_allclose(lies @ lies.T, np.eye(3), atol=1e-9)


@pytest.mark.parametrize("direction", [[0, 0, 1], [0, 0, -1], [1, 0, 0], [0.6, -0.64, 0.48]])
def test_the_smallest_turn_is_a_rotation(direction: list[float]) -> None:
    turn = turned_towards(np.array(direction, float))

    np.testing.assert_allclose(turn @ np.array(direction), [0, 0, -1], atol=1e-9)
    assert np.linalg.det(turn) == pytest.approx(1)


def test_equal_parts_are_told_apart_from_nowhere(plate: Signature) -> None:
    assert asked_view([_remembered(plate), _remembered(plate)]) is None


def test_a_third_part_does_not_hide_that_the_first_two_are_equal(
    plate: Signature, plate_with_a_foot: Signature
) -> None:
    parts = [_remembered(each) for each in (plate, plate, plate_with_a_foot)]

    assert asked_view(parts) is None


def test_one_part_alone_needs_no_photo(plate: Signature) -> None:
    assert asked_view([_remembered(plate)]) is None
    assert asked_view([]) is None


def test_a_part_imitates_itself_from_all_sides(plate: Signature) -> None:
    apart = differences(_remembered(plate), [_remembered(plate)])

    assert apart.shape == (1, len(asked_sides()))
    assert apart.max() < TELLS


def test_vectors_tell_what_silhouettes_do_not(plate: Signature) -> None:
    words = _remembered(plate).words
    rng = np.random.default_rng(7)
    one, other = (rng.normal(size=(len(words), 16)).astype(np.float32) for _ in range(2))
    vectors = [each / np.linalg.norm(each, axis=1, keepdims=True) for each in (one, other)]
    parts = [Remembered(words=words, vectors=each) for each in vectors]

    apart = differences(parts[0], [parts[0], parts[1]])

    assert np.abs(apart[0]).max() < TELLS
    assert apart[1].mean() > TELLS


def test_a_describer_that_keeps_no_looks_asks_for_nothing() -> None:
    cube = trimesh.creation.box((10, 10, 10))
    mesh = Mesh(vertices_mm=np.asarray(cube.vertices), faces=np.asarray(cube.faces, np.int32))

    assert remembered("seed6", Seed6().describe_part(mesh)) is None
