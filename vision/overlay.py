"""A part's lines as a transparent layer over its photo: outline and inner edges.

Knows what a camera sees and a colour: no photo, no name. Each line has a coloured core and a white
rim on both sides, so that it is seen on any plastic and on any table.
"""

import numpy as np
from numpy.typing import NDArray

from vision.compiled import compiled
from vision.pose import Solid
from vision.previews import RgbaImage
from vision.print_colours import Colour
from vision.seen_lines import FAR, INNER, OUTLINE, STEPS_PER_PX, apart_from, lines_of
from vision.shapes import Pose
from vision.sight import Window, sight

#: Drawn larger and averaged.
FINER = 2
#: Half a core's width and a rim's width, in pixels of the layer; and how opaque an inner line is.
OUTLINE_CORE_PX, OUTLINE_RIM_PX = 1.7, 1.5
INNER_CORE_PX, INNER_RIM_PX, INNER_STRENGTH = 0.8, 0.9, 0.75
#: How opaque a rim is.
RIM_STRENGTH = 0.85
#: Neighbours' normals beyond this angle (45 degrees) make an edge: a preview shows finer ones.
CREASE_COSINE = 0.7
#: What one step of a distance is, in pixels of the layer.
STEP_PX = 1 / (STEPS_PER_PX * FINER)


def lines_over(
    solid: Solid, pose: Pose, *, window: Window, size: tuple[int, int], colour: Colour
) -> RgbaImage:
    """The part's lines as seen through a window of its photo, (width, height) pixels."""
    width, height = size
    seen = sight(solid, pose, window=window, size=(width * FINER, height * FINER))
    lines = lines_of(seen, crease_cosine=CREASE_COSINE)
    layer = np.zeros((height, width, 4), np.uint8)
    draw_lines(
        apart_from(lines, OUTLINE, reach_px=FINER * (OUTLINE_CORE_PX + OUTLINE_RIM_PX + 0.5)),
        apart_from(lines, INNER, reach_px=FINER * (INNER_CORE_PX + INNER_RIM_PX + 0.5)),
        np.array(colour, np.float32),
        layer,
    )
    return layer


@compiled
def draw_lines(
    outline: NDArray[np.uint8],
    inner: NDArray[np.uint8],
    colour: NDArray[np.float32],
    layer: NDArray[np.uint8],
) -> None:
    """Fill layer (h, w, 4) from distances (FINER h, FINER w)."""
    for y in range(layer.shape[0]):
        for x in range(layer.shape[1]):
            cores, alphas = 0.0, 0.0
            for k in range(FINER * FINER):
                yy, xx = y * FINER + k // FINER, x * FINER + k % FINER
                if outline[yy, xx] == FAR and inner[yy, xx] == FAR:
                    continue
                out, in_ = outline[yy, xx] * STEP_PX, inner[yy, xx] * STEP_PX
                core = max(
                    covered(out, OUTLINE_CORE_PX), INNER_STRENGTH * covered(in_, INNER_CORE_PX)
                )
                rim = max(
                    covered(out, OUTLINE_CORE_PX + OUTLINE_RIM_PX),
                    INNER_STRENGTH * covered(in_, INNER_CORE_PX + INNER_RIM_PX),
                )
                cores += core
                alphas += core + (1 - core) * rim * RIM_STRENGTH
            if alphas <= 0:
                continue
            share = cores / alphas
            for channel in range(3):
                value = colour[channel] * share + 255 * (1 - share)
                layer[y, x, channel] = np.uint8(value + 0.5)
            layer[y, x, 3] = np.uint8(255 * alphas / (FINER * FINER) + 0.5)


@compiled
def covered(apart_px: float, half_px: float) -> float:
    """How much of a pixel a line of this half width covers, so far from its middle."""
    return min(max(half_px + 0.5 - apart_px, 0.0), 1.0)
