"""Photos and masks at another size.

Knows pixels only. Photos are (H, W, 3) uint8 RGB, masks (H, W) float32 in 0..1.
"""

import numpy as np
from PIL import Image

from vision.shapes import Mask, RgbImage


def shrunk(photo: RgbImage, longest_px: int) -> RgbImage:
    """The photo with a longer side of so many pixels; a smaller one stays as it is."""
    scale = longest_px / max(photo.shape[:2])
    if scale >= 1:
        return photo
    size = (max(1, round(photo.shape[1] * scale)), max(1, round(photo.shape[0] * scale)))
    return np.asarray(Image.fromarray(photo).resize(size, Image.Resampling.BOX, reducing_gap=2.0))


def stretched(mask: Mask, shape: tuple[int, ...]) -> Mask:
    """The mask in another shape (H, W), larger or smaller."""
    if mask.shape == shape[:2]:
        return mask
    size = (shape[1], shape[0])
    resized = Image.fromarray(mask).resize(size, Image.Resampling.BILINEAR)
    return np.asarray(resized, dtype=np.float32)
