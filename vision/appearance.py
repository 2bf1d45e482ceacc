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
    crevices = _crevices(height, drawn)
    return Agreement(
        shading=-float(np.log(_unexplained(look.luma[inside], _causes(calm, crevices)[:, inside]))),
        edges=_edge_agreement(look, calm, inside),
    )


def _causes(calm: Picture, crevices: Picture) -> Picture:
    """What brightness may depend on (13, S, S)."""
    x, y, z = calm[:3]
    side = len(x)
    down, aside = np.mgrid[0:side, 0:side].astype(np.float32) / side - np.float32(0.5)
    plain = np.ones_like(x)
    bent = [x * x, y * y, x * y, x * z, y * z]
    return np.stack([plain, x, y, z, *bent, *crevices, aside, down])


def _unexplained(luma: Picture, causes: Picture) -> float:
    """The share of brightness's variance that no mixture of causes (C, N) explains."""
    low, high = np.percentile(luma, CALM_PERCENT)
    seen = np.clip(luma, low, high).astype(np.float64)
    spread = seen.var() + TINY
    held = np.full(len(causes), RIDGE * seen.size)
    held[0] = 0
    rows = causes.astype(np.float64)
    weights = np.linalg.solve(rows @ rows.T + np.diag(held + TINY), rows @ seen)
    return float(np.clip((seen - weights @ rows).var() / spread, LEAST_UNEXPLAINED, 1))


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
    both = [
        np.clip(_smoothed((_mean(height, drawn, side) - height)[None], drawn)[0], -deep, deep)
        for side, deep in zip(CREVICE_PX, CREVICE_DEPTH, strict=True)
    ]
    return np.stack(both)


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
    count, side = layers.shape[0], layers.shape[1]
    share = np.float32(1) / np.float32(2 * half + 1)
    for n in range(count):
        for turn in range(4):
            source = layers[n] if turn % 2 == 0 else spare
            target = spare if turn % 2 == 0 else layers[n]
            # rows in, columns out: after two turns the picture is upright again
            for y in range(side):
                total = np.float32(0)
                for x in range(min(half, side)):
                    total += source[y, x]
                for x in range(side):
                    if x + half < side:
                        total += source[y, x + half]
                    if x - half > 0:
                        total -= source[y, x - half - 1]
                    target[x, y] = total * share
