"""Part a mask where its colour changes: a print is of one plastic, what it holds seldom is.

Knows one crop of a photo and a mask on it: no network, no part.
Screws, boards, fingers, a neighbour: most of what a mask has too much differs in colour from the
rest of it. Two prints of two colours that are one are parted as well; how strange that would be is
for others to weigh, who get the distance of the two colours along.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vision.objects import INSIDE, main_object
from vision.scaling import shrunk, stretched
from vision.shapes import Mask, RgbImage
from vision.tints import Floats, Mixture, belonging, lab, mixture_of, monomials

#: Longer side of the working copy.
SIDE_PX = 192

#: How much lightness counts beside hue: a print in the light has a bright and a dark side.
LIGHTNESS_WEIGHT = 0.5

#: A pixel goes with most of its neighbourhood of so many pixels a side.
NEIGHBOURHOOD_PX = 5

#: Fewer pixels than these are not parted.
FEWEST_PX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Halves:
    """A mask in two.

    Attributes:
        masks: (H, W) float32 each, of the crop's size; together at most the mask that was parted.
        apart: Bhattacharyya distance of the two colours; 0 says they are the same.
    """

    masks: tuple[Mask, Mask]
    apart: float


def halves(crop: RgbImage, mask: Mask) -> Halves | None:
    """The mask parted by colour; None where there is too little of it."""
    small = shrunk(crop, SIDE_PX)
    inside = stretched(mask, small.shape) > INSIDE
    core = ndimage.binary_erosion(inside)
    if core.sum() < FEWEST_PX:
        return None
    colours = lab(small) * np.array([LIGHTNESS_WEIGHT, 1, 1], np.float32)
    weights = np.ones(int(core.sum()), np.float32)
    mixture = mixture_of(colours[core], weights, components=2)
    return Halves(masks=_parted(mask, colours, inside, mixture), apart=_apart(mixture))


def _parted(
    mask: Mask, colours: Floats, inside: NDArray[np.bool_], mixture: Mixture
) -> tuple[Mask, Mask]:
    second = np.zeros(inside.shape, np.float32)
    second[inside] = belonging(mixture, monomials(colours[inside]))[:, 1]
    votes = ndimage.uniform_filter(second, NEIGHBOURHOOD_PX)
    voters = ndimage.uniform_filter(inside.astype(np.float32), NEIGHBOURHOOD_PX)
    goes_second = 2 * votes > voters
    return _kept(mask, inside & ~goes_second), _kept(mask, inside & goes_second)


def _kept(mask: Mask, half: NDArray[np.bool_]) -> Mask:
    """Of the mask what lies in the main piece of a half, specks and threads left out."""
    piece = main_object(ndimage.binary_opening(half).astype(np.float32))
    share = stretched(piece.astype(np.float32), mask.shape)
    return np.where(share > INSIDE, mask, np.float32(0))


def _apart(mixture: Mixture) -> float:
    """Of the means alone: a colour that only varies more is not another one."""
    between = mixture.means[0] - mixture.means[1]
    spread = mixture.covariances.mean(axis=0)
    return float(between @ np.linalg.solve(spread, between)) / 8
