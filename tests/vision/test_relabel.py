"""What colours say about a mask."""

import numpy as np
import pytest

from vision import Mask, RgbImage
from vision.relabel import relabelled

#: A pink square print on a green table.
PRINT = (slice(30, 90), slice(40, 110))


def _photo() -> RgbImage:
    grain = np.random.default_rng(5).integers(-12, 12, (120, 150, 1))
    photo = np.full((120, 150, 3), (60, 120, 70))
    photo[PRINT] = (220, 120, 160)
    return (photo + grain).clip(0, 255).astype(np.uint8)


def _square(window: tuple[slice, slice], *, sure: float = 0.9) -> Mask:
    mask = np.full((120, 150), 1 - sure, np.float32)
    mask[window] = sure
    return mask


@pytest.mark.parametrize(
    "vague",
    [
        (slice(30, 90), slice(40, 90)),
        (slice(30, 90), slice(40, 125)),
        (slice(24, 96), slice(34, 116)),
    ],
    ids=["a side is missing", "a shadow is taken along", "a rim too wide"],
)
def test_where_the_network_hesitates_the_mask_ends_where_the_colour_does(
    vague: tuple[slice, slice],
) -> None:
    truth, taken = _square(PRINT) > 0.5, _square(vague) > 0.5
    seen = np.where(taken, 0.95, 0.05)
    seen[taken & ~truth], seen[truth & ~taken] = 0.6, 0.4

    asked = relabelled(_photo(), seen.astype(np.float32), within=taken) > 0.5

    before = (taken & truth).sum() / (taken | truth).sum()
    after = (asked & truth).sum() / (asked | truth).sum()
    assert before < 0.83
    assert after > 0.96


def test_where_print_and_ground_share_a_colour_the_network_is_believed() -> None:
    grey = np.full((120, 150, 3), 128, np.uint8)
    seen = _square(PRINT)

    asked = relabelled(grey, seen, within=seen > 0.5)

    assert ((asked > 0.5) == (seen > 0.5)).mean() > 0.98


def test_a_photo_that_is_all_print_stays_as_it_was_seen() -> None:
    seen = np.full((120, 150), 0.9, np.float32)

    assert np.array_equal(relabelled(_photo(), seen, within=seen > 0.5), seen)


def test_small_crops_are_asked_as_well() -> None:
    seen = np.zeros((5, 4), np.float32)
    seen[1:4, 1:3] = 0.9

    asked = relabelled(np.full((5, 4, 3), 90, np.uint8), seen, within=seen > 0.5)

    assert asked.shape == seen.shape
    assert np.isfinite(asked).all()
