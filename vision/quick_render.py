"""Draw a part from a photo's side in the print's colour, in milliseconds.

Knows what a camera sees and a colour: no photo, no name. For pictures that a person waits for; the
look is that of vision/previews.py, whose lamps it borrows, without OpenGL.
"""

import numpy as np
from numpy.typing import NDArray

from vision.compiled import compiled
from vision.finishing import CREASE_COSINE
from vision.lamplight import lit
from vision.pose import Solid
from vision.previews import RgbaImage
from vision.print_colours import Colour
from vision.seen_lines import NO_LINE, lines_of
from vision.shapes import Pose
from vision.sight import Sight, sight, window_around

#: Drawn larger and averaged.
FINER = 2
MARGIN = 0.04
#: How much darker a line is drawn where depth or direction breaks.
LINE = 0.5
#: From our camera frame to the lamps': y up, z towards the viewer; the camera is at its origin.
UPRIGHT = np.array([1.0, -1.0, -1.0], np.float32)
EYE = np.zeros(3)
WHITE = np.float32(255)


def rendered_as_seen(solid: Solid, pose: Pose, *, colour: Colour, size_px: int) -> RgbaImage:
    """The part in its pose, filling a square picture; transparent where there is no part."""
    window = window_around(solid, pose, margin=MARGIN)
    side = size_px * FINER
    return shaded(sight(solid, pose, window=window, size=(side, side)), colour=colour)


def shaded(seen: Sight, *, colour: Colour) -> RgbaImage:
    """A sight under the previews' lamps, at a FINERth of its size."""
    lines = lines_of(seen, crease_cosine=CREASE_COSINE)
    height, width = lines.shape
    picture = np.zeros((height // FINER, width // FINER, 4), np.uint8)
    shades = lit(seen.triangles * UPRIGHT, EYE, colour=colour) * WHITE
    paint(seen.nearness, seen.owner, lines, shades, picture)
    return picture


@compiled
def paint(
    nearness: NDArray[np.float32],
    owner: NDArray[np.int32],
    lines: NDArray[np.uint8],
    shades: NDArray[np.float32],
    picture: NDArray[np.uint8],
) -> None:
    """Fill picture (h, w, 4) with the mean of FINER by FINER pixels each; shades are (F, 3)."""
    total = np.empty(3, np.float32)
    for y in range(picture.shape[0]):
        for x in range(picture.shape[1]):
            count = 0
            total[:] = 0
            for k in range(FINER * FINER):
                yy, xx = y * FINER + k // FINER, x * FINER + k % FINER
                if nearness[yy, xx] <= 0:
                    continue
                count += 1
                share = np.float32(1) if lines[yy, xx] == NO_LINE else np.float32(1 - LINE)
                for channel in range(3):
                    total[channel] += share * shades[owner[yy, xx], channel]
            for channel in range(3):
                value = total[channel] / max(count, 1) + np.float32(0.5)
                picture[y, x, channel] = np.uint8(min(value, np.float32(255)))
            picture[y, x, 3] = np.uint8(255 * count // (FINER * FINER))
