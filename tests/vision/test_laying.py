"""What is laid quickly is what is drawn slowly."""

import numpy as np
import pytest

from tests.vision.shapes_of_ours import ball, bracket, joined, mirrored, moved, solid_of
from vision.laying import closed, lay
from vision.pose import SIZE_PX, Fit, start, surface
from vision.shapes import Mesh
from vision.viewpoints import look_from, rolled

POSE = rolled(look_from(np.array([0.45, -0.7, 0.55])), 33)


def laid(mesh: Mesh, *, is_closed: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mask and nearness as they are laid, and depth as it is drawn."""
    solid = solid_of(mesh)
    pose = start(solid, POSE)
    nearness = np.empty((SIZE_PX, SIZE_PX), np.float32)
    mask = np.empty((SIZE_PX, SIZE_PX), np.uint8)
    screen = np.empty_like(solid.vertices)
    lay(solid.vertices, solid.faces, is_closed, pose, screen, nearness, mask)
    drawn = surface(solid, Fit(pose=pose, share=0, apart_px=0), size_px=SIZE_PX)
    return mask, nearness, drawn.depth


@pytest.mark.parametrize("is_closed", [True, False])
def test_what_is_laid_is_what_is_drawn(is_closed: bool) -> None:  # noqa: FBT001
    mask, nearness, depth = laid(bracket(), is_closed=is_closed)

    assert mask.sum() > 800
    assert np.array_equal(mask > 0, depth > 0)
    assert 1 / nearness[mask > 0] == pytest.approx(depth[mask > 0], rel=1e-3)


def test_of_a_part_with_a_hole_in_its_skin_the_far_wall_is_seen_through_it() -> None:
    whole = bracket()
    torn = Mesh(vertices_mm=whole.vertices_mm, faces=whole.faces[2:])

    mask, nearness, depth = laid(torn, is_closed=False)

    assert np.array_equal(mask > 0, depth > 0)
    assert 1 / nearness[mask > 0] == pytest.approx(depth[mask > 0], rel=1e-3)


def test_a_part_is_closed_when_its_skin_has_no_hole_and_looks_outwards() -> None:
    whole, two = bracket(), joined(bracket(), moved(bracket(), 100, 0, 0))
    torn = Mesh(vertices_mm=whole.vertices_mm, faces=whole.faces[1:])
    inside_out = Mesh(vertices_mm=whole.vertices_mm, faces=whole.faces[:, ::-1].copy())

    said = [is_closed(each) for each in (whole, mirrored(whole), two, torn, inside_out, ball(5))]

    assert said == [True, True, True, False, False, False]  # a ball's triangles share no corner


def is_closed(mesh: Mesh) -> bool:
    solid = solid_of(mesh)
    return closed(solid.vertices, solid.faces)
