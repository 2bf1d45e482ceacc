"""Photos of prints that never were."""

import numpy as np
import trimesh

from training.bodies import (
    Body,
    Placed,
    about_z,
    any_rotation,
    body_of,
    gather,
    stand,
    turn_to,
)
from training.phone import camera_at, lights_for
from training.photo_renderer import draw
from training.plastics import plain_material
from training.synthetic_photos import synthetic_photo

RED = plain_material(np.array([0.8, 0.05, 0.05], np.float32), 0, 10, 0)


def cube(side_mm: float = 20.0) -> Body:
    return body_of(trimesh.creation.box((side_mm,) * 3))


def test_a_shot_shows_its_print_where_its_mask_says() -> None:
    rng = np.random.default_rng(5)
    bodies = [cube(), body_of(trimesh.creation.icosphere(2, 15))]

    shots = [synthetic_photo(rng, bodies, [], side_px=96) for _ in range(12)]

    assert all(shot.rgb.shape == (96, 96, 3) and shot.mask.shape == (96, 96) for shot in shots)
    shown = [shot for shot in shots if (shot.mask > 127).mean() > 0.02]
    assert len(shown) >= 8
    contrast = [
        np.abs(s.rgb[s.mask > 200].mean(0) - s.rgb[s.mask < 50].mean(0)).max() for s in shown
    ]
    assert np.median(contrast) > 10


def test_the_same_seed_gives_the_same_photo() -> None:
    first, second = (
        synthetic_photo(np.random.default_rng(9), [cube()], [], side_px=64) for _ in range(2)
    )

    assert np.array_equal(first.rgb, second.rgb)
    assert np.array_equal(first.mask, second.mask)


def test_a_cube_seen_from_above_covers_the_square_that_geometry_says() -> None:
    body = cube(20.0)
    camera = camera_at(
        np.zeros(3, np.float32), 20.0, azimuth=0.0, elevation=np.pi / 2 - 1e-4, roll=0.0,
        focal=2.0, fill=0.5, shift=np.zeros(2), side_px=200,
    )  # fmt: skip
    placed = Placed(
        body=body, rotation=np.eye(3, dtype=np.float32),
        offset_mm=stand(body, np.eye(3, dtype=np.float32), 0, 0), material=RED,
    )  # fmt: skip
    light = lights_for(np.random.default_rng(0), np.array([0, 0, 1], np.float32))

    picture = draw(gather([placed]), camera, light, room_wave=np.zeros(4, np.float32))

    distance_to_top_mm = 2 * 20 * 2.0 / 0.5 - 20
    side_px = 20 * 2.0 * 200 / distance_to_top_mm
    assert abs((picture.owner == 0).sum() - side_px**2) < 4 * side_px
    assert abs(picture.depth_mm[100, 100] - distance_to_top_mm) < 0.1


def test_the_ground_beside_a_cube_is_darker_on_the_side_away_from_the_light() -> None:
    body = cube(20.0)
    upright = np.eye(3, dtype=np.float32)
    camera = camera_at(
        np.zeros(3, np.float32), 40.0, azimuth=-np.pi / 2, elevation=np.pi / 2 - 1e-4, roll=0.0,
        focal=2.0, fill=0.6, shift=np.zeros(2), side_px=160,
    )  # fmt: skip
    light = lights_for(np.random.default_rng(0), np.array([0, 0, 1], np.float32))
    one = np.array([[0.8, 0.0, 0.6]], np.float32)
    light = type(light)(towards=one, colour=np.ones((1, 3), np.float32))
    placed = Placed(body=body, rotation=upright, offset_mm=stand(body, upright, 0, 0), material=RED)

    picture = draw(gather([placed]), camera, light, room_wave=np.zeros(4, np.float32))

    x, y = picture.ground_mm[..., 0], picture.ground_mm[..., 1]
    beside = (np.abs(y) < 5) & (picture.owner < 0)
    shaded = picture.ground[beside & (x < -15) & (x > -30), 0]
    sunny = picture.ground[beside & (x > 15) & (x < 30), 0]
    assert shaded.max() < 0.05
    assert sunny.min() > 0.95


def test_turning_one_direction_onto_another_is_a_rotation_that_does_it() -> None:
    rng = np.random.default_rng(2)
    for _ in range(20):
        a, b = any_rotation(rng)[0], any_rotation(rng)[1]
        turn = turn_to(a, b)
        assert np.allclose(turn @ a, b, atol=1e-5)
        assert np.isclose(np.linalg.det(turn), 1, atol=1e-5)


def test_a_body_stands_on_the_ground_whatever_its_pose() -> None:
    rng = np.random.default_rng(3)
    body = cube(12.0)
    for _ in range(10):
        pose = about_z(1.0) @ any_rotation(rng)
        offset = stand(body, pose, 7, -3)
        assert abs(((body.vertices_mm @ pose.T) + offset)[:, 2].min()) < 1e-4
