"""Mixtures of colours."""

import numpy as np

from vision.tints import belonging, lab, log_density, mixture_of, monomials


def _two_colours(many: int = 400) -> np.ndarray:
    """Colours around two centres, every second from the second one."""
    rng = np.random.default_rng(3)
    centres = np.array([[40, 20, 10], [70, -30, 40]], np.float32)
    return (centres[np.arange(many) % 2] + rng.normal(0, 3, (many, 3))).astype(np.float32)


def test_known_colours_stand_where_cielab_puts_them() -> None:
    photo = np.array([[[255, 255, 255], [0, 0, 0], [255, 0, 0]]], np.uint8)

    white, black, red = lab(photo)[0]

    assert np.allclose(white, (100, 0, 0), atol=0.5)
    assert np.allclose(black, (0, 0, 0), atol=0.5)
    assert np.allclose(red, (53.2, 80.1, 67.2), atol=1.5)


def test_two_colours_are_told_apart() -> None:
    colours = _two_colours()

    mixture = mixture_of(colours, np.ones(len(colours), np.float32), components=2)
    share = belonging(mixture, monomials(colours))

    assert np.allclose(sorted(mixture.means[:, 0]), (40, 70), atol=1)
    assert np.allclose(mixture.shares, 0.5, atol=0.02)
    first, second = share[::2].argmax(axis=1), share[1::2].argmax(axis=1)
    assert len({*first.tolist()}) == len({*second.tolist()}) == 1
    assert first[0] != second[0]


def test_the_polynomial_is_the_gaussians_density() -> None:
    colours = _two_colours()
    mixture = mixture_of(colours, np.ones(len(colours), np.float32), components=1)
    apart = colours[:5] - mixture.means[0]
    distance = np.einsum("ni,ij,nj->n", apart, np.linalg.inv(mixture.covariances[0]), apart)

    densities = log_density(mixture, monomials(colours[:5]))

    assert np.allclose(np.diff(densities), np.diff(-distance / 2), atol=1e-2)


def test_pixels_without_weight_do_not_count() -> None:
    colours = _two_colours()
    weights = np.tile(np.array([1, 0], np.float32), len(colours) // 2)

    mixture = mixture_of(colours, weights, components=1)

    assert np.allclose(mixture.means[0], (40, 20, 10), atol=1)


def test_one_colour_throughout_is_no_trouble() -> None:
    colours = np.full((50, 3), 30, np.float32)

    mixture = mixture_of(colours, np.ones(50, np.float32), components=3)

    assert np.isfinite(log_density(mixture, monomials(colours))).all()
