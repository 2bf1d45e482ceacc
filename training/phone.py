"""The phone that takes the photo, and the light it finds: camera, exposure, noise, JPEG.

Knows pictures only. Light comes in linear, (H, W, 3) float32; photos leave as (S, S, 3) uint8.
"""

from collections.abc import Sequence
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
class Pose:
    """Where the print is before the camera, and which part it is.

    Camera frame as in OpenCV: x right, y down, z away, origin at the pinhole. A vertex v of the
    part's own file is at rotation @ v * scale + translation_mm there; (x, y, z) in that frame is
    in the photo at focal_px * (x / z, y / z) + side / 2, from the outer corner at top left.

    Attributes:
        part: the body's name.
        rotation: (3, 3) float64.
        translation_mm: (3,) float64.
        scale: how much larger than its file the print is.
        focal_px: in the finished photo's pixels.
    """

    part: str
    rotation: NDArray[np.float64]
    translation_mm: NDArray[np.float64]
    scale: float
    focal_px: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """Another print in the photo, and which of its pixels it is."""

    mask: NDArray[np.uint8]
    pose: Pose


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One synthetic photo and which of its pixels are the print.

    Attributes:
        pose: None where no print was put before the camera, or nobody knows how it lies.
        neighbours: the other prints that have a name.
    """

    rgb: RgbPhoto
    mask: NDArray[np.uint8]
    pose: Pose | None = None
    neighbours: tuple[Neighbour, ...] = ()


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


def develop(
    rng: np.random.Generator, light: Array, mask: NDArray[np.bool_], side_px: int,
    *, neighbours: Sequence[Neighbour] = (),
) -> Shot:  # fmt: skip
    """From linear light to a phone's JPEG, and the masks at the same size.

    Masks come as large as the light, of anything that is 0 or 1, the neighbours' too.
    """
    soft = [each.astype(np.float32) for each in (mask, *(other.mask for other in neighbours))]
    if rng.random() < 0.12:
        light, *soft = smear(rng, [light, *soft])
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
    main, *others = [small_mask(each, side_px) for each in soft]
    return Shot(
        rgb=as_jpeg(rng, noisy), mask=main,
        neighbours=tuple(
            Neighbour(mask=other, pose=neighbour.pose)
            for other, neighbour in zip(others, neighbours, strict=True)
        ),
    )  # fmt: skip


def small_mask(soft: Array, side_px: int) -> NDArray[np.uint8]:
    """A mask 0..1 as a grey picture of the photo's size."""
    grey = Image.fromarray((soft * 255).astype(np.uint8))
    return np.asarray(grey.resize((side_px, side_px), Image.Resampling.BOX))


def smear(rng: np.random.Generator, pictures: Sequence[Array]) -> list[Array]:
    """A short movement of the phone, along a row or a column, the same in all pictures."""
    length, axis = int(rng.integers(3, 14)), int(rng.integers(2))
    return [uniform_filter1d(picture, length, axis) for picture in pictures]


def as_jpeg(rng: np.random.Generator, picture: NDArray[np.float32]) -> RgbPhoto:
    """Through a JPEG of random quality and back."""
    held = BytesIO()
    clean = Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))
    clean.save(held, "JPEG", quality=int(rng.integers(45, 96)))
    return np.asarray(Image.open(held).convert("RGB"))
