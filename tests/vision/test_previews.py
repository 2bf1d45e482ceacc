"""Previews as people get them: drawn in a spawned process, judged by their pixels."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.vision.shapes_of_ours import ball, box, bracket, mirrored
from vision.previews import (
    COLOURS,
    NO_COLOUR,
    TRIANGLES,
    as_png,
    colour_of,
    contact_sheet,
    draw_preview,
)
from vision.shapes import Mesh
from vision.viewpoints import axis_views


@pytest.fixture(scope="module")
def studio() -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield pool


def test_a_preview_is_the_part_alone_and_fills_its_picture(studio: ProcessPoolExecutor) -> None:
    picture = studio.submit(draw_preview, bracket(), size_px=128).result()

    assert picture.shape == (128, 128, 4)
    assert picture.dtype == np.uint8
    rows, columns = np.nonzero(picture[..., 3])
    assert max(np.ptp(rows), np.ptp(columns)) > 112
    assert picture[0, 0].tolist() == [0, 0, 0, 0]


def test_a_box_seen_from_above_has_the_outline_of_its_top(studio: ProcessPoolExecutor) -> None:
    above = axis_views()[4]

    picture = studio.submit(draw_preview, box(40, 20, 5), rotation=above, size_px=120).result()

    rows, columns = np.nonzero(picture[..., 3] > 127)
    assert np.ptp(columns) + 1 == pytest.approx(2 * (np.ptp(rows) + 1), rel=0.03)
    assert np.ptp(columns) + 1 == pytest.approx(120 / 1.04, abs=3)


def test_faces_that_look_different_ways_are_shaded_differently(
    studio: ProcessPoolExecutor,
) -> None:
    picture = studio.submit(draw_preview, box(20, 20, 20), size_px=128).result()

    opaque = picture[picture[..., 3] == 255][:, :3].sum(1)
    tones, counts = np.unique(opaque // 24, return_counts=True)
    assert (counts > len(opaque) / 8).sum() >= 3, (tones, counts)


def test_the_plastic_has_its_colour_and_black_still_shows_shape(
    studio: ProcessPoolExecutor,
) -> None:
    red = studio.submit(draw_preview, box(9, 9, 9), material="PETG red", size_px=64).result()
    black = studio.submit(draw_preview, box(9, 9, 9), material="PLA black", size_px=64).result()

    r, g, b = red[red[..., 3] == 255][:, :3].mean(0)
    assert r > 2 * g
    assert r > 2 * b
    dark = black[black[..., 3] == 255][:, :3].max(1)
    assert 40 < dark.mean() < 110
    assert np.percentile(dark, 95) - np.percentile(dark, 5) > 12


def test_a_mirrored_part_has_another_preview(studio: ProcessPoolExecutor) -> None:
    ours = studio.submit(draw_preview, bracket(), size_px=96).result()
    twin = studio.submit(draw_preview, mirrored(bracket()), size_px=96).result()

    assert ((ours[..., 3] > 127) != (twin[..., 3] > 127)).mean() > 0.05


def test_a_contact_sheet_shows_eight_different_sides(studio: ProcessPoolExecutor) -> None:
    sheet = studio.submit(contact_sheet, bracket(), tile_px=64).result()

    assert sheet.shape == (128, 256, 4)
    tiles = sheet.reshape(2, 64, 4, 64, 4).swapaxes(1, 2).reshape(8, 64, 64, 4)
    masks = tiles[..., 3] > 127
    assert masks.any((1, 2)).all()
    assert len({mask.tobytes() for mask in masks}) == 8


def test_a_mesh_that_is_inside_out_looks_like_a_sound_one(studio: ProcessPoolExecutor) -> None:
    sound = bracket()
    turned = Mesh(vertices_mm=sound.vertices_mm, faces=sound.faces[:, ::-1].copy())

    ours = studio.submit(draw_preview, sound, size_px=96).result()
    other = studio.submit(draw_preview, turned, size_px=96).result()

    assert np.array_equal(ours, other)


def test_a_mesh_finer_than_its_picture_looks_the_same(studio: ProcessPoolExecutor) -> None:
    fine, plain = ball(160), ball(72)
    assert len(fine.faces) > 2 * TRIANGLES > 2 * len(plain.faces)

    ours = studio.submit(draw_preview, fine, size_px=256).result().astype(int)
    other = studio.submit(draw_preview, plain, size_px=256).result().astype(int)

    assert np.abs(ours - other).mean() < 1
    assert ((ours[..., 3] > 127) != (other[..., 3] > 127)).mean() < 0.002


def test_pictures_of_different_sizes_in_turn_do_not_disturb_each_other(
    studio: ProcessPoolExecutor,
) -> None:
    first = studio.submit(draw_preview, bracket(), size_px=64).result()
    studio.submit(contact_sheet, box(9, 5, 3), tile_px=48).result()

    again = studio.submit(draw_preview, bracket(), size_px=64).result()

    assert np.array_equal(first, again)


def test_an_empty_mesh_has_no_preview(studio: ProcessPoolExecutor) -> None:
    nothing = Mesh(vertices_mm=np.zeros((0, 3)), faces=np.zeros((0, 3), np.int32))

    with pytest.raises(ValueError, match="empty"):
        studio.submit(draw_preview, nothing).result()


@pytest.mark.parametrize(
    ("material", "colour"),
    [
        ("PLA black", COLOURS["black"]),
        ("Black PETG", COLOURS["black"]),
        ("dark grey blue PLA", COLOURS["blue"]),
        ("PLA+ blue, 0.2 mm", COLOURS["blue"]),
        ("Blackberry", NO_COLOUR),
        ("", NO_COLOUR),
    ],
)
def test_a_colour_is_a_word_of_the_material(material: str, colour: tuple[int, int, int]) -> None:
    assert colour_of(material) == colour


def test_a_picture_is_written_as_it_is(tmp_path: Path) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (5, 7, 4), dtype=np.uint8)

    as_png(picture, tmp_path / "a.png")

    assert np.array_equal(np.asarray(Image.open(tmp_path / "a.png")), picture)
