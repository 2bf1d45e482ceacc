"""A part drawn from the photo's side looks like its preview and like its print."""

import numpy as np
import pytest

from tests.vision.shapes_of_ours import ball, box, bracket, mirrored, pose_of, solid_of
from vision.previews import RgbaImage
from vision.quick_render import rendered_as_seen
from vision.shapes import Mesh
from vision.viewpoints import look_from

CORNER = look_from(np.array([0.55, -0.9, 0.6]))


def drawn(mesh: Mesh, *, colour: tuple[int, int, int] = (206, 50, 44)) -> RgbaImage:
    return rendered_as_seen(solid_of(mesh), pose_of(mesh, CORNER), colour=colour, size_px=200)


def test_the_part_fills_the_picture_and_its_surroundings_are_transparent() -> None:
    picture = drawn(box(40, 30, 20))

    rows, columns = np.nonzero(picture[..., 3])
    extent = max(np.ptp(rows), np.ptp(columns))
    assert 185 <= extent <= 199
    assert picture[0, 0, 3] == 0
    assert set(np.unique(picture[..., 3])) <= {0, 63, 127, 191, 255}


def test_light_comes_from_above_as_in_previews() -> None:
    picture = drawn(box(40, 30, 20))

    solid = picture[picture[..., 3] == 255][:, 0]
    top = picture[50:70, 90:110, 0].mean()
    assert top > np.median(solid) - 5
    # three faces, three shades, and dark lines between them
    assert len({int(value) // 12 for value in solid}) >= 4


@pytest.mark.parametrize("colour", [(62, 62, 62), (232, 232, 232), (44, 104, 190)])
def test_the_shape_stays_readable_in_the_darkest_and_in_the_brightest_plastic(
    colour: tuple[int, int, int],
) -> None:
    picture = drawn(ball(24), colour=colour)

    inside = picture[picture[..., 3] == 255][:, :3].astype(float)
    assert np.ptp(np.percentile(inside.mean(1), [5, 95])) > 20
    assert np.abs(np.median(inside, 0) - colour).max() < 60


def test_twins_are_drawn_as_mirror_images_not_alike() -> None:
    one, other = drawn(bracket()), drawn(mirrored(bracket()))

    assert (one[..., 3] != other[..., 3]).mean() > 0.05
