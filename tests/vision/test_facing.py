"""A pose whose outline is right is turned to the side that the photo shows."""

from dataclasses import replace

import numpy as np
import pytest

from tests.vision.shapes_of_ours import box, joined, moved, photo_of, pose_of, solid_of
from vision.closer import CloseLook
from vision.shapes import Mesh, Pose, Rotation
from vision.viewpoints import look_from

CORNER = look_from(np.array([0.35, -0.5, 0.8]))


def tray() -> Mesh:
    """A box that is open above: outlines from above and below are alike."""
    floor = box(60, 40, 3)
    long = [moved(box(60, 3, 17), 0, y, 3) for y in (0, 37)]
    short = [moved(box(3, 34, 17), x, 3, 3) for x in (0, 57)]
    return joined(floor, *long, *short)


def apart_deg(one: Rotation, other: Rotation) -> float:
    return float(np.rad2deg(np.arccos(np.clip((np.trace(one @ other.T) - 1) / 2, -1, 1))))


def laid(mesh: Mesh, pose: Pose) -> Pose:
    return CloseLook.at(photo_of(mesh, CORNER)).laid(solid_of(mesh), pose)


@pytest.mark.parametrize("turn", [(1, -1, -1), (-1, 1, -1)], ids=["about x", "about y"])
def test_a_tray_found_bottom_up_is_shown_from_its_open_side(turn: tuple[int, int, int]) -> None:
    true = pose_of(tray(), CORNER)
    upside_down = replace(true, rotation=CORNER @ np.diag(turn).astype(float))

    shown = laid(tray(), upside_down)

    # a tray looks alike after half a turn about its upright axis
    errors = [apart_deg(shown.rotation, CORNER @ np.diag(s)) for s in ((1, 1, 1), (-1, -1, 1))]
    assert min(errors) < 8


def test_a_pose_that_is_right_stays_as_it_is() -> None:
    posted = joined(tray(), moved(box(8, 8, 14), 6, 6, 3))
    true = pose_of(posted, CORNER)

    shown = laid(posted, true)

    assert apart_deg(shown.rotation, CORNER) < 4


def test_a_part_whose_box_has_no_equal_sides_is_not_given_quarter_turns() -> None:
    long = joined(box(60, 20, 8), moved(box(8, 8, 14), 4, 6, 8))
    true = pose_of(long, CORNER)

    assert apart_deg(laid(long, true).rotation, CORNER) < 4
