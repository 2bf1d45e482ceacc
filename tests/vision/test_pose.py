"""A pose that is nearly right becomes right, and says how right."""

import numpy as np
import pytest

from tests.vision.shapes_of_ours import box, bracket, photo_of, solid_of
from vision.canonical import canonical_crop
from vision.pose import SIZE_PX, Outline, fitted, outline_of, start
from vision.shapes import CutOut, Mesh, Rotation
from vision.viewpoints import look_from, rolled

POSE = rolled(look_from(np.array([0.45, -0.7, 0.55])), 33)


def outline_seen(cut_out: CutOut) -> Outline:
    return outline_of(canonical_crop(cut_out, size_px=SIZE_PX).mask)


def turned(rotation: Rotation, axis: tuple[float, float, float], degrees: float) -> Rotation:
    x, y, z = np.array(axis) / np.linalg.norm(axis)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    angle = np.deg2rad(degrees)
    turn = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
    return turn @ rotation


def apart_deg(ours: Rotation, theirs: Rotation) -> float:
    return float(np.rad2deg(np.arccos(np.clip((np.trace(ours @ theirs.T) - 1) / 2, -1, 1))))


@pytest.mark.parametrize("axis", [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, -1, 0.5)])
def test_a_pose_ten_degrees_off_comes_home(axis: tuple[float, float, float]) -> None:
    solid = solid_of(bracket())
    outline = outline_seen(photo_of(bracket(), POSE))
    first = start(solid, turned(POSE, axis, 10))

    fit = fitted(solid, first, outline=outline, steps=10)

    before = fitted(solid, first, outline=outline, steps=0)
    assert before.share < 0.93
    assert fit.share > 0.96
    assert fit.apart_px < 0.5
    # the print lies 2.3 degrees beside the camera's axis, which a crop cannot know
    assert apart_deg(fit.pose[:9].reshape(3, 3), POSE) < 5


def test_the_distance_of_a_near_camera_is_found() -> None:
    long_part = box(80, 10, 10)
    solid, radius = solid_of(long_part), np.linalg.norm([40, 5, 5])
    pose = look_from(np.array([1.0, -0.35, 0.4]))
    near = photo_of(long_part, pose, distance_mm=2.4 * radius, focal_px=220)

    fit = fitted(solid, start(solid, pose), outline=outline_seen(near), steps=20)

    assert fit.share > 0.97
    assert 2.0 < fit.pose[12] < 3.2


def test_a_fit_is_never_worse_than_where_it_started() -> None:
    solid = solid_of(box(30, 20, 4))
    outline = outline_seen(photo_of(bracket(), POSE))
    first = start(solid, POSE)

    shares = [fitted(solid, first, outline=outline, steps=n).share for n in (0, 3, 8)]

    assert shares == sorted(shares)


def test_the_pose_handed_in_stays_as_it_is() -> None:
    solid = solid_of(bracket())
    first = start(solid, turned(POSE, (1, 0, 0), 8))
    kept = first.copy()

    fitted(solid, first, outline=outline_seen(photo_of(bracket(), POSE)), steps=4)

    assert np.array_equal(first, kept)


def test_a_part_that_shows_nothing_fits_nothing() -> None:
    flat = Mesh(
        vertices_mm=np.array([[0, 0, 0], [1, 0, 0], [2, 0, 0]], float),
        faces=np.array([[0, 1, 2]], np.int32),
    )
    solid = solid_of(flat)

    fit = fitted(
        solid, start(solid, POSE), outline=outline_seen(photo_of(bracket(), POSE)), steps=3
    )

    assert fit.share == 0
    assert np.isfinite(fit.pose).all()
