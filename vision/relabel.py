"""Ask the colours once more: which pixels look like the sure print, which like the sure ground.

Knows one crop of a photo and a network's probabilities on it: no chat, no part.
Images are (H, W, 3) uint8 RGB, masks (H, W) float32 in 0..1.
What a network draws is right about where and vague about how far: it fills the middle of frames,
takes shadows along, stops short of a far corner. The colours of what it is sure of settle much of
that (Rother, Kolmogorov, Blake: "GrabCut", 2004; here with the network's answer as the prior and
mean field in place of the cut).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from vision.compiled import compiled
from vision.scaling import shrunk, stretched
from vision.shapes import Mask, RgbImage
from vision.tints import Floats, lab, log_density, mixture_of, monomials

#: Longer side of the working copy: the print and a margin fill it.
SIDE_PX = 192

#: Kinds of colour that a print and a ground have.
COMPONENTS = 5

#: The network is never surer than this, so that colours have a word.
SUREST = 0.98

#: How much colours count beside the network, and the most that one pixel's colour may say.
COLOUR_WEIGHT, MOST_SAID = 0.5, 4.0

#: How much equal neighbours hold together.
COUPLING = 3.0

#: Where the neighbours lie, rows down and columns right; each bond is kept once.
STEPS = ((0, 1), (1, 0), (1, 1), (1, -1))

#: How often all neighbours are asked.
SWEEPS = 6

#: Fewer pixels than these make no mixture.
FEWEST_PX = 30


def relabelled(crop: RgbImage, probability: Mask, *, within: NDArray[np.bool_]) -> Mask:
    """The probability after colours were asked; `within` holds the print that is meant."""
    small = shrunk(crop, SIDE_PX)
    vague = stretched(probability, small.shape)
    meant = stretched(within.astype(np.float32), small.shape)
    return stretched(_settled(lab(small), vague, meant), probability.shape)


def _settled(colours: Floats, probability: Mask, meant: Mask) -> Mask:
    prior = logit(probability.clip(1 - SUREST, SUREST))
    seen, bonds = monomials(colours.reshape(-1, 3)), _bonds(colours)
    print_weight = ((2 * probability - 1).clip(0, 1) * meant).ravel()
    ground_weight = (1 - 2 * probability).clip(0, 1).ravel()
    if min((print_weight > 0).sum(), (ground_weight > 0).sum()) < FEWEST_PX:
        return probability
    said = _likelier(seen, print_weight) - _likelier(seen, ground_weight)
    odds = prior + COLOUR_WEIGHT * said.clip(-MOST_SAID, MOST_SAID).reshape(prior.shape)
    return _agreed(odds.astype(np.float32), bonds)


def _likelier(seen: Floats, weights: Floats) -> Floats:
    """Log density of all pixels under the mixture of the weighted ones."""
    counted = weights > 0
    colours = seen[counted, 1:4]
    mixture = mixture_of(colours, weights[counted], components=COMPONENTS)
    return log_density(mixture, seen)


def _bonds(colours: Floats) -> Floats:
    """(4, H + 2, W + 2): how much a pixel holds to each neighbour of STEPS; none beyond the rim."""
    height, width = colours.shape[:2]
    framed = np.pad(colours, ((1, 1), (1, 1), (0, 0)))
    bonds = np.zeros((4, height + 2, width + 2), np.float32)
    for bond, (down, right) in zip(bonds, STEPS, strict=True):
        apart = (framed - np.roll(framed, (-down, -right), axis=(0, 1))) ** 2
        bond[:] = apart.sum(axis=-1)
    inner = bonds[:, 1:-1, 1:-1]
    held = np.zeros_like(bonds)
    held[:, 1:-1, 1:-1] = COUPLING * np.exp(-inner / (2 * float(inner.mean()) + 1e-6))
    held[1:, -2] = 0
    held[(0, 2), :, -2] = 0
    held[3, :, 1] = 0
    return held


def _agreed(odds: Floats, bonds: Floats) -> Mask:
    framed = np.pad(odds, 1)
    label = expit(framed).astype(np.float32)
    _agree(framed, bonds, label)
    agreed: Mask = label[1:-1, 1:-1]
    return agreed


@compiled
def _agree(odds: Any, bonds: Any, label: Any) -> None:  # noqa: ANN401 - arrays as numba sees them
    """Mean field in place: each pixel's label by its odds and its eight neighbours'."""
    height, width = label.shape
    for _ in range(SWEEPS):
        for y in range(1, height - 1):
            for x in range(1, width - 1):
                pull = odds[y, x]
                for k in range(4):
                    down, right = STEPS[k]
                    pull += bonds[k, y, x] * (2 * label[y + down, x + right] - 1)
                    pull += bonds[k, y - down, x - right] * (2 * label[y - down, x - right] - 1)
                label[y, x] = 1.0 / (1.0 + np.exp(-pull))
