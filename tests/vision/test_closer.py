"""A pose that a search found is laid onto the print to the pixel."""

from dataclasses import replace

import numpy as np

from tests.vision.shapes_of_ours import bracket, photo_of, pose_of, solid_of
from vision.closer import CloseLook
from vision.closer import solid_of as solid_of_triangles
from vision.describers import describer
from vision.shapes import CutOut, Pose
from vision.sight import sight
from vision.viewpoints import look_from, roll, rolled

POSE = rolled(look_from(np.array([0.45, -0.7, 0.55])), 33)
WHOLE = (0.0, 0.0, 320.0, 320.0)


def covered(cut_out: CutOut, pose: Pose) -> float:
    """Intersection over union of the print and the part in its pose, in the photo's pixels."""
    drawn = sight(solid_of(bracket()), pose, window=WHOLE, size=(320, 320)).nearness > 0
    mask = cut_out.mask > 0.5
    return float((drawn & mask).sum() / (drawn | mask).sum())


def test_the_pose_of_a_photo_draws_the_part_where_the_photo_shows_it() -> None:
    assert covered(photo_of(bracket(), POSE), pose_of(bracket(), POSE)) > 0.995


def test_a_pose_a_little_off_comes_home() -> None:
    photo = photo_of(bracket(), POSE)
    true = pose_of(bracket(), POSE)
    off = replace(true, rotation=roll(4) @ POSE, focal_px=true.focal_px * 1.04)

    laid = CloseLook.at(photo).laid(solid_of(bracket()), off)

    assert covered(photo, off) < 0.9
    assert covered(photo, laid) > 0.98


def test_what_a_search_finds_lies_on_the_print_when_laid_closer() -> None:
    photo = photo_of(bracket(), POSE)
    signature = describer("hash-aligned").describe_part(bracket())

    [found] = describer("hash-aligned").open_index([signature]).search([photo], 1)

    assert found.pose is not None
    laid = CloseLook.at(photo).laid(solid_of(bracket()), found.pose)
    assert covered(photo, laid) >= covered(photo, found.pose) - 0.005
    assert covered(photo, laid) > 0.97


def test_triangles_become_the_solid_that_poses_are_meant_for() -> None:
    mesh = bracket()

    solid = solid_of_triangles(mesh.vertices_mm[mesh.faces].astype(np.float32))

    expected = solid_of(mesh)
    assert np.allclose(solid.vertices[solid.faces], expected.vertices[expected.faces], atol=1e-6)
