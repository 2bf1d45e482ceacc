"""From which side another photo would decide between a few parts.

Knows shapes and directions only: no part's name, no picture that anybody sees.
For each side of each part the search's own question is asked: which view of the other part, in
whichever roll, would come nearest to this one, and how much would still differ? Silhouettes that
are stored propose that view, a drawing of both says what differs inside. A print is turned by
somebody who looks at it, never exactly, so neighbouring sides count, too.
Directions point from the part to the viewer. Parts lie in the photo by their rotations, and what
is asked for is told in the camera's frame: whichever of the parts it is, people turn what they
hold by what they see.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vision.bits import Overlaps, best_overlaps, packed, unpacked
from vision.canonical import way_back
from vision.hash_aligned import LEVEL, solid_from
from vision.pose import SIZE_PX as START_PX
from vision.pose import Fit, Solid, start, surface
from vision.shapes import Rotation, Signature
from vision.signature import unpack
from vision.silhouettes import SIZE_PX
from vision.viewpoints import icosphere_directions, roll, viewpoints

#: Rolls in which one part's side is compared with the other's views.
ROLLS = 12
#: Sides that are compared: every direction of this icosphere.
ASKED_LEVEL = 1
#: Drawings are compared in blocks of so many pixels: an edge a pixel aside is the same edge.
DRAWN_PX, BLOCK_PX = 48, 2
#: Neighbouring sides count by their cosine to this power; half at 19 degrees.
BLUR = 12
#: How much log-odds a whole difference (1.0) is worth.
WORTH = 30.0
#: Where no side differs by more between the likeliest two, no photo is asked for.
TELLS = 0.035
#: Parts that are compared: those that hold this share of what all of them hold, at least two.
HELD, MOST = 0.9, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Leader:
    """One of the parts that a photo may show.

    Attributes:
        probability: of it, above 0.
        rotation: (3, 3), part to camera, as it lies in the photo.
        words: (V, 64) uint64, its stored silhouettes.
        solid: its triangles.
    """

    probability: float
    rotation: Rotation
    words: NDArray[np.uint64]
    solid: Solid


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedView:
    """What should be photographed.

    Attributes:
        direction: (3,) unit, in the frame of the camera that took the photo.
        differs: 0..1, how much the likeliest two differ from there.
        errors_left, errors_anywhere: share of answers that would stay wrong after a photo from
            there, and after one from just any side.
    """

    direction: NDArray[np.float64]
    differs: float
    errors_left: float
    errors_anywhere: float

    @property
    def turn(self) -> Rotation:
        """(3, 3): the smallest turn that brings that side before the camera."""
        return turned_towards(self.direction)


def leader(
    slug: str, signature: Signature, *, probability: float, rotation: Rotation
) -> Leader | None:
    """A part by what is remembered of it; None where the describer keeps no shape."""
    arrays = unpack(slug, signature)
    if not {"silhouettes", "vertices", "faces"} <= arrays.keys():
        return None
    return Leader(
        probability=probability,
        rotation=rotation,
        words=arrays["silhouettes"],
        solid=solid_from(arrays),
    )


def leading(probabilities: Sequence[float]) -> int:
    """How many of the likeliest parts (falling) hold most of the probability: 2 to 4, or all."""
    total, held = sum(probabilities), 0.0
    for count, probability in enumerate(probabilities[:MOST], start=1):
        held += probability
        if count > 1 and held >= HELD * total:
            return count
    return min(MOST, len(probabilities))


def asked_view(leaders: Sequence[Leader]) -> AskedView | None:
    """The side that would decide between them, likeliest first; None where none would."""
    if len(leaders) < 2:  # noqa: PLR2004  one alone needs no decision
        return None
    apart = differences(leaders)
    directions = asked_sides() @ leaders[0].rotation.T
    left = np.array([_errors_left(leaders, apart, each) for each in directions])
    shown = [min(_seen(leaders, apart, (0, 1), each), _seen(leaders, apart, (1, 0), each))
             for each in directions]  # fmt: skip
    best = int(left.argmin())
    if shown[best] < TELLS:
        return None
    return AskedView(
        direction=directions[best],
        differs=float(shown[best]),
        errors_left=float(left[best]),
        errors_anywhere=float(left.mean()),
    )


def differences(leaders: Sequence[Leader]) -> NDArray[np.float64]:
    """(L, L, sides): how much of the first's side the second cannot imitate, 0..1."""
    apart = np.zeros((len(leaders), len(leaders), len(asked_sides())))
    words = np.concatenate([each.words for each in leaders])
    for first, one in enumerate(leaders):
        for side, view in enumerate(_asked_rows()):
            nearest = best_overlaps(words, _rolled(one.words[view : view + 1]))
            drawn = _drawn(one.solid, _views()[view])
            for second, other in enumerate(leaders):
                if second != first:
                    like = _likest(nearest, second, len(one.words))
                    apart[first, second, side] = _apart(drawn, _drawn(other.solid, like))
    return apart


def turned_towards(direction: NDArray[np.float64]) -> Rotation:
    """The smallest rotation (3, 3) that brings a direction of the camera's frame to the viewer."""
    goal = np.array([0.0, 0.0, -1.0])
    axis, cosine = np.cross(direction, goal), float(direction @ goal)
    if cosine < -1 + 1e-9:
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
    ways = -_views()[:, 2]
    return tuple(int(row) for row in (asked_sides() @ ways.T).argmax(1))


@cache
def _views() -> NDArray[np.float64]:
    """The rotations (V, 3, 3) of stored views."""
    return viewpoints(LEVEL)


def _rolled(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """A stored silhouette (1, 64) turned back by each roll, as `roll_patterns` does a photo's."""
    mask = Image.fromarray(unpacked(words, size_px=SIZE_PX)[0].astype(np.uint8) * 255)
    ways = [way_back(360 * k / ROLLS, from_px=SIZE_PX, to_px=SIZE_PX) for k in range(ROLLS)]
    affine, smooth = Image.Transform.AFFINE, Image.Resampling.BILINEAR
    turned = [np.asarray(mask.transform(mask.size, affine, way, smooth)) for way in ways]
    return packed(np.stack(turned) >= 128)  # noqa: PLR2004  the contour of a soft mask


def _likest(nearest: Overlaps, part: int, views: int) -> Rotation:
    """How that part lies where its silhouette comes nearest."""
    view = int(nearest.share[part * views : (part + 1) * views].argmax())
    turned: Rotation = (
        roll(360 * int(nearest.pattern[part * views + view]) / ROLLS) @ _views()[view]
    )
    return turned


def _drawn(solid: Solid, rotation: Rotation) -> NDArray[np.float32]:
    """Blocks (B, B, 4) of a canonical drawing: its directions, and how much of each is part."""
    pose = start(solid, rotation)
    pose[11] *= DRAWN_PX / START_PX
    normals = surface(solid, Fit(pose=pose, share=0.0, apart_px=0.0), size_px=DRAWN_PX).normals
    every = np.concatenate([normals, (np.abs(normals).sum(2, keepdims=True) > 0)], axis=2)
    count = DRAWN_PX // BLOCK_PX
    blocks: NDArray[np.float32] = every.reshape(count, BLOCK_PX, count, BLOCK_PX, 4).mean((1, 3))
    return blocks


def _apart(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    facing = np.linalg.norm(one[..., :3] - other[..., :3], axis=-1) / 2
    differs = np.maximum(facing, np.abs(one[..., 3] - other[..., 3]))
    return float(differs.sum() / max(np.maximum(one[..., 3], other[..., 3]).sum(), 1e-6))


def _seen(
    leaders: Sequence[Leader],
    apart: NDArray[np.float64],
    pair: tuple[int, int],
    direction: NDArray[np.float64],
) -> float:
    """How much of the first is not the second, seen from about a direction of the camera's."""
    first, second = pair
    own = leaders[first].rotation.T @ direction
    weights = np.clip(asked_sides() @ own, 0, 1) ** BLUR
    return float(weights @ apart[first, second] / weights.sum())


def _errors_left(
    leaders: Sequence[Leader], apart: NDArray[np.float64], direction: NDArray[np.float64]
) -> float:
    """How likely a part is taken for another one after a photo from there."""
    left, total = 0.0, sum(each.probability for each in leaders)
    for first, one in enumerate(leaders):
        rivals = sum(
            other.probability * np.exp(-WORTH * _seen(leaders, apart, (first, second), direction))
            for second, other in enumerate(leaders)
            if second != first
        )
        left += one.probability / total * rivals / (one.probability + rivals)
    return left
