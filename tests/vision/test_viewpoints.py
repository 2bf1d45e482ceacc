"""Directions spread evenly, cameras right-handed, halves mirrored."""

import numpy as np
import pytest

from vision.rasteriser import render_views
from vision.shapes import Mesh
from vision.viewpoints import axis_views, icosphere_directions, look_from, rolled, viewpoints


@pytest.mark.parametrize(("level", "count"), [(0, 12), (1, 42), (2, 162), (3, 642)])
def test_an_icosphere_has_its_count_of_unit_directions_each_once(level: int, count: int) -> None:
    directions = icosphere_directions(level)

    assert directions.shape == (count, 3)
    assert np.allclose(np.linalg.norm(directions, axis=1), 1)
    assert len(np.unique(directions.round(6), axis=0)) == count


def test_no_direction_is_farther_than_eleven_degrees_from_one_of_162() -> None:
    anywhere = np.random.default_rng(2).normal(size=(5000, 3))
    anywhere /= np.linalg.norm(anywhere, axis=1, keepdims=True)

    nearest = (anywhere @ icosphere_directions(2).T).max(1)

    assert np.rad2deg(np.arccos(nearest.min())) < 11


def test_every_view_is_a_rotation_and_looks_from_its_own_direction() -> None:
    views = viewpoints(2)

    assert np.allclose(views @ views.transpose(0, 2, 1), np.eye(3))
    assert np.allclose(np.linalg.det(views), 1)
    seen_from = np.unique((-views[:, 2]).round(6) + 0.0, axis=0)
    assert np.allclose(seen_from, np.unique(icosphere_directions(2).round(6) + 0.0, axis=0))


def test_from_the_front_x_is_right_and_z_is_up() -> None:
    assert np.allclose(look_from(np.array([0, -2, 0])), [[1, 0, 0], [0, 0, -1], [0, 1, 0]])


def test_from_above_y_is_up() -> None:
    assert np.allclose(look_from(np.array([0, 0, 1])), [[1, 0, 0], [0, -1, 0], [0, 0, -1]])


def test_a_roll_of_a_quarter_turns_right_into_down() -> None:
    assert np.allclose(rolled(np.eye(3), 90) @ [1, 0, 0], [0, 1, 0])


def test_the_six_axis_views_look_from_six_sides() -> None:
    assert sorted((-axis_views()[:, 2]).astype(int).tolist()) == sorted(
        [[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]]
    )


def test_a_view_of_the_second_half_is_the_mirrored_silhouette_of_the_first() -> None:
    random = np.random.default_rng(3)
    mesh = Mesh(
        vertices_mm=random.normal(size=(30, 3)),
        faces=random.integers(0, 30, (20, 3)).astype(np.int32),
    )
    turns = viewpoints(1)

    masks = render_views(mesh, turns, size_px=48).mask

    differing = (masks[:21] != masks[21:, :, ::-1]).mean()
    assert differing < 0.002  # pixels whose centre lies on an edge
    assert (masks[:21] != masks[21:]).mean() > 0.02


def test_a_level_below_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="below zero"):
        icosphere_directions(-1)
