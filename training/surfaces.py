"""What lies under and behind the prints: procedural table tops and photographs.

Knows pixels only. Textures are (H, W, 3) float32 in linear light, 0..1, and tile by mirroring.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps
from scipy.ndimage import gaussian_filter, map_coordinates, zoom

Array = NDArray[np.float32]

#: Side of a procedural texture.
TEXTURE_PX = 384


def linear(srgb: NDArray[np.uint8]) -> Array:
    """Display values 0..255 as linear light 0..1."""
    return ((srgb.astype(np.float32) / 255) ** 2.2).astype(np.float32)


def load_backgrounds(folder: Path, *, longest_px: int = 512) -> list[NDArray[np.uint8]]:
    """All JPEG photos of a folder, upright, RGB, made small enough to keep in memory."""
    pictures = []
    for path in sorted(folder.glob("*.jpg")):
        with Image.open(path) as picture:
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            upright.thumbnail((longest_px, longest_px), Image.Resampling.LANCZOS)
            pictures.append(np.asarray(upright))
    return pictures


def cloud(rng: np.random.Generator, px: int, cells: float, *, stretch: float = 1.0) -> Array:
    """Smooth noise of mean 0, deviation 1, with that many cells along a side."""
    coarse = rng.normal(size=(max(3, int(cells)), max(3, int(cells * stretch)))).astype(np.float32)
    factor = (px / coarse.shape[0], px / coarse.shape[1])
    smooth = zoom(coarse, factor, order=1, grid_mode=True, mode="nearest")[:px, :px]
    return ((smooth - smooth.mean()) / (smooth.std() + 1e-6)).astype(np.float32)


def table_colour(rng: np.random.Generator) -> Array:
    """Mostly greys, whites, blacks and browns; now and then any colour."""
    kind = rng.random()
    if kind < 0.45:
        grey = rng.choice([0.02, 0.06, 0.15, 0.3, 0.5, 0.8]) * rng.uniform(0.7, 1.2)
        return (grey * rng.uniform(0.9, 1.1, 3)).astype(np.float32)
    if kind < 0.7:
        brown = np.array([0.45, 0.25, 0.11]) * rng.uniform(0.25, 1.6)
        return (brown * rng.uniform(0.8, 1.2, 3)).astype(np.float32)
    return (rng.uniform(0.01, 0.9, 3) ** 1.5).astype(np.float32)


def surface(rng: np.random.Generator, *, px: int = TEXTURE_PX) -> Array:
    """A random table top."""
    makers = (plain, plain, wood, wood, cutting_mat, speckled, brushed, tiles, cloth, squared_paper)
    base = makers[rng.integers(len(makers))](rng, px)
    if rng.random() < 0.4:
        base = base * (1 + rng.uniform(0.02, 0.2) * cloud(rng, px, rng.integers(3, 9)))[..., None]
    return np.clip(base, 0.003, 1).astype(np.float32)


def plain(rng: np.random.Generator, px: int) -> Array:
    """One colour with a fine grain."""
    grain = cloud(rng, px, rng.integers(60, 380)) * rng.uniform(0.0, 0.06)
    return table_colour(rng) * (1 + grain[..., None])


def wood(rng: np.random.Generator, px: int) -> Array:
    """Bent year rings, fibres, perhaps planks."""
    x = np.linspace(0, 1, px, dtype=np.float32)[None, :]
    bent = x * rng.uniform(4, 30) + cloud(rng, px, 4, stretch=0.4) * rng.uniform(0.1, 1.0)
    rings = np.sin(2 * np.pi * bent + cloud(rng, px, 12) * 0.4)
    fibre = (
        cloud(rng, px, 380) * 0.3
        + gaussian_filter(cloud(rng, px, 300), (14 * px / TEXTURE_PX, 0.4)) * 2
    )
    tone = 1 + rng.uniform(0.05, 0.3) * rings + rng.uniform(0.03, 0.15) * fibre
    colour = np.array([0.5, 0.27, 0.12]) * rng.uniform(0.15, 1.7) * rng.uniform(0.75, 1.25, 3)
    planks = rng.integers(0, 5)
    if planks:
        tone = tone * (1 + 0.25 * np.sign(np.sin(np.pi * x * planks * 2)) * rng.uniform(0, 1))
    return (tone[..., None] * colour).astype(np.float32)


def lines(rng: np.random.Generator, px: int, count: float, width: float) -> Array:
    """1 on the lines of a square grid, 0 between."""
    grid = np.linspace(0, count, px, endpoint=False, dtype=np.float32)
    on = (np.abs(grid - np.round(grid)) < width).astype(np.float32)
    return on[:, None] if rng.random() < 0.15 else np.maximum(on[:, None], on[None, :])


def cutting_mat(rng: np.random.Generator, px: int) -> Array:
    """A mat with two grids printed on it."""
    base = np.array([[0.01, 0.2, 0.16], [0.02, 0.08, 0.25], [0.03, 0.03, 0.03], [0.25, 0.03, 0.1]])
    colour = base[rng.integers(4)] * rng.uniform(0.6, 1.8)
    mark = lines(rng, px, rng.integers(6, 24), rng.uniform(0.01, 0.04)) * np.ones((px,) * 2)
    mark = np.maximum(mark, lines(rng, px, rng.integers(2, 6), 0.008))[..., None]
    ink = colour + rng.uniform(0.05, 0.6)
    return (colour * (1 - mark) + ink * mark + 0.01 * cloud(rng, px, 300)[..., None]).astype(
        np.float32
    )


def squared_paper(rng: np.random.Generator, px: int) -> Array:
    """Paper with a grid."""
    paper = rng.uniform(0.5, 0.9) * rng.uniform(0.93, 1.0, 3)
    ink = paper * np.array([0.5, 0.6, 0.8])
    mark = (lines(rng, px, rng.integers(10, 40), 0.05) * np.ones((px,) * 2))[..., None]
    return (paper * (1 - mark) + ink * mark).astype(np.float32)


def speckled(rng: np.random.Generator, px: int) -> Array:
    """Granite, cork, terrazzo: spots of a second colour."""
    spots = gaussian_filter(rng.normal(size=(px,) * 2), rng.uniform(0.5, 2.5) * px / TEXTURE_PX)
    spots = (spots / spots.std()).astype(np.float32)[..., None]
    other = table_colour(rng) - table_colour(rng)
    return table_colour(rng) + other * np.tanh(spots) * rng.uniform(0.1, 0.6)


def brushed(rng: np.random.Generator, px: int) -> Array:
    """Streaks along one axis, as on metal."""
    streaks = gaussian_filter(rng.normal(size=(px,) * 2), (0.6, rng.uniform(5, 40)))
    streaks = (streaks / streaks.std()).astype(np.float32)[..., None]
    return table_colour(rng) * (1 + streaks * rng.uniform(0.05, 0.3))


def tiles(rng: np.random.Generator, px: int) -> Array:
    """Squares with joints."""
    gap = lines(rng, px, rng.integers(2, 9), rng.uniform(0.01, 0.06)) * np.ones((px,) * 2)
    shade = 1 + 0.06 * cloud(rng, px, 8)[..., None]
    return table_colour(rng) * shade * (1 - gap[..., None]) + table_colour(rng) * gap[..., None]


def cloth(rng: np.random.Generator, px: int) -> Array:
    """A weave with folds."""
    threads = np.linspace(0, rng.uniform(100, 400), px, dtype=np.float32)
    weave = np.sin(threads)[:, None] * np.sin(threads)[None, :]
    folds = cloud(rng, px, rng.integers(3, 8))
    tone = 1 + 0.15 * weave + rng.uniform(0.05, 0.3) * folds
    return (table_colour(rng) * tone[..., None]).astype(np.float32)


def sample(texture: Array, x: Array, y: Array) -> Array:
    """Texture values at these texel coordinates, mirrored beyond its edges."""
    return np.stack(
        [map_coordinates(texture[..., k], [y, x], order=1, mode="mirror") for k in range(3)], -1
    ).astype(np.float32)


def backdrop(rng: np.random.Generator, photo: NDArray[np.uint8], side_px: int) -> Array:
    """A random crop of a photograph, turned or flipped, as a square of linear light."""
    height, width = photo.shape[:2]
    side = int(min(height, width) * rng.uniform(0.5, 1.0))
    top, left = rng.integers(0, height - side + 1), rng.integers(0, width - side + 1)
    crop = np.rot90(photo[top : top + side, left : left + side], rng.choice([0, 0, 0, 1, 2, 3]))
    crop = crop[:, ::-1] if rng.random() < 0.5 else crop
    resized = Image.fromarray(np.ascontiguousarray(crop)).resize(
        (side_px, side_px), Image.Resampling.BICUBIC
    )
    return linear(np.asarray(resized))
