"""Lift the print out of a photo.

Knows pixels only: no chat, no job, no part.
Images are (H, W, 3) uint8 RGB, masks (H, W) float32 in 0..1, origin top left.
Two looks: the whole photo squeezed to the network's square finds the print, the crop around it
draws its edge; then the crop's colours are asked (vision/relabel.py). "Nothing found" is decided on
the network's raw answer, never on a stretched one.
Where it is torn it says so: one half of the mask, where its colour changes, or another object may
be what is meant. Whoever can compare with the catalogue, or ask a person, settles it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.special import expit

from vision.errors import NothingFound, Reason
from vision.objects import (
    INSIDE,
    Box,
    Things,
    box_around,
    main_object_near,
    rim_share,
    things,
)
from vision.relabel import relabelled
from vision.scaling import shrunk, stretched
from vision.segmenter import PixelJudge
from vision.shapes import CutOut, Mask, Proposal, RgbImage
from vision.two_colours import halves

#: Longer side at which masks are worked on; the answer is stretched to the photo afterwards.
WORKING_PX = 768

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

#: Cut-outs that are returned, and the probability that each has at least.
MOST_PROPOSALS, LEAST_CHANCE = 3, 0.03

#: How far apart the colours of a mask's halves are when each half alone is as likely as both; and
#: how much likelier the network must find one half to make it e times likelier. Chosen on every
#: third real and traced photo, docs/recognition.md.
EVEN_APART, SURER_HALF = 6.0, 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What the looks saw, at the working size.

    Attributes:
        seen: the network's answer, both looks together; asked: the same after colours were asked.
    """

    photo: RgbImage
    first: Mask
    things: Things
    crop: Box
    seen: Mask
    asked: Mask
    quality: float


def cut_out(photo: RgbImage, *, segmenter: PixelJudge) -> CutOut:
    """The likeliest cut-out of a photo's main print.

    Raises:
        NothingFound: as cut_outs.
    """
    return cut_outs(photo, segmenter=segmenter)[0].cut_out


def cut_outs(photo: RgbImage, *, segmenter: PixelJudge) -> list[Proposal]:
    """Up to three plausible cut-outs of what a photo was taken of, likeliest first.

    Raises:
        NothingFound: NO_OBJECT, TOO_DARK or BLURRED where no print stands out, CUT_OFF where
            too much of it lies outside the photo.
    """
    found = _found(shrunk(photo, WORKING_PX), segmenter)
    plausible = [each for each in _plausible(found) if each[1] >= LEAST_CHANCE * found.quality]
    plausible.sort(key=lambda each: -each[1])
    return [_proposal(photo, found, *each) for each in plausible[:MOST_PROPOSALS]]


def _found(photo: RgbImage, segmenter: PixelJudge) -> _Found:
    first = segmenter.probabilities(photo)
    if np.percentile(first[::2, ::2], 99.5) < FAINTEST_PRINT:
        raise NothingFound(why_nothing(photo))
    seen_things = things(first)
    main = seen_things.main
    if main.mean() < (STRAY_SHARE if rim_share(main) > 0 else SMALLEST_SHARE):
        raise NothingFound(why_nothing(photo))
    if main.mean() > LARGEST_SHARE or rim_share(main) > LONGEST_RIM_SHARE:
        raise NothingFound(Reason.CUT_OFF)
    crop = widened(box_around(main), photo.shape[0], photo.shape[1])
    seen = second_look(photo, crop, first=first, segmenter=segmenter)
    quality = quality_of(first, seen, main)
    if quality < LEAST_QUALITY:
        raise NothingFound(why_nothing(photo))
    asked = colours_asked(photo, crop, seen, within=main_object_near(seen, main))
    return _Found(
        photo=photo, first=first, things=seen_things, crop=crop, seen=seen, asked=asked,
        quality=quality,
    )  # fmt: skip


def _plausible(found: _Found) -> Iterator[tuple[Mask, float]]:
    """Masks at the working size with their probabilities: the whole, its halves, the other one."""
    rivalry = found.things.rivalry**2 / (1 + found.things.rivalry**2)
    sure = main_object_near(found.asked, found.things.main)
    whole = np.where(sure, found.asked, np.float32(0))
    window = found.crop.window
    parted = halves(np.ascontiguousarray(found.photo[window]), whole[window])
    mine, split = found.quality * (1 - rivalry), 0.0
    if parted is not None and all((half > INSIDE).any() for half in parted.masks):
        split = parted.apart / (parted.apart + EVEN_APART)
        surer = [float(found.seen[window][half > INSIDE].mean()) for half in parted.masks]
        for half, lead in zip(
            parted.masks, (surer[0] - surer[1], surer[1] - surer[0]), strict=True
        ):
            mask = np.zeros_like(whole)
            mask[window] = half
            yield mask, mine * split * float(expit(lead / SURER_HALF))
    yield whole, mine * (1 - split)
    other = found.things.other
    if other is not None and other.mean() >= SMALLEST_SHARE:
        yield _other(found, other), found.quality * rivalry


def _other(found: _Found, other: NDArray[np.bool_]) -> Mask:
    """The object that comes next; the network has looked at it once only."""
    crop = widened(box_around(other), *other.shape)
    within = np.asarray(ndimage.binary_dilation(other, iterations=2))
    asked = colours_asked(found.photo, crop, found.first, within=within)
    return np.where(main_object_near(asked, other), asked, np.float32(0))


def _proposal(photo: RgbImage, found: _Found, mask: Mask, probability: float) -> Proposal:
    inside = mask > INSIDE
    sureness = float(found.first[inside].mean() / max(found.first[found.things.main].mean(), 1e-6))
    cut = CutOut(
        rgb=photo,
        mask=stretched(mask, photo.shape),
        quality=found.quality * min(1.0, sureness),
        touches_frame=bool(rim_share(inside) > 0),
    )
    return Proposal(cut_out=cut, probability=probability)


def colours_asked(photo: RgbImage, crop: Box, seen: Mask, *, within: NDArray[np.bool_]) -> Mask:
    """The network's answer after the crop's colours were asked; before, where they leave none."""
    asked = np.zeros_like(seen)
    asked[crop.window] = relabelled(
        np.ascontiguousarray(photo[crop.window]), seen[crop.window], within=within[crop.window]
    )
    return asked if (within & (asked > INSIDE)).any() else seen


def why_nothing(photo: RgbImage) -> Reason:
    """What the person can do better: light, a steady hand, or a print in the picture."""
    grey = photo.astype(np.float32).mean(axis=2)
    if np.percentile(grey, 95) < DARK_LEVEL:
        return Reason.TOO_DARK
    spread = float(grey.std()) + 1.0
    if float((ndimage.laplace(grey) ** 2).mean()) < SHARPNESS_FLOOR * min(1.0, spread / 20):
        return Reason.BLURRED
    return Reason.NO_OBJECT


def second_look(photo: RgbImage, crop: Box, *, first: Mask, segmenter: PixelJudge) -> Mask:
    """The network's answer on the crop around the print, the mean of both looks inside it."""
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
