import numpy as np
import pytest

from vision.lamplight import lit

EYE = np.array([0.0, 0.0, 5.0])
GREY = (150, 154, 158)


def towards(*way: float) -> np.ndarray:
    """A small triangle (3, 3) at the origin whose outside looks that way."""
    normal = np.array(way) / np.linalg.norm(way)
    right = np.cross([0.3, 0.9, 0.1], normal)
    right /= np.linalg.norm(right)
    return np.array([np.zeros(3), right, np.cross(normal, right)]).astype(np.float32) * 1e-3


def test_what_looks_at_the_strongest_lamp_is_brightest_and_below_is_darker() -> None:
    lamp, viewer, below = lit(
        np.stack([towards(-0.5, 0.8, 1), towards(0, 0, 1), towards(0, -1, 0.2)]), EYE, colour=GREY
    ).mean(1)

    assert lamp > viewer > below > 0.2


def test_a_back_is_lit_like_the_front_that_looks_the_other_way() -> None:
    front = towards(0.2, 0.3, 1)

    shades = lit(np.stack([front, front[::-1]]), EYE, colour=GREY)

    assert shades[0] == pytest.approx(shades[1], abs=1e-6)


def test_a_plastic_keeps_its_colour_and_highlights_are_the_lamps_white() -> None:
    red, black = (
        lit(towards(0, 0, 1)[None], EYE, colour=colour)[0] for colour in ((206, 50, 44), (0, 0, 0))
    )

    assert red[0] > 2.5 * red[1]
    assert 0 < black[0] < 0.35
    assert black == pytest.approx(black[::-1])


def test_triangles_of_one_plane_have_one_shade_wherever_they_lie() -> None:
    here = towards(0.4, -0.3, 1)
    there = here + (here[1] - here[0]) * 900 - (here[2] - here[0]) * 700

    shades = lit(np.stack([here, there]), EYE, colour=GREY)

    assert shades[0] == pytest.approx(shades[1], abs=1e-3)


def test_a_triangle_without_area_harms_nobody() -> None:
    speck = np.zeros((3, 3), np.float32)

    shades = lit(np.stack([speck, towards(0, 0, 1)]), EYE, colour=GREY)

    assert np.isfinite(shades).all()
    assert shades[1] == pytest.approx(lit(towards(0, 0, 1)[None], EYE, colour=GREY)[0])
