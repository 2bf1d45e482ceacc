"""The pictures under answers: right size, right side, right colours."""

from io import BytesIO

import pytest
from PIL import Image

from bot import pictures
from bot.pictures import ACCENT, GAP_PX, MARK, TILE, WIDTH_PX
from tests.bot.counter import cut_out, render


def _opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image


def _near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(abs(a - b) < 24 for a, b in zip(one, other, strict=True))


def _has(image: Image.Image, colour: tuple[int, int, int]) -> bool:
    small = image.convert("RGB")
    pixels = small.get_flattened_data()
    return any(_near(pixel, colour) for pixel in pixels)


def test_the_photo_stands_left_with_its_outline_and_the_render_right() -> None:
    picture = _opened(pictures.beside(cut_out(), render("a")))

    left = picture.crop((GAP_PX, GAP_PX, WIDTH_PX // 2 - GAP_PX, picture.height - GAP_PX))
    right = picture.crop((WIDTH_PX // 2 + GAP_PX, GAP_PX, WIDTH_PX - GAP_PX, picture.height))
    assert picture.format == "JPEG"
    assert picture.width == WIDTH_PX
    assert _has(left, ACCENT)
    assert not _has(right, ACCENT)
    assert _near(right.getpixel((30, 60)), TILE)
    # the print itself keeps its colour, its surroundings are paled
    assert _near(left.getpixel((left.width // 2, left.height // 2)), (40, 40, 45))
    assert not _near(left.getpixel((30, left.height // 2)), (150, 130, 110))


def test_three_candidates_are_numbered_and_a_missing_preview_leaves_its_tile() -> None:
    picture = _opened(pictures.numbered([render("a"), render("b"), None]))

    for third in range(3):
        box = (third * WIDTH_PX // 3, 0, (third + 1) * WIDTH_PX // 3, picture.height)
        assert _has(picture.crop(box), ACCENT)


def test_with_the_photo_there_are_four_tiles_of_one_size_and_the_photo_comes_first() -> None:
    picture = _opened(pictures.numbered([render("a"), render("b"), render("c")], cut_out()))

    middle = (picture.width // 2, picture.height // 2)
    first = picture.crop((0, 0, *middle))
    others = [
        picture.crop((middle[0], 0, picture.width, middle[1])),
        picture.crop((0, middle[1], middle[0], picture.height)),
        picture.crop((*middle, *picture.size)),
    ]
    assert _near(first.getpixel((first.width // 2, first.height // 2)), (40, 40, 45))
    assert _has(first, ACCENT)
    assert all(_near(tile.getpixel((tile.width // 2, 40)), TILE) for tile in others)
    assert all(_has(tile.crop((0, 0, 120, 120)), ACCENT) for tile in others)


def test_a_parts_lines_are_laid_over_the_photo_in_place_of_the_masks_outline() -> None:
    photo = _opened(cut_out())
    red = Image.new("RGBA", (photo.width * 2, photo.height * 2), (0, 0, 0, 0))
    half = (photo.width, photo.height)
    red.paste((224, 24, 132, 255), (half[0] - 60, half[1] - 60, half[0] + 60, half[1] + 60))
    held = BytesIO()
    red.save(held, "PNG")

    picture = _opened(pictures.beside(cut_out(), render("a"), held.getvalue()))

    left = picture.crop((GAP_PX, GAP_PX, WIDTH_PX // 2 - GAP_PX, picture.height - GAP_PX))
    assert _near(left.getpixel((left.width // 2, left.height // 2)), (224, 24, 132))
    assert not _has(left, ACCENT)
    # the ground is paled less than beside a mask's outline: it is looked at too
    assert _near(left.getpixel((30, left.height // 2)), _paled((150, 130, 110), 0.3))


def _paled(colour: tuple[int, ...], share: float) -> tuple[int, ...]:
    return tuple(round(each + (255 - each) * share) for each in colour)


def test_what_was_cut_out_can_be_shown_alone() -> None:
    picture = _opened(pictures.marked(cut_out()))

    assert picture.width == WIDTH_PX
    assert _has(picture, ACCENT)
    assert _near(picture.getpixel((WIDTH_PX // 2, picture.height // 2)), (40, 40, 45))


def test_a_list_grows_with_its_rows() -> None:
    rows = [(render("a"), "🖨 a name that does not end " * 9, "below"), (None, "b", "")]

    one, two = (_opened(pictures.listed(rows[:count])) for count in (1, 2))

    assert one.width == two.width == WIDTH_PX
    assert two.height > one.height


@pytest.mark.parametrize("size", [(1, 1), (2000, 3), (3, 2000)])
def test_odd_shapes_of_photos_and_renders_are_drawn(size: tuple[int, int]) -> None:
    held = BytesIO()
    Image.new("RGBA", size, (9, 9, 9, 255)).save(held, "PNG")

    assert _opened(pictures.beside(held.getvalue(), held.getvalue())).width == WIDTH_PX


def test_an_empty_mask_shows_the_whole_photo() -> None:
    held = BytesIO()
    Image.new("RGBA", (300, 200), (200, 20, 20, 0)).save(held, "PNG")

    picture = _opened(pictures.beside(held.getvalue(), None))

    assert not _has(picture, ACCENT)


def test_the_side_that_tells_is_a_framed_row_of_its_own_below_the_others() -> None:
    both = BytesIO()
    Image.new("RGBA", (400, 200), (10, 20, 30, 255)).save(both, "PNG")
    telling = pictures.TellingSide(both.getvalue(), (1, 3))

    plain = _opened(pictures.numbered([render("a"), render("b"), render("c")], cut_out()))
    asked = _opened(
        pictures.numbered(
            [render("a"), render("b"), render("c")],
            cut_out(),
            sides=pictures.Sides(telling=telling),
        )
    )

    below = asked.crop((0, plain.height, asked.width, asked.height))
    assert asked.width == plain.width
    assert asked.height > plain.height * 1.4
    assert _has(below, MARK)
    assert not _has(plain, MARK)


def test_the_side_to_photograph_is_a_row_of_its_own_in_a_finder() -> None:
    view = BytesIO()
    Image.new("RGBA", (400, 90), (158, 166, 178, 255)).save(view, "PNG")  # wider than high

    plain = _opened(pictures.numbered([render("a"), render("b")], cut_out()))
    asked = _opened(
        pictures.numbered(
            [render("a"), render("b")], cut_out(), sides=pictures.Sides(asked_view=view.getvalue())
        )
    )

    below = asked.crop((0, plain.height, asked.width, asked.height))
    assert asked.height > plain.height
    assert _has(below, ACCENT)
    assert not _has(below.crop((0, 0, below.width // 4, below.height)), ACCENT)
