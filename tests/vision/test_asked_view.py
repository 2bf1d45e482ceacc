"""The side is asked for that tells parts apart, and none where none does."""

from dataclasses import replace

import numpy as np
import pytest
import trimesh

from vision import Mesh, Signature
from vision.asked_view import (
    TELLS,
    Leader,
    asked_sides,
    asked_view,
    differences,
    leader,
    leading,
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


def _leader(signature: Signature, probability: float = 0.5) -> Leader:
    found = leader(SLUG, signature, probability=probability, rotation=ABOVE)
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
    view = asked_view([_leader(plate), _leader(plate_with_a_foot)])

    assert view is not None
    of_part = ABOVE.T @ view.direction
    assert of_part[2] < 0.5  # not from above
    assert view.differs > 5 * TELLS
    assert view.errors_left < view.errors_anywhere / 2


def test_the_turn_brings_that_side_before_the_camera(
    plate: Signature, plate_with_a_foot: Signature
) -> None:
    view = asked_view([_leader(plate), _leader(plate_with_a_foot)])

    assert view is not None
    np.testing.assert_allclose(view.turn @ view.direction, [0, 0, -1], atol=1e-9)
    np.testing.assert_allclose(view.turn @ view.turn.T, np.eye(3), atol=1e-9)


@pytest.mark.parametrize("direction", [[0, 0, 1], [0, 0, -1], [1, 0, 0], [0.6, -0.64, 0.48]])
def test_the_smallest_turn_is_a_rotation(direction: list[float]) -> None:
    turn = turned_towards(np.array(direction, float))

    np.testing.assert_allclose(turn @ np.array(direction), [0, 0, -1], atol=1e-9)
    assert np.linalg.det(turn) == pytest.approx(1)


def test_equal_parts_are_told_apart_from_nowhere(plate: Signature) -> None:
    assert asked_view([_leader(plate), _leader(plate)]) is None


def test_one_part_alone_needs_no_photo(plate: Signature) -> None:
    assert asked_view([_leader(plate)]) is None


def test_what_is_asked_does_not_depend_on_how_the_photo_was_turned(
    plate: Signature, plate_with_a_foot: Signature
) -> None:
    upright = [_leader(plate), _leader(plate_with_a_foot)]
    other = look_from(np.array([1.0, 0.3, 0.2]))
    turned = [replace(each, rotation=other) for each in upright]

    first, second = asked_view(upright), asked_view(turned)

    assert first is not None
    assert second is not None
    np.testing.assert_allclose(
        ABOVE.T @ first.direction, other.T @ second.direction, atol=1e-6
    )  # of the part it is the same side


def test_a_part_can_be_imitated_by_itself(plate: Signature) -> None:
    apart = differences([_leader(plate), _leader(plate)])

    assert apart.shape == (2, 2, len(asked_sides()))
    assert apart.max() < TELLS


@pytest.mark.parametrize(
    ("probabilities", "count"),
    [
        ((0.5, 0.45, 0.01), 2), ((0.3, 0.3, 0.3, 0.05), 3), ((0.2,) * 5, 4), ((0.9,), 1), ((), 0),
        ((0.97, 0.01, 0.01), 2),
    ],
)  # fmt: skip
def test_the_leaders_hold_most_of_the_probability(
    probabilities: tuple[float, ...], count: int
) -> None:
    assert leading(probabilities) == count


def test_a_describer_that_keeps_no_shape_asks_for_nothing() -> None:
    cube = trimesh.creation.box((10, 10, 10))
    mesh = Mesh(vertices_mm=np.asarray(cube.vertices), faces=np.asarray(cube.faces, np.int32))
    signature = Seed6().describe_part(mesh)

    assert leader("seed6", signature, probability=0.5, rotation=ABOVE) is None
