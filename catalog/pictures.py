"""Read a photo as it was sent: upright RGB, no larger than anybody needs, nothing else kept.

Knows bytes and pixels, no chat and no vision. Meant to run in a subprocess with limits.
EXIF turns the picture and is then gone, with the place and the camera that it names.
Moving pictures are refused: a worker who sends one should hear that it cannot be the print's photo.
"""

import struct
import warnings
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import (
    ExifTags,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    PngImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)
from pillow_heif import HeifImageFile

from catalog.unreadable import Trouble, Unreadable

RgbImage = NDArray[np.uint8]

#: Named by their plugins, because Pillow knows a format only once its plugin is imported.
_FORMATS = tuple(
    plugin.format
    for plugin in (
        JpegImagePlugin.JpegImageFile,
        PngImagePlugin.PngImageFile,
        WebPImagePlugin.WebPImageFile,
        GifImagePlugin.GifImageFile,  # opened only to be told how it moves
    )
)
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_HEIF_BRAND = slice(8, 12)
_STILL = frozenset({"JPEG", "MPO", "HEIF"})  # several pictures in one of these are no film
_EARLY_END_WORDS = ("truncated", "end of file")
_LEVELS = 256
_TURNS: Mapping[object, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
#: What Pillow's decoders raise on damaged input (fuzzed, see the tests).
_PILLOW_RAISES = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    AttributeError,
    EOFError,
    LookupError,
    ArithmeticError,
    RuntimeError,
    struct.error,
    zlib.error,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureLimits:
    """How large a picture may be sent, and how large it is kept.

    The 108 megapixels of a phone fit, 20,000 x 20,000 does not; one costs 3 to 8 MB to decode.
    """

    file_bytes: int = 20_000_000  # what Telegram lets a bot download
    megapixels: int = 120
    side_least_px: int = 48
    side_kept_px: int = 2048


_LIMITS = PictureLimits()


def read_picture(content: bytes, *, limits: PictureLimits = _LIMITS) -> RgbImage:
    """Decode one still picture: (H, W, 3) uint8 RGB, upright, longest side as the limits say.

    Raises:
        Unreadable: no picture, damaged, truncated, too small, too large, moving.
    """
    if len(content) > limits.file_bytes:
        limit_mb = limits.file_bytes // 1_000_000
        raise Unreadable(Trouble.PICTURE_FILE_TOO_LARGE, limit_mb=limit_mb)
    with _complaining(content):
        picture = _opened(content)
        _refuse_unfit(picture, limits=limits)
        # JPEG decodes at a half, a quarter or an eighth for less; three quarters are enough
        rough_px = limits.side_kept_px * 3 // 4
        picture.draft(picture.mode, (rough_px, rough_px))
        picture.load()
        turn = _TURNS.get(_orientation(picture))
        kept = _kept_size(_on_white(picture), limits=limits)
        return np.array(kept if turn is None else kept.transpose(turn), dtype=np.uint8)


def _opened(content: bytes) -> Image.Image:
    """Parse the header; no pixel is decoded yet."""
    if content[4:8] == b"ftyp" and content[_HEIF_BRAND] in _HEIF_BRANDS:
        heif: Image.Image = HeifImageFile(BytesIO(content))  # type: ignore[no-untyped-call]
        return heif
    return Image.open(BytesIO(content), formats=_FORMATS)


def _refuse_unfit(picture: Image.Image, *, limits: PictureLimits) -> None:
    width_px, height_px = picture.size
    if width_px * height_px > limits.megapixels * 1_000_000:
        raise Unreadable(Trouble.PICTURE_TOO_LARGE, limit_megapixels=limits.megapixels)
    if min(width_px, height_px) < limits.side_least_px:
        raise Unreadable(
            Trouble.PICTURE_TOO_SMALL,
            width_px=width_px,
            height_px=height_px,
            limit_px=limits.side_least_px,
        )
    frames = 1 if picture.format in _STILL else int(getattr(picture, "n_frames", 1))
    if frames > 1:
        raise Unreadable(Trouble.PICTURE_ANIMATED, frames=frames)
    if picture.format == "GIF":
        raise Unreadable(Trouble.PICTURE_NOT_ONE)


def _on_white(picture: Image.Image) -> Image.Image:
    """As 8-bit RGB; what is transparent becomes white."""
    if picture.mode.startswith("I"):
        levels = np.asarray(picture).astype(np.int64) // _LEVELS
        return Image.fromarray(levels.clip(0, 255).astype(np.uint8)).convert("RGB")
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    white = Image.new("RGBA", layer.size, "white")
    white.alpha_composite(layer)
    return white.convert("RGB")


def _kept_size(picture: Image.Image, *, limits: PictureLimits) -> Image.Image:
    side_px = limits.side_kept_px
    picture.thumbnail((side_px, side_px), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return picture


def _orientation(picture: Image.Image) -> object:
    """How the camera was held; a damaged EXIF block says nothing, it does not cost the photo."""
    try:
        return picture.getexif().get(ExifTags.Base.Orientation)
    except _PILLOW_RAISES:
        return None


@contextmanager
def _complaining(content: bytes) -> Iterator[None]:
    """Turn what Pillow raises into complaints."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of sizes and of EXIF: the limits decide
            yield
    except UnidentifiedImageError as cause:
        raise Unreadable(Trouble.PICTURE_NOT_ONE) from cause
    except Image.DecompressionBombError as cause:
        limit = _LIMITS.megapixels
        raise Unreadable(Trouble.PICTURE_TOO_LARGE, limit_megapixels=limit) from cause
    except _PILLOW_RAISES as cause:
        trouble = Trouble.PICTURE_DAMAGED
        if _ends_early(content) or any(word in str(cause).lower() for word in _EARLY_END_WORDS):
            trouble = Trouble.PICTURE_TRUNCATED
        raise Unreadable(trouble) from cause


def _ends_early(content: bytes) -> bool:
    """Whether the bytes stop before the format says they may."""
    if content.startswith(b"\xff\xd8"):
        return b"\xff\xd9" not in content[-64:]
    if content.startswith(b"\x89PNG"):
        return b"IEND" not in content[-64:]
    if content.startswith(b"RIFF"):
        return int.from_bytes(content[4:8], "little") + 8 > len(content)
    return False
