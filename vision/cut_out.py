"""Lift the print out of a photo.

Knows pixels only: no chat, no job, no part.
Images are (H, W, 3) uint8 RGB, masks (H, W) float32 in 0..1, origin top left.
Two looks: the whole photo squeezed to the network's square finds the print, the crop around it
draws its edge. "Nothing found" is decided on the network's raw answer, never on a stretched one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from vision.errors import NothingFound, Reason
from vision.segmenter import PixelJudge
from vision.shapes import CutOut, Mask, RgbImage

#: Longer side at which masks are worked on; the answer is stretched to the photo afterwards.
WORKING_PX = 768

#: A pixel is the print from this probability on.
INSIDE = 0.5

#: Below this a photo's likeliest pixels are no print (raw answer, 99.5th percentile).
FAINTEST_PRINT = 0.5

#: A mask worse than this shows no print: the two looks contradict each other. The worst of 134 real
#: prints had 0.21 (2026-11-21).
LEAST_QUALITY = 0.1

#: A print smaller than this share of the photo cannot be told from others.
SMALLEST_SHARE = 0.0015

#: What is smaller than this and leaves the photo is not what the photo was taken of.
STRAY_SHARE = 0.02

#: A photo filled further than this shows a part of a print at best.
LARGEST_SHARE = 0.93

#: Share of the photo's rim that a print may cover before too much of it is missing.
LONGEST_RIM_SHARE = 0.6

#: Brightness (0..255, 95th percentile) below which a photo without a print is called too dark.
DARK_LEVEL = 45

#: Mean squared Laplacian of brightness below which a photo without a print is called blurred.
SHARPNESS_FLOOR = 6.0

#: Room around the first mask for the second look, as a share of its box.
ROOM = 0.18

#: Probabilities between these are neither print nor table.
DOUBTFUL = (0.15, 0.85)

#: How much the second look counts beside the first, inside its crop.
SECOND_LOOK_SHARE = 0.7

#: How far apart, as a share of the print's size, two pieces of one print may lie: a cable or a
#: finger across it cuts its mask in two.
LARGEST_GAP = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A part of a photo, in pixels: first row and column, one past the last."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def window(self) -> tuple[slice, slice]:
        return slice(self.top, self.bottom), slice(self.left, self.right)


def cut_out(photo: RgbImage, *, segmenter: PixelJudge) -> CutOut:
    """The main print of a photo, with its mask and how much that can be trusted.

    Raises:
        NothingFound: NO_OBJECT, TOO_DARK or BLURRED where no print stands out, CUT_OFF where
            too much of it lies outside the photo.
    """
    working = shrunk(photo)
    first = segmenter.probabilities(working)
    if np.percentile(first, 99.5) < FAINTEST_PRINT:
        raise NothingFound(why_nothing(working))
    found = main_object(first)
    if found.mean() < (STRAY_SHARE if rim_share(found) > 0 else SMALLEST_SHARE):
        raise NothingFound(why_nothing(working))
    if found.mean() > LARGEST_SHARE or rim_share(found) > LONGEST_RIM_SHARE:
        raise NothingFound(Reason.CUT_OFF)
    second = second_look(working, box_around(found), first=first, segmenter=segmenter)
    sure = main_object_near(second, found)
    mask = np.where(sure, second, 0).astype(np.float32)
    quality = quality_of(first, second, found)
    if quality < LEAST_QUALITY:
        raise NothingFound(why_nothing(working))
    return CutOut(
        rgb=photo,
        mask=stretched(mask, (photo.shape[0], photo.shape[1])),
        quality=quality,
        touches_frame=bool(rim_share(mask > INSIDE) > 0),
    )


def shrunk(photo: RgbImage) -> RgbImage:
    """The photo at the working size; a smaller one stays as it is."""
    scale = WORKING_PX / max(photo.shape[:2])
    if scale >= 1:
        return photo
    size = (max(1, round(photo.shape[1] * scale)), max(1, round(photo.shape[0] * scale)))
    return np.asarray(Image.fromarray(photo).resize(size, Image.Resampling.BOX, reducing_gap=2.0))


def stretched(mask: Mask, shape: tuple[int, int]) -> Mask:
    """The mask at the photo's size."""
    if mask.shape == shape:
        return mask
    resized = Image.fromarray(mask).resize((shape[1], shape[0]), Image.Resampling.BILINEAR)
    return np.asarray(resized, dtype=np.float32)


def why_nothing(photo: RgbImage) -> Reason:
    """What the person can do better: light, a steady hand, or a print in the picture."""
    grey = photo.astype(np.float32).mean(axis=2)
    if np.percentile(grey, 95) < DARK_LEVEL:
        return Reason.TOO_DARK
    spread = float(grey.std()) + 1.0
    if float((ndimage.laplace(grey) ** 2).mean()) < SHARPNESS_FLOOR * min(1.0, spread / 20):
        return Reason.BLURRED
    return Reason.NO_OBJECT


def main_object(probability: Mask) -> NDArray[np.bool_]:
    """The likeliest, largest, most central object, with pieces of it that lie close by."""
    pieces, count = ndimage.label(probability > INSIDE)
    if count <= 1:
        return np.asarray(pieces > 0)
    weight = probability * nearness_to_middle(probability.shape)
    scores = ndimage.sum_labels(weight, pieces, np.arange(1, count + 1))
    return with_neighbours(pieces, int(np.argmax(scores)) + 1)


def nearness_to_middle(shape: tuple[int, ...]) -> Mask:
    """1 in the middle of the photo, falling to a third at the middle of its sides."""
    rows = np.linspace(-1, 1, shape[0], dtype=np.float32)[:, None]
    columns = np.linspace(-1, 1, shape[1], dtype=np.float32)[None, :]
    return np.asarray(np.exp(-1.1 * (rows**2 + columns**2)), dtype=np.float32)


def with_neighbours(pieces: NDArray[np.int32], main: int) -> NDArray[np.bool_]:
    """The main piece and those that only something thin parts from it."""
    chosen = np.asarray(pieces == main)
    box = box_around(chosen)
    size = max(box.bottom - box.top, box.right - box.left)
    reach = int(LARGEST_GAP * size)
    if reach < 1:
        return chosen
    far = ndimage.distance_transform_edt(~chosen)
    near = np.unique(pieces[(far <= reach) & (pieces > 0)])
    return np.asarray(np.isin(pieces, near))


def main_object_near(probability: Mask, found: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Of the second look's pieces those that the first look had chosen, soft rim included."""
    pieces, _ = ndimage.label(probability > INSIDE)
    met = np.unique(pieces[found & (pieces > 0)])
    kept = np.isin(pieces, met) if len(met) else found
    return np.asarray(ndimage.binary_dilation(kept, iterations=2))


def box_around(inside: NDArray[np.bool_]) -> Box:
    """The smallest box that holds all pixels that are set."""
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    return Box(
        top=int(rows[0]), bottom=int(rows[-1]) + 1, left=int(columns[0]), right=int(columns[-1]) + 1
    )


def second_look(photo: RgbImage, box: Box, *, first: Mask, segmenter: PixelJudge) -> Mask:
    """The network's answer on the crop around the print, the mean of both looks inside it."""
    crop = widened(box, photo.shape[0], photo.shape[1])
    closer = segmenter.probabilities(np.ascontiguousarray(photo[crop.window]))
    both = np.zeros_like(first)
    both[crop.window] = SECOND_LOOK_SHARE * closer + (1 - SECOND_LOOK_SHARE) * first[crop.window]
    return both


def widened(box: Box, height: int, width: int) -> Box:
    """The box with room around it, within the photo."""
    room = int(ROOM * max(box.bottom - box.top, box.right - box.left)) + 4
    return Box(
        top=max(0, box.top - room),
        left=max(0, box.left - room),
        bottom=min(height, box.bottom + room),
        right=min(width, box.right + room),
    )


def rim_share(inside: NDArray[np.bool_]) -> float:
    """Share of the photo's outermost pixels that belong to the print."""
    rim = np.concatenate([inside[0], inside[-1], inside[1:-1, 0], inside[1:-1, -1]])
    return float(rim.mean())


def quality_of(first: Mask, second: Mask, found: NDArray[np.bool_]) -> float:
    """How sure the network is inside its mask, times how far its two looks agree."""
    now = second > INSIDE
    if not now.any():
        return 0.0
    agreement = float((now & found).sum() / (now | found).sum())
    sureness = float(second[now].mean())
    low, high = DOUBTFUL
    doubtful = float(((first > low) & (first < high)).sum() / found.sum())
    return float(np.clip(agreement * sureness / (1 + 0.5 * doubtful), 0.0, 1.0))
