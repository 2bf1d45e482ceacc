"""A part's lines lie on the print's edges, in a colour that is seen there."""

import numpy as np
from PIL import Image, ImageFilter

from tests.vision.shapes_of_ours import box, joined, moved, photo_of, pose_of, solid_of
from vision.overlay import lines_over
from vision.previews import RgbaImage
from vision.print_colours import LINE_COLOURS, line_colour, print_colour
from vision.shapes import CutOut, Mesh
from vision.viewpoints import look_from

ABOVE = look_from(np.array([0.0, 0.0, 1.0]))
CORNER = look_from(np.array([0.55, -0.9, 0.6]))
BLUE = (37, 99, 235)


def layer_over(mesh: Mesh, rotation: np.ndarray, *, size: int = 320) -> RgbaImage:
    pose = pose_of(mesh, rotation)
    return lines_over(solid_of(mesh), pose, window=(0, 0, 320, 320), size=(size, size), colour=BLUE)


def rim(mask: np.ndarray) -> np.ndarray:
    """The print's pixels that have a neighbour outside."""
    shrunk = Image.fromarray(mask.astype(np.uint8) * 255).filter(ImageFilter.MinFilter(3))
    return mask & (np.asarray(shrunk) == 0)


def reach(mask: np.ndarray, px: int) -> np.ndarray:
    grown = Image.fromarray(mask.astype(np.uint8) * 255).filter(ImageFilter.MaxFilter(2 * px + 1))
    return np.asarray(grown) > 0


def test_the_outline_lies_on_the_prints_edge_and_nowhere_else() -> None:
    plate = box(40, 30, 4)
    mask = photo_of(plate, ABOVE).mask > 0.5

    layer = layer_over(plate, ABOVE)

    coloured = (layer[..., 3] > 200) & (np.abs(layer[..., :3] - np.array(BLUE)).max(-1) < 30)
    assert coloured[rim(mask)].mean() > 0.98
    assert not layer[..., 3][~reach(rim(mask), 5)].any()


def test_white_lies_on_both_sides_of_the_outline() -> None:
    layer = layer_over(box(40, 30, 4), ABOVE)

    row = layer[160]
    whites = (row[:, 3] > 100) & (row[:, :3] > 200).all(-1)
    blues = (row[:, 3] > 200) & (row[:, 0] < 80)
    first = np.flatnonzero(blues)[0]
    assert whites[:first].any()
    assert whites[first : first + 6].any()


def test_a_step_inside_is_drawn_thinner_and_a_flat_surface_is_not_drawn() -> None:
    stepped = joined(box(40, 30, 4), moved(box(12, 10, 12), 14, 10, 4))

    layer = layer_over(stepped, CORNER)
    plain = layer_over(box(40, 30, 4), ABOVE)

    mask = photo_of(stepped, CORNER).mask > 0.5
    inside = mask & ~reach(rim(mask), 6)
    assert 0.03 < (layer[..., 3][inside] > 120).mean() < 0.4
    flat = photo_of(box(40, 30, 4), ABOVE).mask > 0.5
    assert not plain[..., 3][flat & ~reach(rim(flat), 6)].any()


def test_a_window_shows_the_same_lines_larger() -> None:
    plate = box(40, 30, 4)

    whole = layer_over(plate, ABOVE)
    close = lines_over(
        solid_of(plate), pose_of(plate, ABOVE), window=(80, 60, 240, 220), size=(320, 320),
        colour=BLUE,
    )  # fmt: skip

    def middle(layer: RgbaImage) -> np.ndarray:
        return np.argwhere(layer[..., 3] > 200).mean(0)

    assert np.allclose(middle(close), (middle(whole) - [60, 80]) * 2, atol=1.5)


def painted(ours: tuple[int, int, int], around: tuple[int, int, int]) -> CutOut:
    mask = np.zeros((120, 160), np.float32)
    mask[30:90, 40:120] = 1
    rgb = np.where(mask[..., None] > 0.5, np.array(ours), np.array(around)).astype(np.uint8)
    return CutOut(rgb=rgb, mask=mask, quality=1.0, touches_frame=False)


def test_lines_are_neither_the_prints_colour_nor_the_tables() -> None:
    blue_on_orange = line_colour(painted((37, 99, 235), (240, 120, 20)))
    red_on_green = line_colour(painted((210, 40, 40), (30, 160, 70)))

    assert blue_on_orange not in {LINE_COLOURS[0], LINE_COLOURS[2]}
    assert red_on_green not in {LINE_COLOURS[3], LINE_COLOURS[4]}


def test_a_print_keeps_its_hue_and_room_for_shading() -> None:
    assert print_colour(painted((206, 50, 44), (255, 255, 255))) == (206, 50, 44)
    assert min(print_colour(painted((4, 5, 6), (200, 200, 200)))) > 55
    assert max(print_colour(painted((255, 255, 255), (0, 0, 0)))) < 240


def test_a_mask_that_is_sure_of_nothing_has_colours_all_the_same() -> None:
    doubtful = painted((10, 200, 10), (0, 0, 0))
    faint = CutOut(
        rgb=doubtful.rgb, mask=doubtful.mask * 0.6, quality=0.1, touches_frame=False
    )  # fmt: skip

    assert print_colour(faint) == (10, 200, 10)
    assert line_colour(faint) in LINE_COLOURS
