import numpy as np

from vision.finishing import LINE, finished

FIELD = 0.4


def flat(side: int, *, depth: float) -> tuple[np.ndarray, np.ndarray]:
    """A grey wall that fills the picture."""
    return np.full((side, side, 4), 200, np.uint8), np.full((side, side), depth, np.float32)


def test_a_wall_stays_as_it_is_at_half_the_size() -> None:
    colour, depth = flat(32, depth=3)

    picture = finished(colour, depth, field_rad=FIELD)

    assert picture.shape == (16, 16, 4)
    assert (picture[..., :3] == 200).all()
    assert (picture[..., 3] == 255).all()


def test_alpha_says_how_much_of_a_pixel_is_the_part_and_colour_is_the_parts_alone() -> None:
    colour, depth = flat(32, depth=3)
    colour[:, :9], depth[:, :9] = 0, 0

    picture = finished(colour, depth, field_rad=FIELD)

    assert (picture[:, :4] == 0).all()
    assert (picture[:, 4, 3] == 128).all()
    assert (picture[1:-1, 4, 0] == round(200 * (1 - LINE))).all(), "an outline is drawn"
    assert (picture[:, 6:, 3] == 255).all()


def test_a_step_gets_a_line_and_a_gentle_slope_gets_none() -> None:
    colour, step = flat(64, depth=3)
    step[:, 32:] = 3.2
    _, slope = flat(64, depth=3)
    slope += np.arange(64, dtype=np.float32) * 0.01

    stepped, sloped = (finished(colour, depth, field_rad=FIELD) for depth in (step, slope))

    assert (stepped[1:-1, 15:17, 0] < 150).all()
    assert (stepped[1:-1, :13, 0] == 200).all()
    assert (sloped[..., 0] == 200).all()
