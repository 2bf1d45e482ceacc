"""Where a seen part's lines are: its outline, and inside it where depth or direction breaks.

Knows what a camera sees: no photo, no light. A break in depth is one that neither face's plane
foretells, so that a surface seen at a low angle has none.
"""

import numpy as np
from numpy.typing import NDArray

from vision.compiled import compiled
from vision.sight import Sight

NO_LINE, INNER, OUTLINE = 0, 1, 2
#: A depth that differs by more, in radii, from what a neighbour's plane foretells is a break.
DEPTH_BREAK = 0.03
#: Distances are kept in bytes: so many steps a pixel, and one that is none.
STEPS_PER_PX, FAR = 16, 255


def lines_of(seen: Sight, *, crease_cosine: float) -> NDArray[np.uint8]:
    """Lines (H, W) of NO_LINE, INNER and OUTLINE, on the nearer side of each break.

    Neighbouring faces whose normals' product is below crease_cosine break.
    """
    lines = np.empty(seen.nearness.shape, np.uint8)
    eye = np.append(seen.pinhole, np.float32(crease_cosine)).astype(np.float32)
    find_lines(seen.nearness, seen.owner, seen.planes, eye, lines)
    return lines


@compiled
def find_lines(
    nearness: NDArray[np.float32],
    owner: NDArray[np.int32],
    planes: NDArray[np.float32],
    eye: NDArray[np.float32],
    lines: NDArray[np.uint8],
) -> None:
    """Fill lines (H, W).

    eye is focal length, middle x, middle y, and the cosine beyond which directions break.
    """
    height, width = nearness.shape
    lines[:] = NO_LINE
    for y in range(height):
        above, below = max(y - 1, 0), min(y + 1, height - 1)
        for x in range(width):
            if nearness[y, x] <= 0:
                continue
            left, right = max(x - 1, 0), min(x + 1, width - 1)
            least = min(nearness[y, left], nearness[y, right])
            if min(least, nearness[above, x], nearness[below, x]) <= 0:
                lines[y, x] = OUTLINE
            face = owner[y, x]
            if nearness[y, right] > 0 and owner[y, right] != face:
                mark(nearness, owner, planes, eye, lines, x, y, right, y)
            if nearness[below, x] > 0 and owner[below, x] != face:
                mark(nearness, owner, planes, eye, lines, x, y, x, below)


@compiled
def mark(  # noqa: PLR0913, PLR0917  compiled loops take bare arrays
    nearness: NDArray[np.float32], owner: NDArray[np.int32], planes: NDArray[np.float32],
    eye: NDArray[np.float32], lines: NDArray[np.uint8], x: int, y: int, x2: int, y2: int,
) -> None:  # fmt: skip
    """Mark what breaks between two pixels that show two faces."""
    one, two = owner[y, x], owner[y2, x2]
    alike = (
        planes[one, 0] * planes[two, 0]
        + planes[one, 1] * planes[two, 1]
        + planes[one, 2] * planes[two, 2]
    )
    here, there = 1 / nearness[y, x], 1 / nearness[y2, x2]
    if alike > eye[3]:
        if abs(here - there) <= DEPTH_BREAK:
            return
        off_here = abs(foretold(planes, two, eye, x, y) - here)
        off_there = abs(foretold(planes, one, eye, x2, y2) - there)
        if min(off_here, off_there) <= DEPTH_BREAK:
            return
    if here <= there:
        lines[y, x] = max(lines[y, x], INNER)
    else:
        lines[y2, x2] = max(lines[y2, x2], INNER)


@compiled
def foretold(
    planes: NDArray[np.float32], face: int, eye: NDArray[np.float32], x: int, y: int
) -> np.float32:
    """The depth at which a pixel's ray meets a face's plane."""
    u, v = (x + np.float32(0.5) - eye[1]) / eye[0], (y + np.float32(0.5) - eye[2]) / eye[0]
    along = planes[face, 0] * u + planes[face, 1] * v + planes[face, 2]
    depth: np.float32 = planes[face, 3] / along if along < 0 else np.float32(0)
    return depth


def apart_from(lines: NDArray[np.uint8], kind: int, *, reach_px: float) -> NDArray[np.uint8]:
    """How far the nearest line of a kind is from each pixel (H, W), in STEPS_PER_PX, or FAR."""
    reach = int(np.ceil(reach_px))
    aside = np.arange(-reach, reach + 1)
    disc = np.hypot(aside[:, None], aside[None, :]) * STEPS_PER_PX
    apart = np.full(lines.shape, FAR, np.uint8)
    stamp(lines, kind, disc.clip(0, FAR).astype(np.uint8), apart)
    return apart


@compiled
def stamp(
    lines: NDArray[np.uint8], kind: int, disc: NDArray[np.uint8], apart: NDArray[np.uint8]
) -> None:
    """Lay a disc of distances around each pixel of a kind, the least of them staying."""
    height, width = lines.shape
    reach = disc.shape[0] // 2
    for y in range(height):
        for x in range(width):
            if lines[y, x] != kind:
                continue
            low, high = max(0, x - reach), min(width, x + reach + 1)
            for yy in range(max(0, y - reach), min(height, y + reach + 1)):
                for xx in range(low, high):
                    off = disc[yy - y + reach, xx - x + reach]
                    apart[yy, xx] = min(off, apart[yy, xx])
