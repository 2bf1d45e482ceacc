import io

import numpy as np
import pytest
from PIL import Image

from vision import CutOut
from workers.cut_outs import cut_out_png, kept_size, window_of


@pytest.mark.parametrize("side_px", [60, 2000])
def test_a_cut_out_is_small_whatever_the_photo_and_keeps_its_colours(side_px: int) -> None:
    rgb = np.full((side_px, side_px, 3), (200, 40, 40), np.uint8)
    mask = np.zeros((side_px, side_px), np.float32)
    mask[side_px // 4 : side_px // 2, side_px // 4 : side_px * 3 // 4] = 1
    found = CutOut(rgb=rgb, mask=mask, quality=1.0, touches_frame=False)

    picture = np.asarray(Image.open(io.BytesIO(cut_out_png(found))))

    assert max(picture.shape[:2]) <= 640
    assert (picture[..., :3] == (200, 40, 40)).all()
    assert picture[0, 0, 3] == 0
    assert picture[picture.shape[0] // 2, picture.shape[1] // 2, 3] == 255


def test_a_cut_out_without_a_mask_shows_the_whole_photo() -> None:
    rgb = np.full((40, 50, 3), 90, np.uint8)
    found = CutOut(rgb=rgb, mask=np.zeros((40, 50), np.float32), quality=0.0, touches_frame=False)

    assert Image.open(io.BytesIO(cut_out_png(found))).size == (50, 40)


def test_what_is_kept_shows_the_window_it_says() -> None:
    rgb = np.random.default_rng(3).integers(0, 255, (300, 500, 3), np.uint8)
    mask = np.zeros((300, 500), np.float32)
    mask[100:160, 400:480] = 1
    found = CutOut(rgb=rgb, mask=mask, quality=1.0, touches_frame=False)

    left, top, right, bottom = window_of(found)

    kept = np.asarray(Image.open(io.BytesIO(cut_out_png(found))))
    assert (left, top, right, bottom) == (385, 75, 494, 184)
    assert kept.shape[1::-1] == kept_size((left, top, right, bottom))
    assert (kept[..., :3] == rgb[top:bottom, left:right]).all()
