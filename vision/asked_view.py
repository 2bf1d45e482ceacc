"""From which side another photo would decide between a few parts.

Knows shapes and directions only: no part's name, no picture that anybody sees.
The side of the likeliest part is asked for that the others can imitate least: for each of its
sides the search's own first look is taken at the others, with the view instead of a photo. How much
of its silhouette none of their views covers, in whichever roll, and how much nearer the vectors of
its own views are than theirs, say how far a photo from there would tell. People turn a print by
looking at it, never exactly, so neighbouring sides count, too.
Directions point from the part to the viewer.
Why not the side where drawings differ most: docs/decisions/0015-one-more-photo.md
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.special import logsumexp

from vision.bits import best_overlaps, packed, unpacked
from vision.canonical import way_back
from vision.hash_aligned import LEVEL
from vision.learned import NEAREST_VIEWS, STEPS
from vision.shapes import Rotation, Signature
from vision.signature import unpack
from vision.silhouettes import SIZE_PX
from vision.viewpoints import icosphere_directions, viewpoints

#: Rolls in which a side is compared with the others' views.
ROLLS = 12
#: Sides that are compared: every direction of this icosphere.
ASKED_LEVEL = 1
#: Neighbouring sides count by their cosine to this power; half at 14 degrees.
BLUR = 24
#: How much likelier a part is taken for another one where they differ by less; of 0 to 1.
SHARPNESS = 30.0
#: Where no side of the likeliest differs by more from the second, no photo is asked for.
TELLS = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What is remembered of a part's looks.

    Attributes:
        words: (V, 64) uint64, its stored silhouettes.
        vectors: (V, D) float32 of the same views; None where the describer keeps none.
    """

    words: NDArray[np.uint64]
    vectors: NDArray[np.float32] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedView:
    """What should be photographed.

    Attributes:
        direction: (3,) unit, in the frame of the likeliest part.
        differs: 0..1, how much the second likeliest differs from there.
    """

    direction: NDArray[np.float64]
    differs: float

    def turned(self, rotation: Rotation) -> Rotation:
        """How the part lies after the smallest turn that brings this side before the camera."""
        now: Rotation = turned_towards(rotation @ self.direction) @ rotation
        return now


def remembered(slug: str, signature: Signature) -> Remembered | None:
    """A part's looks by its signature; None where the describer keeps none."""
    arrays = unpack(slug, signature)
    if "silhouettes" not in arrays:
        return None
    vectors: NDArray[np.float32] | None = None
    if "vectors" in arrays:
        vectors = (arrays["vectors"] / STEPS).astype(np.float32)
    return Remembered(words=arrays["silhouettes"], vectors=vectors)


def asked_view(parts: Sequence[Remembered]) -> AskedView | None:
    """The side of the first, which is the likeliest, that decides; None where none does."""
    if len(parts) < 2:  # noqa: PLR2004  one alone needs no decision
        return None
    seen = _blurred(differences(parts[0], parts[1:]))
    if seen[0].max() < TELLS:
        return None
    side = int(logsumexp(-SHARPNESS * seen, axis=0).argmin())
    return AskedView(direction=asked_sides()[side], differs=float(seen[0, side]))


def differences(part: Remembered, others: Sequence[Remembered]) -> NDArray[np.float64]:
    """(others, sides): how far each other one is from looking like the part's sides."""
    words = np.concatenate([each.words for each in others])
    apart = np.zeros((len(others), len(_asked_rows())))
    for side, view in enumerate(_asked_rows()):
        best = best_overlaps(words, _rolled(part.words[view : view + 1]))
        apart[:, side] = 1 - best.share.reshape(len(others), -1).max(axis=1)
    if part.vectors is None:
        return apart
    asked = part.vectors[list(_asked_rows())]
    own = _nearness(asked, part.vectors)
    for row, other in enumerate(others):
        if other.vectors is not None:
            apart[row] += own - _nearness(asked, other.vectors)
    return apart


def turned_towards(direction: NDArray[np.float64]) -> Rotation:
    """The smallest rotation (3, 3) that brings a direction of the camera's frame to the viewer."""
    goal = np.array([0.0, 0.0, -1.0])
    axis, cosine = np.cross(direction, goal), float(direction @ goal)
    if cosine < -1 + 1e-9:  # straight behind: about the upright axis
        return np.diag([-1.0, 1.0, -1.0])
    x, y, z = axis
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    turn: Rotation = np.eye(3) + cross + cross @ cross / (1 + cosine)
    return turn


@cache
def asked_sides() -> NDArray[np.float64]:
    """Directions (42, 3) of a part that are compared."""
    return icosphere_directions(ASKED_LEVEL)


@cache
def _asked_rows() -> tuple[int, ...]:
    """The stored view that looks from each of them."""
    ways = -viewpoints(LEVEL)[:, 2]
    return tuple(int(row) for row in (asked_sides() @ ways.T).argmax(1))


def _rolled(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """A stored silhouette (1, 64) turned back by each roll, as `roll_patterns` does a photo's."""
    mask = Image.fromarray(unpacked(words, size_px=SIZE_PX)[0].astype(np.uint8) * 255)
    ways = [way_back(360 * k / ROLLS, from_px=SIZE_PX, to_px=SIZE_PX) for k in range(ROLLS)]
    affine, smooth = Image.Transform.AFFINE, Image.Resampling.BILINEAR
    turned = [np.asarray(mask.transform(mask.size, affine, way, smooth)) for way in ways]
    return packed(np.stack(turned) >= 128)  # noqa: PLR2004  the contour of a soft mask


def _nearness(asked: NDArray[np.float32], vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """(sides,): mean cosine with the nearest views, as the last look counts them."""
    near = np.sort(asked @ vectors.T, axis=1)[:, -NEAREST_VIEWS:]
    mean: NDArray[np.float64] = near.mean(axis=1, dtype=np.float64)
    return mean


def _blurred(apart: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same seen from about each side."""
    weights = np.clip(asked_sides() @ asked_sides().T, 0, 1) ** BLUR
    blurred: NDArray[np.float64] = apart @ (weights / weights.sum(axis=0))
    return blurred
