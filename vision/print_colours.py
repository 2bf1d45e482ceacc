"""The colour a print has in its photo, and one that is seen on it and beside it.

Knows pixels and masks only. Colours are sRGB, 0..255.
"""

import numpy as np
from numpy.typing import NDArray

from vision.shapes import CutOut, RgbImage

Colour = tuple[int, int, int]

#: A pixel that is the print, and one that is not.
SURELY, HARDLY = 0.9, 0.1
#: Colours are read from about so many pixels.
ENOUGH_PX = 20_000
#: Brightness between which shading is still seen: black and white plastic keep room for it.
DARKEST, BRIGHTEST = 62.0, 232.0
LUMA = np.array([0.299, 0.587, 0.114])
#: What lines may be drawn in: blue, magenta, orange, green, red, violet.
LINE_COLOURS: tuple[Colour, ...] = (
    (37, 99, 235), (224, 24, 132), (249, 115, 22), (22, 163, 74), (220, 38, 38), (124, 58, 237),
)  # fmt: skip


def print_colour(cut_out: CutOut) -> Colour:
    """The print's colour, made dark or bright enough for its shape to be seen."""
    rgb, mask = _thinned(cut_out)
    return _drawable(_median(rgb, mask > SURELY, mask > 0))


def line_colour(cut_out: CutOut) -> Colour:
    """The line colour that is farthest from both the print and what lies around it."""
    rgb, mask = _thinned(cut_out)
    ours = _median(rgb, mask > SURELY, mask > 0)
    around = _median(rgb, mask < HARDLY, mask < 1)
    return max(LINE_COLOURS, key=lambda each: min(_apart(each, ours), _apart(each, around)))


def _thinned(cut_out: CutOut) -> tuple[RgbImage, NDArray[np.float32]]:
    """The print's surroundings, as large as itself, in few pixels."""
    rows = np.flatnonzero(cut_out.mask.max(axis=1) > SURELY)
    columns = np.flatnonzero(cut_out.mask.max(axis=0) > SURELY)
    if not len(rows):
        rows, columns = (np.arange(side) for side in cut_out.mask.shape)
    room_y, room_x = (int(np.ptp(rows)) // 4, int(np.ptp(columns)) // 4)
    across = slice(max(0, int(columns[0]) - room_x), int(columns[-1]) + room_x + 1)
    down = slice(max(0, int(rows[0]) - room_y), int(rows[-1]) + room_y + 1)
    mask = cut_out.mask[down, across]
    every = max(1, int(np.sqrt(mask.size / ENOUGH_PX)))
    return cut_out.rgb[down, across][::every, ::every], mask[::every, ::every]


def _median(
    rgb: RgbImage, chosen: NDArray[np.bool_], otherwise: NDArray[np.bool_]
) -> NDArray[np.float64]:
    for pixels in (rgb[chosen], rgb[otherwise], rgb.reshape(-1, 3)):
        if len(pixels):
            median: NDArray[np.float64] = np.median(pixels, axis=0)
            return median
    raise ValueError("a photo without pixels")


def _drawable(colour: NDArray[np.float64]) -> Colour:
    luma = float(colour @ LUMA)
    if luma > BRIGHTEST:
        colour = colour * (BRIGHTEST / luma)
    red, green, blue = (colour + max(0.0, DARKEST - luma)).clip(0, 255).round().astype(int)
    return int(red), int(green), int(blue)


def _apart(one: Colour, other: NDArray[np.float64]) -> float:
    """Colour distance weighted as eyes do (Riemersma's formula)."""
    difference = np.array(one) - other
    red = (one[0] + other[0]) / 2
    weights = np.array([2 + red / 256, 4.0, 2 + (255 - red) / 256])
    return float(np.sqrt(weights @ difference**2))
