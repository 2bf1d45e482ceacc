"""What is kept of a photo beside its print: a small picture, the mask as its alpha.

Knows one cut-out: no catalogue, no files. A window is left, top, right, bottom in the photo's
pixels.
"""

import io

import numpy as np
from PIL import Image

from vision import CutOut

#: How much around the print is kept, as a share of the print's box, and how large.
_ROOM, _LARGEST_PX = 0.18, 640
_INSIDE = 0.5

Window = tuple[int, int, int, int]


def window_of(found: CutOut) -> Window:
    """A square around the print with some room, as far as the photo reaches.

    Where the mask is empty it is the whole photo.
    """
    inside = found.mask > _INSIDE
    height, width = inside.shape
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if not len(rows):
        return (0, 0, width, height)
    side = int(max(np.ptp(rows), np.ptp(columns)) * (1 + 2 * _ROOM)) + 2
    left, right = _span((columns[0] + columns[-1]) / 2, side, width)
    top, bottom = _span((rows[0] + rows[-1]) / 2, side, height)
    return (left, top, right, bottom)


def _span(middle: float, side: int, most: int) -> tuple[int, int]:
    """A stretch of this length around a middle, moved to lie within 0..most."""
    first = min(max(0, round(middle - side / 2)), max(0, most - side))
    return first, min(most, first + side)


def kept_size(window: Window) -> tuple[int, int]:
    """Width and height of what is kept of a window; never more pixels than the photo has."""
    width, height = window[2] - window[0], window[3] - window[1]
    scale = min(1.0, _LARGEST_PX / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def cut_out_png(found: CutOut) -> bytes:
    """The print and some room around it as PNG, the mask as its alpha."""
    window = window_of(found)
    left, top, right, bottom = window
    alpha = (found.mask[top:bottom, left:right].clip(0, 1) * 255).astype(np.uint8)
    colours = Image.fromarray(np.ascontiguousarray(found.rgb[top:bottom, left:right]))
    mask, size = Image.fromarray(alpha), kept_size(window)
    if size != colours.size:
        # colours and alpha apart: resizing RGBA would blacken what is transparent
        colours = colours.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
        mask = mask.resize(size, Image.Resampling.BILINEAR)
    colours.putalpha(mask)
    return png(colours)


def png(picture: Image.Image) -> bytes:
    """A picture as it is kept while somebody waits: whole, and not pressed hard."""
    file = io.BytesIO()
    picture.save(file, format="PNG", compress_level=1)
    return file.getvalue()


def cut_out_from(png: bytes) -> CutOut:
    """What was kept, as a cut-out again; trusted, because it was kept."""
    with Image.open(io.BytesIO(png)) as opened:
        pixels = np.asarray(opened.convert("RGBA"))
    return CutOut(
        rgb=np.ascontiguousarray(pixels[..., :3]),
        mask=pixels[..., 3].astype(np.float32) / np.float32(255),
        quality=1.0,
        touches_frame=False,
    )
