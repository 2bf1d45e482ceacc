"""How well a part in its pose explains what is seen inside the outline.

Knows one crop and one drawing of it: no outline, no part's name, nothing learned.
Two questions. Shading: one plastic under some distant light and sky is, to a good part, a
quadratic function of the surface's direction (Ramamoorthi and Hanrahan, SIGGRAPH 2001); with the
crevices' darkness and a slope over the picture it is fitted to the photo's brightness by least
squares, and what remains unexplained is compared between candidates. Edges: where the part's
depth or direction breaks, the photo's brightness ought to break the same way.
Pictures are (S, S) float32; brightness in 0..1.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.canonical import Crop
from vision.compiled import compiled
from vision.pose import Fit, Solid, surface

Picture = NDArray[np.float32]

#: Rec. 601 weights of red, green, blue.
LUMA = np.array([0.299, 0.587, 0.114], np.float32)
#: Side of the box that smooths, twice, before anything is compared: layer lines go, edges stay.
SMOOTH_PX = 3
#: How wide a crevice is looked at, as two sides of boxes, and how deep it counts, in radii.
CREVICE_PX = (11, 23)
CREVICE_DEPTH = (0.3, 0.5)
#: A pixel counts where this share of its surroundings lies in both masks.
WELL_INSIDE = 0.85
#: Below so many pixels there is nothing to compare.
FEWEST_PIXELS = 50
#: Brightness beyond these percentiles is highlight or dirt and counts as the percentile.
CALM_PERCENT = (2, 98)
#: Ridge per pixel, against directions that are hardly seen.
RIDGE = 1e-4
#: Depth, in radii, that breaks as much as a direction by one.
DEPTH_STEP = 4.0
#: The least share of brightness that can stay unexplained: a camera's noise.
LEAST_UNEXPLAINED = 0.02
TINY = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A photo's crop, made ready for many comparisons.

    Attributes:
        mask: 0 or 1.
        luma: brightness, smoothed inside the mask.
        strength: square root of the brightness gradient's length.
        cosine, sine: of twice the gradient's angle.
    """

    mask: Picture
    luma: Picture
    strength: Picture
    cosine: Picture
    sine: Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What the inside says of a candidate, larger is likelier.

    Attributes:
        shading: minus the logarithm of the share of brightness left unexplained, 0..3.9.
        edges: correlation of oriented edges, -1..1.
    """

    shading: float
    edges: float


NOTHING_SEEN = Agreement(shading=0.0, edges=0.0)


def look_of(crop: Crop) -> Look:
    """The crop's brightness and edges."""
    mask = (crop.mask >= 0.5).astype(np.float32)  # noqa: PLR2004  the contour of a soft mask
    luma = (crop.rgb @ (LUMA / 255)).astype(np.float32)
    calm = _smoothed(luma[None], mask)[0]
    strength, cosine, sine = _edges(calm[None])
    return Look(mask=mask, luma=calm, strength=strength, cosine=cosine, sine=sine)


def agreement(look: Look, solid: Solid, fit: Fit) -> Agreement:
    """Draw the part in its pose and compare its inside with the photo's."""
    laid = surface(solid, fit, size_px=len(look.mask))
    drawn = (laid.depth > 0).astype(np.float32)
    inside = _blur((drawn * look.mask)[None], SMOOTH_PX)[0] > WELL_INSIDE
    if inside.sum() < FEWEST_PIXELS:
        return NOTHING_SEEN
    height = (laid.depth - fit.pose[12]) * drawn
    layers = np.concatenate([np.moveaxis(laid.normals, 2, 0), height[None]])
    calm = _smoothed(layers, drawn)
    causes = _causes(calm[:3, inside], _crevices(height, drawn)[:, inside], inside)
    return Agreement(
        shading=-float(np.log(_unexplained(look.luma[inside], causes))),
        edges=_edge_agreement(look, calm, inside),
    )


def _causes(
    normals: NDArray[np.float32], crevices: NDArray[np.float32], inside: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """What brightness may depend on (13, N), at the N pixels of a picture that are inside."""
    x, y, z = normals.astype(np.float64)
    rows, columns = np.nonzero(inside)
    side = len(inside)
    plain = np.ones_like(x)
    bent = [x * x, y * y, x * y, x * z, y * z]
    return np.stack([plain, x, y, z, *bent, *crevices, columns / side - 0.5, rows / side - 0.5])


def _unexplained(luma: NDArray[np.float32], causes: NDArray[np.float64]) -> float:
    """The share of brightness's variance that no mixture of causes (C, N) explains."""
    low, high = np.percentile(luma, CALM_PERCENT)
    seen = np.clip(luma, low, high).astype(np.float64)
    seen -= seen.mean()
    spread = seen @ seen / seen.size + TINY
    held = np.full(len(causes), RIDGE * seen.size)
    held[0] = 0
    together, towards = causes @ causes.T, causes @ seen
    weights = np.linalg.solve(together + np.diag(held + TINY), towards)
    # of what remains the sum and the sum of squares, without a pass over the pixels
    left = -weights @ together[0]
    squares = seen @ seen - 2 * weights @ towards + weights @ together @ weights
    variance = squares / seen.size - (left / seen.size) ** 2
    return float(np.clip(variance / spread, LEAST_UNEXPLAINED, 1))


def _edge_agreement(look: Look, calm: Picture, inside: NDArray[np.bool_]) -> float:
    scale = np.array([1, 1, 1, DEPTH_STEP], np.float32)[:, None, None]
    strength, cosine, sine = _edges(calm * scale)
    alike = look.cosine * cosine + look.sine * sine
    ours, theirs = strength[inside], look.strength[inside]
    both = float((ours * theirs * alike[inside]).sum())
    return both / float(np.sqrt((ours**2).sum() * (theirs**2).sum()) + TINY)


def _edges(layers: Picture) -> tuple[Picture, Picture, Picture]:
    """Strength and twice the angle of the structure tensor summed over layers (L, S, S)."""
    aside, down = _slope(layers, axis=2), _slope(layers, axis=1)
    xx, yy, xy = (aside**2).sum(0), (down**2).sum(0), (aside * down).sum(0)
    energy = xx + yy
    strength = np.sqrt(np.sqrt(energy) + TINY)
    return strength, (xx - yy) / (energy + TINY), 2 * xy / (energy + TINY)


def _slope(layers: Picture, *, axis: int) -> Picture:
    """Difference of both neighbours, zero at the picture's edge."""
    slope = np.zeros_like(layers)
    ahead = layers.swapaxes(axis, 2)
    slope.swapaxes(axis, 2)[..., 1:-1] = ahead[..., 2:] - ahead[..., :-2]
    return slope


def _crevices(height: Picture, drawn: Picture) -> Picture:
    """How deep each pixel lies under its surroundings (2, S, S), for two widths."""
    both = np.stack([_mean(height, drawn, side) - height for side in CREVICE_PX])
    deepest = np.array(CREVICE_DEPTH, np.float32)[:, None, None]
    return np.clip(_smoothed(both, drawn), -deepest, deepest)


def _mean(values: Picture, mask: Picture, side_px: int) -> Picture:
    summed = _blur(np.stack([values * mask, mask]), side_px)
    mean: Picture = summed[0] / (summed[1] + np.float32(1e-6))
    return mean


def _smoothed(layers: Picture, mask: Picture) -> Picture:
    """Layers (L, S, S) averaged over what the mask holds."""
    summed = _blur(np.concatenate([layers * mask, mask[None]]), SMOOTH_PX)
    smooth: Picture = summed[:-1] / (summed[-1] + np.float32(1e-6))
    return smooth


def _blur(layers: Picture, side_px: int) -> Picture:
    """Two boxes after each other in both directions: nearly a Gaussian, at any width as quick."""
    blurred = np.array(layers, dtype=np.float32, order="C")
    box_twice(blurred, side_px // 2, np.empty_like(blurred[0]))
    return blurred


@compiled
def box_twice(layers: Picture, half: int, spare: Picture) -> None:
    """Mean over 2 * half + 1 pixels, zero beyond the edge, twice along each axis, in place."""
    for n in range(layers.shape[0]):
        for _ in range(2):
            box_down(layers[n], half, spare)
            box_aside(spare, half, layers[n])


@compiled
def box_down(  # noqa: C901  compiled loops over bare arrays
    source: Picture, half: int, target: Picture
) -> None:
    """Mean over 2 * half + 1 rows; whole rows at once, so that the processor takes many pixels."""
    height, width = source.shape
    share = np.float32(1) / np.float32(2 * half + 1)
    total = np.zeros(width, np.float32)
    for y in range(min(half, height)):
        for x in range(width):
            total[x] += source[y, x]
    for y in range(height):
        if y + half < height:
            for x in range(width):
                total[x] += source[y + half, x]
        if y - half > 0:
            for x in range(width):
                total[x] -= source[y - half - 1, x]
        for x in range(width):
            target[y, x] = total[x] * share


@compiled
def box_aside(source: Picture, half: int, target: Picture) -> None:
    """The same over columns: a row moved along itself and added up, many pixels at once."""
    height, width = source.shape
    share = np.float32(1) / np.float32(2 * half + 1)
    wide = np.zeros(width + 2 * half, np.float32)
    total = np.empty(width, np.float32)
    for y in range(height):
        wide[half : half + width] = source[y]
        total[:] = 0
        for step in range(2 * half + 1):
            for x in range(width):
                total[x] += wide[x + step]
        for x in range(width):
            target[y, x] = total[x] * share
