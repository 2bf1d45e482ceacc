"""Bring every print to the same place and size in its picture.

Knows pixels only: no part, no pose.
A canonical picture is square; the mask's centroid is its middle, and the root mean square
distance of the mask's pixels from there is `1 / REACH` of half its side. Unlike a box around the
mask this frame hardly moves when a mask gains or loses a thin piece.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vision.errors import NothingFound, Reason
from vision.shapes import CutOut, Mask, RgbImage

#: Half a canonical picture's side in RMS radii: a disc reaches to 1.41, a bar to 1.73, an L to 2.2.
REACH = 2.2
#: What lies beyond the photo's edge.
GREY = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A square in the photo.

    Attributes:
        x_px, y_px: its middle, in the photo's pixels from the outer corner at top left.
        half_px: half its side.
    """

    x_px: float
    y_px: float
    half_px: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Crop:
    """The square of the photo that holds the print.

    Attributes:
        rgb: (S, S, 3) uint8, grey where the photo ends.
        mask: (S, S) float32 in 0..1.
        frame: where in the photo this is.
    """

    rgb: RgbImage
    mask: Mask
    frame: Frame


def frame_of(mask: Mask, *, reach: float = REACH) -> Frame:
    """The canonical square around a mask (H, W) in 0..1.

    Raises:
        NothingFound: the mask is empty.
    """
    total = float(mask.sum(dtype=np.float64))
    if total <= 0:
        raise NothingFound(Reason.NO_OBJECT)
    columns, rows = mask.sum(0, dtype=np.float64), mask.sum(1, dtype=np.float64)
    xs, ys = np.arange(len(columns)) + 0.5, np.arange(len(rows)) + 0.5
    x, y = columns @ xs / total, rows @ ys / total
    spread = (columns @ (xs - x) ** 2 + rows @ (ys - y) ** 2) / total
    # one pixel alone has a radius too: that of its own square
    rms = np.sqrt(spread + 1 / 6)
    return Frame(x_px=float(x), y_px=float(y), half_px=float(rms * reach))


def canonical_crop(cut_out: CutOut, *, size_px: int, reach: float = REACH) -> Crop:
    """The print, centred and scaled, as a picture of size_px by size_px.

    Raises:
        NothingFound: the mask is empty.
    """
    frame = frame_of(cut_out.mask, reach=reach)
    mask = resampled(Image.fromarray(cut_out.mask), frame, size_px=size_px, outside=0)
    rgb = resampled(Image.fromarray(cut_out.rgb), frame, size_px=size_px, outside=GREY)
    return Crop(rgb=rgb.astype(np.uint8), mask=mask.astype(np.float32), frame=frame)


def resampled(
    picture: Image.Image, frame: Frame, *, size_px: int, outside: int
) -> NDArray[np.uint8] | NDArray[np.float32]:
    """The frame's pixels at another size, averaged where the photo is finer."""
    left, top = int(frame.x_px - frame.half_px) - 1, int(frame.y_px - frame.half_px) - 1
    side = int(2 * frame.half_px) + 4
    colour = (outside,) * 3 if picture.mode == "RGB" else outside
    around = Image.new(picture.mode, (side, side), colour)
    around.paste(picture, (-left, -top))
    corner_x, corner_y = frame.x_px - frame.half_px - left, frame.y_px - frame.half_px - top
    box = (corner_x, corner_y, corner_x + 2 * frame.half_px, corner_y + 2 * frame.half_px)
    return np.asarray(around.resize((size_px, size_px), Image.Resampling.BILINEAR, box=box))


def way_back(
    angle_deg: float, *, from_px: int, to_px: int, finer: float = 1.0
) -> tuple[float, float, float, float, float, float]:
    """Pillow's affine numbers for turned(p) = picture(roll @ p), both pictures about their middles.

    Args:
        angle_deg: of the roll, clockwise as in vision/viewpoints.py.
        from_px: side of the picture.
        to_px: side of the turned one.
        finer: pixels of the picture for one of the turned.
    """
    angle = math.radians(angle_deg)
    cosine, sine = finer * math.cos(angle), finer * math.sin(angle)
    middle, half = from_px / 2, to_px / 2
    return (
        cosine, -sine, middle - half * cosine + half * sine,
        sine, cosine, middle - half * sine - half * cosine,
    )  # fmt: skip
