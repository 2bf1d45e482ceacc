"""Pictures as the embedder sees them.

Knows arrays only: no network, no part's name. Used when it is trained and when it is asked, so
that both see the same. Pictures are square canonical crops (vision/canonical.py), S by S.
"""

import numpy as np
from numpy.typing import NDArray

from vision.shapes import Mask, RgbImage

#: Side of every picture that is embedded.
EMBEDDED_PX = 96
#: Depth is told in halves of the picture's side; beyond this it counts as this.
DEEPEST = 1.5
#: Brightness that one deviation of the print's own becomes, and how far it may go.
CONTRAST, BRIGHTEST = 0.5, 2.0
#: A print of one even grey has at least this deviation of brightness, of 255.
LEAST_SPREAD = 12.0


def photo_input(rgb: RgbImage, mask: Mask) -> NDArray[np.float32]:
    """(4, S, S): RGB around the print's own mean brightness in its own deviations, and the mask."""
    light = rgb.astype(np.float32)
    weight = mask[..., None] + np.float32(1e-3)
    total = float(weight.sum()) * 3
    mean = float((light * weight).sum()) / total
    spread = float(np.sqrt((((light - mean) ** 2) * weight).sum() / total))
    even = (light - mean) * (CONTRAST / max(spread, LEAST_SPREAD))
    even = np.clip(even, -BRIGHTEST, BRIGHTEST)
    return np.concatenate([np.moveaxis(even, 2, 0), mask[None]]).astype(np.float32)


def view_input(
    depth: NDArray[np.float32], normals: NDArray[np.float32], *, unit: float
) -> NDArray[np.float32]:
    """(5, S, S): normals, depth around its mean (nearer is larger), mask.

    Args:
        depth: (S, S), 0 where nothing is.
        normals: (S, S, 3), camera frame.
        unit: how much depth is as long as half the picture's side is wide.
    """
    mask = depth > 0
    middle = float(depth[mask].mean()) if mask.any() else 0.0
    near = np.where(mask, np.clip((middle - depth) / unit, -DEEPEST, DEEPEST), 0)
    return np.concatenate([np.moveaxis(normals, 2, 0), near[None], mask[None]]).astype(np.float32)
