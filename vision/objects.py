"""Which of the things that stand out in a photo is meant.

Knows masks only: no colours, no network. Masks are (H, W) float32 in 0..1, origin top left.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vision.shapes import Mask

#: A pixel is the print from this probability on.
INSIDE = 0.5

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
        """What it cuts out of an array."""
        return slice(self.top, self.bottom), slice(self.left, self.right)


@dataclass(frozen=True, slots=True, kw_only=True)
class Things:
    """What stands out in a photo.

    Attributes:
        main: the likeliest, largest, most central object, with pieces of it that lie close by.
        other: the next one; None when there is none.
        rivalry: 0..1, how much the other one has of what made the first one the main one.
    """

    main: NDArray[np.bool_]
    other: NDArray[np.bool_] | None
    rivalry: float


def things(probability: Mask) -> Things:
    """The main object and the one that comes next."""
    pieces, count = ndimage.label(probability > INSIDE)
    if count <= 1:
        return Things(main=np.asarray(pieces > 0), other=None, rivalry=0.0)
    weight = probability * nearness_to_middle(probability.shape)
    scores = ndimage.sum_labels(weight, pieces, np.arange(count + 1))
    scores[0] = 0
    main = with_neighbours(pieces, int(np.argmax(scores)))
    best = float(scores.max())
    scores[_met(pieces, main, count)] = 0
    if scores.max() <= 0:
        return Things(main=main, other=None, rivalry=0.0)
    other = with_neighbours(pieces, int(np.argmax(scores))) & ~main
    return Things(main=main, other=other, rivalry=float(scores.max()) / best)


def main_object(probability: Mask) -> NDArray[np.bool_]:
    """The likeliest, largest, most central object, with pieces of it that lie close by."""
    return things(probability).main


def nearness_to_middle(shape: tuple[int, ...]) -> Mask:
    """1 in the middle of the photo, falling to a third at the middle of its sides."""
    rows = np.linspace(-1, 1, shape[0], dtype=np.float32)[:, None]
    columns = np.linspace(-1, 1, shape[1], dtype=np.float32)[None, :]
    return np.asarray(np.exp(-1.1 * (rows**2 + columns**2)), dtype=np.float32)


def with_neighbours(pieces: NDArray[np.int32], main: int) -> NDArray[np.bool_]:
    """The main piece and those that only something thin parts from it."""
    chosen = np.asarray(pieces == main)
    box = box_around(chosen)
    reach = int(LARGEST_GAP * max(box.bottom - box.top, box.right - box.left))
    if reach < 1:
        return chosen
    around = (
        slice(max(0, box.top - reach), box.bottom + reach),
        slice(max(0, box.left - reach), box.right + reach),
    )
    far = ndimage.distance_transform_edt(~chosen[around])
    near = _met(pieces[around], far <= reach, int(pieces.max()))
    return np.asarray(near[pieces])


def main_object_near(probability: Mask, found: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Of the second look's pieces those that the first look had chosen, soft rim included."""
    pieces, count = ndimage.label(probability > INSIDE)
    met = _met(pieces, found, count)
    return grown(grown(met[pieces] if met.any() else found))


def grown(inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """One pixel more to each of four sides; a fourteenth of what scipy takes for the same."""
    wider = inside.copy()
    wider[1:] |= inside[:-1]
    wider[:-1] |= inside[1:]
    wider[:, 1:] |= inside[:, :-1]
    wider[:, :-1] |= inside[:, 1:]
    return wider


def _met(pieces: NDArray[np.int32], where: NDArray[np.bool_], count: int) -> NDArray[np.bool_]:
    """(count + 1,): which numbers of pieces stand there; 0, the ground, is none."""
    met = np.bincount(pieces[where], minlength=count + 1) > 0
    met[0] = False
    return met


def box_around(inside: NDArray[np.bool_]) -> Box:
    """The smallest box that holds all pixels that are set."""
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    return Box(
        top=int(rows[0]), bottom=int(rows[-1]) + 1, left=int(columns[0]), right=int(columns[-1]) + 1
    )


def rim_share(inside: NDArray[np.bool_]) -> float:
    """Share of the photo's outermost pixels that belong to the print."""
    rim = np.concatenate([inside[0], inside[-1], inside[1:-1, 0], inside[1:-1, -1]])
    return float(rim.mean())
