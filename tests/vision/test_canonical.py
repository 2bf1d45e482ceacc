"""The canonical square follows the print, not the photo."""

import numpy as np
import pytest

from tests.vision.shapes_of_ours import bracket, photo_of
from vision.canonical import GREY, REACH, canonical_crop, frame_of
from vision.errors import NothingFound, Reason
from vision.shapes import CutOut
from vision.viewpoints import look_from


def cut(mask: np.ndarray, rgb: np.ndarray | None = None) -> CutOut:
    picture = np.zeros((*mask.shape, 3), np.uint8) if rgb is None else rgb
    return CutOut(rgb=picture, mask=mask.astype(np.float32), quality=1.0, touches_frame=False)


def disc(size: int, x: float, y: float, radius: float) -> np.ndarray:
    rows, columns = np.mgrid[0:size, 0:size] + 0.5
    return ((columns - x) ** 2 + (rows - y) ** 2 < radius**2).astype(np.float32)


def test_a_disc_is_framed_by_its_middle_and_its_radius_over_the_root_of_two() -> None:
    frame = frame_of(disc(200, 120, 70, 30))

    assert frame.x_px == pytest.approx(120, abs=0.05)
    assert frame.y_px == pytest.approx(70, abs=0.05)
    assert frame.half_px == pytest.approx(REACH * 30 / 2**0.5, rel=0.01)


def test_a_single_pixel_has_a_frame_around_its_centre() -> None:
    mask = np.zeros((9, 9), np.float32)
    mask[4, 6] = 1

    frame = frame_of(mask)

    assert (frame.x_px, frame.y_px) == (6.5, 4.5)
    assert frame.half_px == pytest.approx(REACH / 6**0.5)


def test_an_empty_mask_has_no_frame() -> None:
    with pytest.raises(NothingFound) as found:
        frame_of(np.zeros((5, 5), np.float32))

    assert found.value.reason is Reason.NO_OBJECT


def test_the_same_print_larger_and_elsewhere_gives_the_same_crop() -> None:
    small = canonical_crop(cut(disc(200, 50, 60, 20)), size_px=64).mask
    large = canonical_crop(cut(disc(400, 260, 190, 83)), size_px=64).mask

    assert np.abs(small - large).mean() < 0.01


def test_half_the_mask_weighs_half() -> None:
    faint = disc(100, 50, 50, 20) * np.float32(0.5)

    crop = canonical_crop(cut(faint), size_px=32)

    assert crop.mask[16, 16] == pytest.approx(0.5, abs=1e-3)


def test_what_lies_beyond_the_photo_is_grey_and_not_the_print() -> None:
    mask = disc(60, 0, 30, 25)

    crop = canonical_crop(cut(mask, np.full((60, 60, 3), 200, np.uint8)), size_px=40)

    assert crop.rgb[20, 0].tolist() == [GREY] * 3
    assert crop.mask[20, 0] == 0
    assert crop.rgb[20, 30].tolist() == [200] * 3


def test_colours_stay_where_the_mask_is() -> None:
    photo = photo_of(bracket(), look_from(np.array([0.2, -1, 0.4])))

    crop = canonical_crop(photo, size_px=80)

    print_side = crop.rgb[crop.mask > 0.99].min()
    assert print_side > 50
    assert (crop.rgb[crop.mask == 0] == 30).all()
