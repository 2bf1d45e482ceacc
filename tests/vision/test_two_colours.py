"""A mask parted where its colour changes."""

import numpy as np

from vision.two_colours import halves

LEFT, RIGHT = (slice(20, 80), slice(20, 60)), (slice(20, 80), slice(60, 130))


def _photo(left: tuple[int, int, int], right: tuple[int, int, int]) -> np.ndarray:
    grain = np.random.default_rng(5).integers(-6, 6, (100, 150, 1))
    photo = np.full((100, 150, 3), 200)
    photo[LEFT], photo[RIGHT] = left, right
    return (photo + grain).clip(0, 255).astype(np.uint8)


def _mask() -> np.ndarray:
    mask = np.zeros((100, 150), np.float32)
    mask[LEFT] = mask[RIGHT] = 0.9
    return mask


def test_a_print_and_what_it_holds_are_parted() -> None:
    parted = halves(_photo((200, 40, 40), (40, 60, 200)), _mask())

    assert parted is not None
    left, right = sorted((half > 0.5 for half in parted.masks), key=np.sum)
    assert left[LEFT].mean() > 0.95
    assert not left[RIGHT].any()
    assert right[RIGHT].mean() > 0.95
    assert not right[LEFT].any()
    assert parted.apart > 6


def test_the_sunny_and_the_shady_side_are_less_apart_than_two_colours() -> None:
    lit = halves(_photo((200, 60, 60), (120, 36, 36)), _mask())
    two = halves(_photo((200, 60, 60), (60, 60, 200)), _mask())

    assert lit is not None
    assert two is not None
    assert lit.apart < two.apart / 2


def test_one_colour_is_hardly_apart_from_itself() -> None:
    parted = halves(_photo((90, 90, 90), (90, 90, 90)), _mask())

    assert parted is not None
    assert parted.apart < 1


def test_a_crumb_is_not_parted() -> None:
    mask = np.zeros((100, 150), np.float32)
    mask[40:46, 40:46] = 1

    assert halves(_photo((200, 40, 40), (40, 60, 200)), mask) is None
