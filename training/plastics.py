"""What things are made of, as rows of photo_renderer's material columns.

Knows colours only: linear light 0..1, gloss, layer lines.
"""

import numpy as np
from numpy.typing import NDArray

from training.photo_renderer import Array


def filament(rng: np.random.Generator, *, layer_mm: float) -> Array:
    """A row of photo_renderer's material columns for some printed plastic."""
    kind = rng.random()
    if kind < 0.2:
        colour = rng.uniform(0.008, 0.04) * rng.uniform(0.85, 1.15, 3)
    elif kind < 0.37:
        colour = rng.uniform(0.6, 0.92) * np.array([1, rng.uniform(0.94, 1), rng.uniform(0.8, 1)])
    elif kind < 0.5:
        colour = rng.uniform(0.06, 0.5) * rng.uniform(0.93, 1.07, 3)
    elif kind < 0.58:
        colour = np.array([0.5, 0.3, 0.14]) * rng.uniform(0.5, 1.6) * rng.uniform(0.85, 1.15, 3)
    else:
        colour = hue(rng.random(), rng.uniform(0.5, 1.0)) * rng.uniform(0.15, 0.95)
    gloss = rng.uniform(0.0, 0.35) if rng.random() < 0.75 else rng.uniform(0.35, 1.2)
    layered = rng.random() < 0.85
    mottled = rng.uniform(0.1, 0.4) if rng.random() < 0.12 else 0.0
    return np.array(
        [
            *np.clip(colour, 0.004, 0.95), gloss, 10 ** rng.uniform(0.8, 2.2), layer_mm,
            rng.uniform(0.03, 0.45) if layered else 0.0, mottled, rng.uniform(0.3, 6.0),
            rng.uniform(0.0, 0.5),
        ],
        np.float32,
    )  # fmt: skip


def hue(turn: float, saturation: float) -> NDArray[np.float64]:
    """A strong colour on the wheel, 0..1 being once around."""
    wave = 0.5 + 0.5 * np.cos(2 * np.pi * (turn + np.array([0.0, 1 / 3, 2 / 3])))
    return 1 - saturation * (1 - wave**1.5)


def plain_material(colour: Array, gloss: float, exponent: float, reflection: float) -> Array:
    """Something that is not printed."""
    return np.array([*colour, gloss, exponent, 1, 0, 0, 1, reflection], np.float32)


def skin_colour(rng: np.random.Generator) -> Array:
    """From light to dark."""
    tone = rng.uniform(0, 1)
    light, dark = np.array([0.75, 0.45, 0.33]), np.array([0.12, 0.05, 0.03])
    return ((light * tone + dark * (1 - tone)) * rng.uniform(0.85, 1.15, 3)).astype(np.float32)
