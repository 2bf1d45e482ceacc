"""Real prints on other tables: lifted by their masks, turned, and put on other backgrounds.

Knows pictures only. Prints are (H, W, 3) uint8 RGB with (H, W) uint8 masks.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, map_coordinates

from training.phone import RgbPhoto, Shot, develop
from training.photo_renderer import Array
from training.surfaces import backdrop, linear, surface


def pasted_photo(
    rng: np.random.Generator,
    print_rgb: RgbPhoto,
    print_mask: NDArray[np.uint8],
    photos: Sequence[RgbPhoto],
    *,
    side_px: int = 288,
) -> Shot:
    """A real print, lifted by its mask, turned and scaled, on a real or painted background."""
    if rng.random() < 0.65:
        behind = backdrop(rng, photos[rng.integers(len(photos))], side_px)
    else:
        texture = surface(rng)
        start = rng.integers(0, texture.shape[0] - side_px + 1, 2)
        behind = texture[start[0] : start[0] + side_px, start[1] : start[1] + side_px]
    rgb, mask = spun(rng, linear(print_rgb), print_mask.astype(np.float32) / 255, side_px)
    seen = mask > 0.5
    if not seen.any():
        return develop(rng, behind, seen, side_px)
    match = behind.mean() / max(1e-3, float(rgb[seen].mean()))
    rgb = rgb * np.clip(match ** rng.uniform(0, 0.6), 0.4, 2.5)
    shift = rng.normal(0, side_px * 0.02, 2)
    dark = gaussian_filter(np.roll(mask, np.round(shift).astype(int), (0, 1)), side_px * 0.012)
    ground = behind * (1 - rng.uniform(0, 0.8) * dark[..., None])
    edge = gaussian_filter(mask, 0.6)[..., None]
    light = (ground * (1 - edge) + rgb * edge).astype(np.float32)
    return develop(rng, light, seen, side_px)


def spun(rng: np.random.Generator, rgb: Array, mask: Array, side_px: int) -> tuple[Array, Array]:
    """The print turned, scaled and moved so that it fills a fair part of a square."""
    rows, columns = np.nonzero(mask > 0.5)
    middle = np.array([(rows.min() + rows.max()) / 2, (columns.min() + columns.max()) / 2])
    size = max(np.ptp(rows), np.ptp(columns)) + 1
    scale = size / (side_px * rng.uniform(0.25, 0.9))
    angle = rng.uniform(0, 2 * np.pi)
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    if rng.random() < 0.5:
        turn[:, 1] *= -1
    grid = np.stack(np.mgrid[:side_px, :side_px]).reshape(2, -1) - side_px / 2
    grid = grid - rng.normal(0, side_px * 0.08, (2, 1))
    places = (turn @ grid + middle[:, None]).reshape(2, side_px, side_px)
    colour = [map_coordinates(rgb[..., k], places, order=1) for k in range(3)]
    return np.stack(colour, -1), map_coordinates(mask, places, order=1)
