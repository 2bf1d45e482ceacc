"""The phone that takes the photo, and the light it finds: camera, exposure, noise, JPEG.

Knows pictures only. Light comes in linear, (H, W, 3) float32; photos leave as (S, S, 3) uint8.
"""

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter, uniform_filter1d

from training.bodies import any_rotation
from training.photo_renderer import Array, Camera, Lights

RgbPhoto = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One synthetic photo and which of its pixels are the print."""

    rgb: RgbPhoto
    mask: NDArray[np.uint8]


def lights_for(rng: np.random.Generator, towards_camera: Array, *, sky: int = 10) -> Lights:
    """A key light with soft edges, many weak ones from the sky, at times a flash."""
    key = any_rotation(rng)[0]
    key[2] = abs(key[2]) + 0.25
    if rng.random() < 0.12:
        key = towards_camera + rng.normal(0, 0.08, 3).astype(np.float32)
    key /= np.linalg.norm(key)
    soft = 10 ** rng.uniform(-2.2, -0.5)
    keys = key + soft * rng.normal(size=(4, 3))
    dome = rng.normal(size=(sky, 3))
    dome[:, 2] = np.abs(dome[:, 2]) * 0.9 + 0.05
    every = np.vstack([keys, dome])
    every /= np.linalg.norm(every, axis=1, keepdims=True)
    share = 1 / (1 + 10 ** rng.uniform(-0.9, 0.7))
    side = any_rotation(rng)[0]
    dome_weight = np.clip(1 + 0.9 * every[4:] @ side, 0.05, None)
    warm = np.array([1.0, 0.92, 0.82]) ** rng.uniform(-0.6, 2.0)
    cool = np.array([0.92, 0.97, 1.0]) ** rng.uniform(-0.5, 2.0)
    colour = np.vstack(
        [
            np.tile(warm * share / 4, (4, 1)) * 2,
            (dome_weight / dome_weight.sum())[:, None] * cool * (1 - share) * 2,
        ]
    )
    return Lights(towards=every.astype(np.float32), colour=colour.astype(np.float32))


def looking(rng: np.random.Generator, target: Array, reach: float, *, side_px: int) -> Camera:
    """A phone somewhere above, the print mostly in the middle, at times cut by the frame."""
    elevation = np.radians(90 - 75 * rng.beta(1.4, 1.6)) if rng.random() < 0.9 else np.pi / 2
    return camera_at(
        target, reach,
        azimuth=rng.uniform(0, 2 * np.pi),
        elevation=float(min(elevation, np.radians(89.5))),
        roll=float(rng.normal(0, 0.15) if rng.random() < 0.8 else rng.uniform(-np.pi, np.pi)),
        focal=float(rng.uniform(0.8, 2.4)),
        fill=float(rng.uniform(0.18, 0.85) if rng.random() < 0.85 else rng.uniform(0.85, 1.4)),
        shift=rng.normal(0, 0.08, 2) if rng.random() < 0.8 else rng.uniform(-0.4, 0.4, 2),
        side_px=side_px,
    )  # fmt: skip


def camera_at(  # every knob of a tripod
    target: Array, reach: float, *, azimuth: float, elevation: float, roll: float,
    focal: float, fill: float, shift: NDArray[np.float64], side_px: int,
) -> Camera:  # fmt: skip
    """A camera on a ball around the target.

    Args:
        target: (3,) what it looks at.
        reach: radius in mm of what shall fill the picture.
        azimuth: radians around the vertical.
        elevation: radians above the ground.
        roll: radians around the line of sight.
        focal: in picture sides.
        fill: share of the picture's side that the reach takes.
        shift: (2,) how far the target is off the middle, in picture sides.
        side_px: the picture's side.
    """
    back = np.array(
        [np.cos(azimuth) * np.cos(elevation), np.sin(azimuth) * np.cos(elevation),
         np.sin(elevation)]
    )  # fmt: skip
    forward = -back
    right = np.cross(forward, [0, 0, 1.0])
    right /= np.linalg.norm(right)
    down = np.cross(forward, right)
    c, s = np.cos(roll), np.sin(roll)
    rotation = np.stack([c * right + s * down, -s * right + c * down, forward])
    distance = max(2 * reach * focal / fill, reach * 1.3)
    offset = -rotation @ (target + back * distance)
    offset[:2] += shift * distance / focal
    return Camera(
        rotation=rotation.astype(np.float32), offset_mm=offset.astype(np.float32),
        focal_px=focal * side_px, width_px=side_px, height_px=side_px,
    )  # fmt: skip


def light_patches(rng: np.random.Generator, side_px: int) -> Array:
    """Windows' light and shadows of things outside the picture, as a factor (S, S, 1)."""
    factor = np.ones((side_px, side_px), np.float32)
    if rng.random() < 0.7:
        return factor[..., None]
    rows, columns = np.mgrid[:side_px, :side_px].astype(np.float32) / side_px - 0.5
    for _ in range(rng.integers(1, 4)):
        angle, at_, wide = rng.uniform(0, np.pi), rng.uniform(-0.5, 0.5), rng.uniform(0.05, 0.5)
        across = rows * np.cos(angle) + columns * np.sin(angle) - at_
        along = columns * np.cos(angle) - rows * np.sin(angle) - rng.uniform(-0.3, 0.3)
        inside = (np.abs(across) < wide / 2) & (np.abs(along) < rng.uniform(0.1, 1.0))
        factor = np.where(inside, factor * rng.uniform(0.35, 1.8), factor)
    return gaussian_filter(factor, rng.uniform(0.5, 6.0))[..., None].astype(np.float32)


def develop(rng: np.random.Generator, light: Array, mask: NDArray[np.bool_], side_px: int) -> Shot:
    """From linear light to a phone's JPEG, and the mask at the same size."""
    if rng.random() < 0.12:
        light, mask_soft = smear(rng, light, mask.astype(np.float32))
    else:
        mask_soft = mask.astype(np.float32)
    if rng.random() < 0.15:
        light = (
            gaussian_filter(light, (1.3, 1.3, 0))
            if rng.random() < 0.6
            else gaussian_filter(light, (2.5, 2.5, 0))
        )
    lit_part = light[mask] if mask.any() else light.reshape(-1, 3)
    level = 0.5 * np.percentile(light, 85) + 0.5 * np.percentile(lit_part, 85) + 1e-4
    exposed = light * (rng.uniform(0.3, 1.1) / level)
    exposed = exposed * np.array([rng.uniform(0.85, 1.15), 1, rng.uniform(0.8, 1.15)])
    exposed = np.where(exposed > 0.8, 0.8 + 0.2 * np.tanh((exposed - 0.8) / 0.2), exposed)
    srgb = np.clip(exposed, 0, 1) ** (1 / rng.uniform(1.8, 2.5))
    if rng.random() < 0.5:
        axis = np.linspace(-1, 1, srgb.shape[0])
        fall = 1 - rng.uniform(0, 0.35) * (axis[:, None] ** 2 + axis[None, :] ** 2) / 2
        srgb = srgb * fall[..., None]
    shown = Image.fromarray((srgb * 255).astype(np.uint8)).resize(
        (side_px, side_px), Image.Resampling.BOX
    )
    noisy = np.asarray(shown, np.float32) + rng.normal(
        0, 10 ** rng.uniform(-0.5, 0.9), (side_px, side_px, 3)
    )
    small = Image.fromarray((mask_soft * 255).astype(np.uint8)).resize(
        (side_px, side_px), Image.Resampling.BOX
    )
    return Shot(rgb=as_jpeg(rng, noisy), mask=np.asarray(small))


def smear(rng: np.random.Generator, light: Array, mask: Array) -> tuple[Array, Array]:
    """A short movement of the phone, along a row or a column."""
    length, axis = int(rng.integers(3, 14)), int(rng.integers(2))
    return uniform_filter1d(light, length, axis), uniform_filter1d(mask, length, axis)


def as_jpeg(rng: np.random.Generator, picture: NDArray[np.float32]) -> RgbPhoto:
    """Through a JPEG of random quality and back."""
    held = BytesIO()
    clean = Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))
    clean.save(held, "JPEG", quality=int(rng.integers(45, 96)))
    return np.asarray(Image.open(held).convert("RGB"))
