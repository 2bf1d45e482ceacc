"""What colours a region has: CIELAB, and mixtures of Gaussians in it.

Knows colours only, not where they lie. Colours are (N, 3) float32 CIELAB (lightness 0..100, two
axes of hue), weights (N,) say how much each pixel counts.
A Gaussian's log density is a polynomial of second degree in the colour: with its ten monomials
(N, 10) at hand both halves of expectation and maximisation are one matrix product each. Nothing is
drawn by lot: the same pixels give the same mixture.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.shapes import RgbImage

Floats = NDArray[np.float32]

#: Linear RGB to XYZ, each row divided by daylight's white.
TO_XYZ = np.array(
    [[0.4339, 0.3762, 0.1899], [0.2126, 0.7152, 0.0722], [0.0177, 0.1095, 0.8728]], np.float32
)

#: CIELAB's curve is a cube root, and a line near black.
LINEAR_BELOW = 0.008856

#: Variance that every colour has at least: noise and JPEG, in squared units of lightness.
LEAST_VARIANCE = 9.0

#: Rounds of expectation and maximisation, and how many pixels they look at.
ROUNDS, PIXELS = 6, 1500


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixture:
    """Gaussians (K): means (K, 3), covariances (K, 3, 3), shares (K,) that sum to one."""

    means: NDArray[np.float64]
    covariances: NDArray[np.float64]
    shares: NDArray[np.float64]

    @property
    def polynomials(self) -> Floats:
        """(10, K): times the monomials of colours it gives log densities, shares included."""
        precise = np.linalg.inv(self.covariances)
        towards = np.einsum("kij,kj->ki", precise, self.means)
        _, spread = np.linalg.slogdet(self.covariances)
        level = np.log(self.shares + 1e-9) - (spread + (towards * self.means).sum(1)) / 2
        squares = -np.einsum("kii->ki", precise) / 2
        crossed = -precise[:, (0, 0, 1), (1, 2, 2)]
        return np.column_stack([level, towards, squares, crossed]).T.astype(np.float32)


def lab(photo: RgbImage) -> Floats:
    """(H, W, 3) uint8 sRGB as CIELAB."""
    linear = _LINEAR[photo]
    xyz = linear @ TO_XYZ.T
    bent = np.where(xyz > LINEAR_BELOW, np.cbrt(xyz), 7.787 * xyz + np.float32(16 / 116))
    x, y, z = bent[..., 0], bent[..., 1], bent[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def monomials(colours: Floats) -> Floats:
    """(N, 10): one, the three coordinates, their squares, their products."""
    x, y, z = colours[:, 0], colours[:, 1], colours[:, 2]
    one = np.ones_like(x)
    return np.column_stack([one, x, y, z, x * x, y * y, z * z, x * y, x * z, y * z])


def mixture_of(colours: Floats, weights: Floats, *, components: int) -> Mixture:
    """The mixture that explains weighted colours, of which there is at least one."""
    step = max(1, len(colours) // PIXELS)
    seen, weights = monomials(colours[::step]), weights[::step]
    groups = _by_main_axis(colours[::step], components)
    mixture = _fitted(seen, np.eye(components, dtype=np.float32)[groups] * weights[:, None])
    for _ in range(ROUNDS):
        mixture = _fitted(seen, belonging(mixture, seen) * weights[:, None])
    return mixture


def belonging(mixture: Mixture, seen: Floats) -> Floats:
    """(N, K): how likely each colour comes from each Gaussian; rows sum to one."""
    levels = seen @ mixture.polynomials
    chances = np.exp(levels - levels.max(axis=1, keepdims=True))
    share: Floats = chances / chances.sum(axis=1, keepdims=True)
    return share


def log_density(mixture: Mixture, seen: Floats) -> Floats:
    """(N,): log density of colours, up to a constant, from their monomials."""
    levels = seen @ mixture.polynomials
    top = levels.max(axis=1)
    total: Floats = top + np.log(np.exp(levels - top[:, None]).sum(axis=1))
    return total


def _by_main_axis(colours: Floats, components: int) -> NDArray[np.intp]:
    """Groups of equal size along the direction in which the colours differ most."""
    centred = colours - colours.mean(axis=0)
    _, directions = np.linalg.eigh(centred.T @ centred)
    place = np.argsort(np.argsort(centred @ directions[:, -1], kind="stable"))
    return place * components // len(colours)


def _fitted(seen: Floats, shares: Floats) -> Mixture:
    moments = shares.T.astype(np.float64) @ seen.astype(np.float64)
    mass = moments[:, :1] + 1e-6
    means = moments[:, 1:4] / mass
    second = np.empty((len(means), 3, 3))
    for place, (row, column) in enumerate(((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2)), 4):
        second[:, row, column] = second[:, column, row] = moments[:, place] / mass[:, 0]
    covariances = second - means[:, :, None] * means[:, None, :]
    covariances += np.eye(3) * LEAST_VARIANCE
    return Mixture(means=means, covariances=covariances, shares=mass[:, 0] / mass.sum())


_LINEAR = ((np.arange(256) / 255) ** 2.2).astype(np.float32)
