import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from pillow_heif import from_pillow

from catalog.pictures import PictureLimits, read_picture
from catalog.unreadable import Trouble, Unreadable

ORIENTATION, GPS = 0x0112, 0x8825
RED, GREEN, BLUE, WHITE = (220, 20, 20), (20, 200, 20), (20, 20, 220), (255, 255, 255)


def corners(width: int = 120, height: int = 80) -> Image.Image:
    """Red top left, green top right, blue bottom left, white bottom right."""
    pixels = np.zeros((height, width, 3), dtype=np.uint8)
    pixels[: height // 2, : width // 2] = RED
    pixels[: height // 2, width // 2 :] = GREEN
    pixels[height // 2 :, : width // 2] = BLUE
    pixels[height // 2 :, width // 2 :] = WHITE
    return Image.fromarray(pixels)


def saved(picture: Image.Image, form: str, **options: Any) -> bytes:
    kept = io.BytesIO()
    picture.save(kept, form, **options)
    return kept.getvalue()


def heic(picture: Image.Image) -> bytes:
    kept = io.BytesIO()
    from_pillow(picture).save(kept, quality=90)
    return kept.getvalue()


def looks_like_corners(picture: NDArray[np.uint8]) -> bool:
    height, width, _ = picture.shape
    seen = [
        picture[y, x] for y in (height // 4, 3 * height // 4) for x in (width // 4, 3 * width // 4)
    ]
    return bool(np.abs(np.array(seen, dtype=int) - [RED, GREEN, BLUE, WHITE]).max() < 45)


def trouble(content: bytes, limits: PictureLimits | None = None) -> Unreadable:
    with pytest.raises(Unreadable) as raised:
        read_picture(content, limits=limits or PictureLimits())
    return raised.value


@pytest.mark.parametrize(
    "content",
    [
        saved(corners(), "JPEG", quality=95),
        saved(corners().convert("CMYK"), "JPEG", quality=95),
        saved(corners(), "PNG"),
        saved(corners().quantize(8), "PNG"),
        saved(corners().convert("RGBA"), "PNG"),
        saved(corners(), "WEBP", quality=95),
        heic(corners()),
    ],
)
def test_every_format_gives_the_same_pixels(content: bytes) -> None:
    picture = read_picture(content)

    assert picture.shape == (80, 120, 3)
    assert picture.dtype == np.uint8
    assert looks_like_corners(picture)


TURNS_BACK = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("orientation", TURNS_BACK)
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_camera_held_any_way_gives_an_upright_picture(form: str, orientation: int) -> None:
    turn = TURNS_BACK[orientation]
    held = corners() if turn is None else corners().transpose(turn)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation

    picture = read_picture(saved(held, form, exif=exif, quality=95))

    assert picture.shape == (80, 120, 3)
    assert looks_like_corners(picture)


def test_a_turned_heic_is_upright() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    held = corners().transpose(Image.Transpose.ROTATE_90)
    heif = from_pillow(held)
    kept = io.BytesIO()
    heif.save(kept, quality=90, exif=exif.tobytes())

    assert looks_like_corners(read_picture(kept.getvalue()))


def test_what_is_transparent_is_white() -> None:
    clear = Image.new("RGBA", (100, 100), (0, 0, 0, 0))

    assert (read_picture(saved(clear, "PNG")) == 255).all()


def test_sixteen_bits_of_grey_become_eight() -> None:
    levels = np.linspace(0, 65535, 100 * 100).reshape(100, 100).astype(np.uint16)

    picture = read_picture(saved(Image.fromarray(levels), "PNG"))

    assert picture.shape == (100, 100, 3)
    assert (picture[0, 0].tolist(), picture[-1, -1].tolist()) == ([0, 0, 0], [255, 255, 255])


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_large_picture_is_kept_at_2048_pixels_and_keeps_its_shape(form: str) -> None:
    picture = read_picture(saved(corners(3000, 2000), form, quality=95))

    height, width, _ = picture.shape
    assert 1500 <= width <= 2048
    assert height / width == pytest.approx(2 / 3, abs=0.002)
    assert looks_like_corners(picture)


def test_an_array_can_be_written_to_and_owns_its_pixels() -> None:
    picture = read_picture(saved(corners(), "PNG"))

    picture[:] = 0

    assert picture.flags.c_contiguous


def png_that_promises(width: int, height: int) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        check = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1000)
    magic = b"\x89PNG\r\n\x1a\n"
    return magic + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side_px", [12_000, 20_000, 60_000])
def test_a_picture_too_large_is_refused_by_its_header(side_px: int) -> None:
    raised = trouble(png_that_promises(side_px, side_px))

    assert raised.trouble is Trouble.PICTURE_TOO_LARGE
    assert raised.facts == {"limit_megapixels": 120}


def test_a_dot_is_too_small() -> None:
    raised = trouble(saved(Image.new("RGB", (1, 1)), "PNG"))

    assert raised.trouble is Trouble.PICTURE_TOO_SMALL
    assert raised.facts == {"width_px": 1, "height_px": 1, "limit_px": 48}


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP"])
def test_a_moving_picture_is_refused_with_its_number_of_frames(form: str) -> None:
    frames = [Image.new("RGB", (60, 60), colour) for colour in (RED, GREEN, BLUE)]

    raised = trouble(saved(frames[0], form, save_all=True, append_images=frames[1:]))

    assert (raised.trouble, raised.facts) == (Trouble.PICTURE_ANIMATED, {"frames": 3})


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"%PDF-1.4", saved(Image.new("RGB", (60, 60)), "GIF"), b"\0" * 500]
)
def test_what_is_no_picture_for_us_is_said_to_be_none(content: bytes) -> None:
    assert trouble(content).trouble is Trouble.PICTURE_NOT_ONE


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIC"])
def test_a_picture_that_ends_early_is_said_to(form: str) -> None:
    chance = np.random.default_rng(3)
    noise = Image.fromarray(chance.integers(0, 255, (200, 200, 3), dtype=np.uint8))
    whole = heic(noise) if form == "HEIC" else saved(noise, form)

    raised = trouble(whole[: len(whole) // 2])

    assert raised.trouble is Trouble.PICTURE_TRUNCATED


def test_a_file_too_large_is_refused_before_it_is_opened() -> None:
    raised = trouble(b"\xff\xd8" + b"\0" * 20_000_000)

    assert (raised.trouble, raised.facts) == (Trouble.PICTURE_FILE_TOO_LARGE, {"limit_mb": 20})


def test_a_damaged_exif_block_does_not_cost_the_photo() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 1
    content = saved(corners(), "JPEG", exif=exif, quality=95)
    at = content.index(b"Exif\0\0") + 6

    picture = read_picture(content[:at] + b"\xff" * 12 + content[at + 12 :])

    assert looks_like_corners(picture)
