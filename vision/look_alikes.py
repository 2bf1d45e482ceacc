"""How two parts resemble each other, what differs, and from which sides that is seen.

Knows meshes and directions only: no part's name, no sentence.
A resemblance is told in the first part's frame. Both are drawn from 42 sides, the second laid on
the first; from each side the share of differing pixels says how well a photo from there can tell
them apart. Size is never seen in a photo, so it does not count there. A mirror twin has one more
way to be taken for the other: turned so that its back shows the same outline (flat parts).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from vision.aligning import Placement, aligned, quarter_turns
from vision.differing import differing, drawings, levelled
from vision.likeness import surface_points
from vision.pose import Solid
from vision.shapes import Mesh, Rotation
from vision.viewpoints import viewpoints

LEVEL, SIZE_PX, POINTS = 1, 96, 1500
PLAIN, MIRROR = np.ones(3), np.array([-1.0, 1.0, 1.0])
#: From these shares on, over all sides, two parts are one and the same shape (mirrored, at another
#: size), by pixels, or near twins, by blocks of so many pixels. Near twins, 21 Nov 2026: five pairs
#: that people call alike lie between 0.88 and 0.95 and one at 0.77, five unrelated ones, four of
#: them with the nearest sketches there are, at 0.64 and below.
SAME_SHAPE, NEAR_TWIN, BLOCK_PX = 0.93, 0.86, 6
#: Placements that are drawn, and how much farther apart than the best they may leave the surfaces.
TRIED, AS_NEAR = 4, 0.01
#: So alike that a mirror image cannot be much more so.
THE_SAME = 0.99
#: How much better the mirrored or stretched placement must be to count, and sizes that are equal.
BETTER, SAME_SIZE = 0.012, 0.008
#: Sizes so near each other may be the same after all.
NEAR_SIZE = 0.06
#: A photo from a side on which fewer pixels differ cannot tell two parts apart.
TOLD = 0.035
#: Neighbouring sides count too, by their cosine to this power: a pose is never quite exact.
BLUR = 24
#: An outline that changes by less, as a share of its pixels, is the same; and how deep, in radii,
#: a difference may be to be an engraving.
SAME_OUTLINE, SHALLOW = 0.01, 0.09
#: Boxes whose edges lie nearer, as a share of the longest side, are laid edge on edge; middle on
#: middle where their sides differ by less than the second figure.
EDGE, EVEN_BOX = 0.015, 0.003


class Relation(Enum):
    """How two parts resemble each other."""

    MIRRORED = "mirrored"
    SCALED = "scaled"
    NEAR_TWIN = "near_twin"


class Difference(Enum):
    """What tells two parts apart."""

    #: Left and right.
    HAND = "hand"
    #: The whole size.
    SIZE = "size"
    #: The size along one or two axes.
    LENGTH = "length"
    #: Shallow relief on the same outline.
    ENGRAVING = "engraving"
    #: A hole, a pocket, a feature more.
    DETAIL = "detail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resemblance:
    """What the second part is to the first.

    Attributes:
        alike: 0..1, equal pixels from all around, in the placement that the relation names.
        factor: the second's size as a multiple of the first's, as a whole or along what differs.
        placement: the second as it looks most like the first without mirroring or stretching.
        seen: per side of `sides()`, the share of pixels by which a photo could tell.
    """

    relation: Relation
    difference: Difference
    alike: float
    factor: float
    placement: Placement
    seen: tuple[float, ...]

    def turned(self) -> Self:
        """What the first part is to the second."""
        here, turn = self.placement, self.placement.rotation
        back = Placement(
            rotation=turn.T,
            scale=1 / here.scale,
            shift=-turn.T @ here.shift / here.scale,
            apart=here.apart,
        )
        seen = tuple(self.visible_from(turn @ side) for side in sides())
        return replace(self, factor=1 / self.factor, placement=back, seen=seen)

    def visible_from(self, direction: NDArray[np.float64]) -> float:
        """How much of a photo taken from this direction of the first part would differ."""
        weights = np.clip(sides() @ direction, 0, 1) ** BLUR
        return float(weights @ np.array(self.seen) / weights.sum())

    def is_told(self, rotation: Rotation) -> bool:
        """Whether a photo of the first part in this pose could tell them apart."""
        return self.visible_from(rotation.T @ np.array([0.0, 0.0, -1.0])) >= TOLD

    def deciding_side(self) -> NDArray[np.float64] | None:
        """The direction from which they differ most; None where no side shows it."""
        shown = np.array([self.visible_from(side) for side in sides()])
        return sides()[int(shown.argmax())] if shown.max() >= TOLD else None

    def facts(self) -> dict[str, Any]:
        """As rows keep it, without the relation and the likeness."""
        here = self.placement
        return {
            "difference": self.difference.value,
            "factor": round(self.factor, 5),
            "rotation": [round(float(number), 6) for number in here.rotation.ravel()],
            "shift": [round(float(number), 4) for number in here.shift],
            "scale": round(here.scale, 6),
            "seen": [round(share, 3) for share in self.seen],
        }

    @classmethod
    def from_facts(cls, relation: str, alike: float, facts: Mapping[str, Any]) -> Self:
        """Back from what rows keep."""
        return cls(
            relation=Relation(relation),
            difference=Difference(facts["difference"]),
            alike=alike,
            factor=float(facts["factor"]),
            placement=Placement(
                rotation=np.array(facts["rotation"], float).reshape(3, 3),
                shift=np.array(facts["shift"], float),
                scale=float(facts["scale"]),
                apart=0.0,
            ),
            seen=tuple(float(share) for share in facts["seen"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """A second part laid on the first, drawn from all sides.

    Attributes:
        placement: how it was laid.
        marks: (N, S, S), where each shows what the other lacks.
    """

    placement: Placement
    depth: NDArray[np.float32]
    normals: NDArray[np.float32]
    marks: NDArray[np.bool_]
    alike: float


def sides() -> NDArray[np.float64]:
    """Directions (42, 3), from the part to the viewer, in the order of `viewpoints`."""
    ways: NDArray[np.float64] = -viewpoints(LEVEL)[:, 2]
    return ways


def compared(first: Mesh, second: Mesh) -> Resemblance | None:
    """What the second part is to the first; None where nobody would take one for the other."""
    return all_compared(first, [second])[0]


def all_compared(first: Mesh, others: Sequence[Mesh]) -> list[Resemblance | None]:
    """The same for several parts."""
    frame = _Frame.of(first)
    return [_compared(frame, other) for other in others]


def _compared(frame: "_Frame", second: Mesh) -> Resemblance | None:
    points = [surface_points(mesh, count=POINTS) for mesh in (frame.mesh, second)]
    direct = _best(frame, second, aligned(*points, mirror=PLAIN))
    same = direct.alike >= THE_SAME
    twin = direct if same else _best(frame, second, aligned(*points, mirror=MIRROR))
    factor = 1 / float(direct.placement.scale)
    told = partial(_told, placement=direct.placement)
    if twin.alike >= max(SAME_SHAPE, direct.alike + BETTER):
        seen = np.minimum(frame.seen(direct.depth, direct.normals), frame.seen_from_behind())
        size = 1 / float(twin.placement.scale)
        return told(Relation.MIRRORED, Difference.HAND, alike=twin.alike, factor=size, seen=seen)
    seen = frame.seen(direct.depth, direct.normals)
    if direct.alike >= SAME_SHAPE and factor != 1:
        return told(Relation.SCALED, Difference.SIZE, alike=direct.alike, factor=factor, seen=seen)
    stretched, longer = _stretched(frame, second, direct.placement)
    if longer != 1 and stretched.alike >= max(SAME_SHAPE, direct.alike + BETTER):
        return told(
            Relation.SCALED, Difference.LENGTH, alike=stretched.alike, factor=longer, seen=seen
        )
    return _near_twin(frame, direct, seen)


def _near_twin(frame: "_Frame", direct: Laid, seen: NDArray[np.float64]) -> Resemblance | None:
    """Two shapes that are not one, and look much alike."""
    alike, factor = _broadly_alike(frame, direct), 1 / float(direct.placement.scale)
    if alike < NEAR_TWIN:
        return None
    told = partial(_told, alike=alike, seen=seen, placement=direct.placement)
    if abs(factor - 1) > NEAR_SIZE:
        return told(Relation.SCALED, Difference.SIZE, factor=factor)
    return told(Relation.NEAR_TWIN, _difference(frame, direct), factor=1.0)


def _broadly_alike(frame: "_Frame", laid: Laid) -> float:
    """0..1, as somebody sees them who does not look closely: in blocks, without depth.

    Two gears that differ by a tooth have hardly a pixel in common, and are the same to most people.
    """
    masks = [_blocks((depth > 0).astype(np.float32)) for depth in (frame.depth, laid.depth)]
    normals = [_blocks(each) for each in (frame.normals, laid.normals)]
    facing = np.linalg.norm(normals[0] - normals[1], axis=-1) / 2
    apart = np.maximum(np.abs(masks[0] - masks[1]), facing).sum((1, 2))
    return 1 - float((apart / np.maximum(np.maximum(*masks).sum((1, 2)), 1e-6)).mean())


def _blocks(pictures: NDArray[np.float32]) -> NDArray[np.float32]:
    """Means over BLOCK_PX squares of (N, S, S, ...)."""
    count, side = len(pictures), SIZE_PX // BLOCK_PX
    split = pictures.reshape(count, side, BLOCK_PX, side, BLOCK_PX, *pictures.shape[3:])
    means: NDArray[np.float32] = split.mean((2, 4))
    return means


def _best(frame: "_Frame", second: Mesh, placements: Sequence[Placement]) -> Laid:
    """Of the placements that fit, the one in which the drawings are most alike."""
    nearest = placements[0].apart
    fitting = [each for each in placements[:TRIED] if each.apart <= nearest + AS_NEAR]
    tried = [*fitting, *_at_size(second, placements[0])]
    laid = [frame.laid(_snapped(frame.mesh, second, each), second) for each in tried]
    return max(laid, key=lambda each: each.alike)


def _at_size(second: Mesh, placement: Placement) -> list[Placement]:
    """The same at its true size, where that is near: a part with one side moved has not grown."""
    if not SAME_SIZE < abs(placement.scale - 1) <= NEAR_SIZE:
        return []
    middle = second.vertices_mm.mean(0)
    shift = placement.placed(middle[None])[0] - placement.rotation @ middle
    return [replace(placement, scale=1.0, shift=shift)]


def _told(  # noqa: PLR0913  one row of the result
    relation: Relation,
    difference: Difference,
    *,
    alike: float,
    factor: float,
    seen: NDArray[np.float64],
    placement: Placement,
) -> Resemblance:
    return Resemblance(
        relation=relation,
        difference=difference,
        alike=alike,
        factor=factor,
        placement=placement,
        seen=tuple(float(share) for share in seen),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """The first part as everything is drawn: its box's middle at the origin, radius one."""

    mesh: Mesh
    middle: NDArray[np.float64]
    radius: float
    depth: NDArray[np.float32]
    normals: NDArray[np.float32]

    @classmethod
    def of(cls, mesh: Mesh) -> Self:
        low, high = mesh.vertices_mm.min(0), mesh.vertices_mm.max(0)
        middle = (low + high) / 2
        radius = float(np.sqrt(((mesh.vertices_mm - middle) ** 2).sum(1).max())) or 1.0
        solid = _solid((mesh.vertices_mm - middle) / radius, mesh.faces)
        depth, normals = drawings(solid, viewpoints(LEVEL), size_px=SIZE_PX)
        return cls(mesh=mesh, middle=middle, radius=radius, depth=depth, normals=normals)

    def laid(self, placement: Placement, second: Mesh) -> Laid:
        points = placement.placed(second.vertices_mm)
        return self.drawn(placement, Mesh(vertices_mm=points, faces=second.faces))

    def drawn(self, placement: Placement, placed: Mesh) -> Laid:
        solid = _solid((placed.vertices_mm - self.middle) / self.radius, placed.faces)
        depth, normals = drawings(solid, viewpoints(LEVEL), size_px=SIZE_PX)
        marks = both_ways(self.depth, self.normals, depth, normals)
        alike = 1 - float(_shares(marks, self.depth, depth).mean())
        return Laid(placement=placement, depth=depth, normals=normals, marks=marks, alike=alike)

    def seen(self, depth: NDArray[np.float32], normals: NDArray[np.float32]) -> NDArray[np.float64]:
        """Per side, the share of pixels in which photos of both would differ."""
        shares = [
            _shares(both_ways(self.depth, self.normals, moved, normals), self.depth, depth)
            for moved in (depth, levelled(self.depth, depth))
        ]
        return np.minimum(*shares)

    def seen_from_behind(self) -> NDArray[np.float64]:
        """The same of its mirror twin, turned so that it shows the same outline."""
        half = len(self.depth) // 2
        order = np.r_[half : 2 * half, 0:half]
        depth = np.ascontiguousarray(self.depth[order][:, :, ::-1])
        normals = self.normals[order][:, :, ::-1] * np.array([-1, 1, 1], np.float32)
        return self.seen(depth, np.ascontiguousarray(normals, np.float32))


def _shares(
    marks: NDArray[np.bool_], depth: NDArray[np.float32], other_depth: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Per side, marked pixels as a share of all that show a part."""
    here = (depth > 0) | (other_depth > 0)
    shares: NDArray[np.float64] = (marks & here).sum((1, 2)) / np.maximum(here.sum((1, 2)), 1)
    return shares


def both_ways(
    depth: NDArray[np.float32],
    normals: NDArray[np.float32],
    other_depth: NDArray[np.float32],
    other_normals: NDArray[np.float32],
) -> NDArray[np.bool_]:
    """Pixels (N, S, S) where either drawing shows what the other lacks."""
    marks = np.zeros((2, *depth.shape), np.uint8)
    differing(depth, normals, other_depth, other_normals, marks[0])
    differing(other_depth, other_normals, depth, normals, marks[1])
    either: NDArray[np.bool_] = marks[0].astype(bool) | marks[1].astype(bool)
    return either


def _snapped(first: Mesh, second: Mesh, placement: Placement) -> Placement:
    """Sizes that are nearly equal made equal, and boxes that nearly meet laid edge on edge."""
    if abs(placement.scale - 1) <= SAME_SIZE:
        placement = replace(placement, scale=1.0)
    placed = placement.placed(second.vertices_mm)
    longest = float(np.ptp(first.vertices_mm, axis=0).max())
    low = first.vertices_mm.min(0) - placed.min(0)
    high = first.vertices_mm.max(0) - placed.max(0)
    nearer = np.where(np.abs(low) <= np.abs(high), low, high)  # relief moves one edge, not both
    moves = np.where(np.abs(low - high) <= EVEN_BOX * longest, (low + high) / 2, nearer)
    moves = np.where(np.abs(moves) <= EDGE * longest, moves, 0.0)
    return replace(placement, shift=placement.shift + moves)


def _stretched(frame: _Frame, second: Mesh, placement: Placement) -> tuple[Laid, float]:
    """The second part stretched into the first's box, and how much longer it is without that."""
    target = np.maximum(np.ptp(frame.mesh.vertices_mm, axis=0), 1e-9)
    turns = [placement.rotation, *quarter_turns()]
    best = min(turns, key=lambda turn: _uneven(second.vertices_mm @ turn.T, target))
    turned = second.vertices_mm @ best.T
    box = np.maximum(np.ptp(turned, axis=0), 1e-9)
    longer = box / target
    factor = float(longer[np.abs(np.log(longer)).argmax()])
    points = (turned - turned.min(0)) / longer + frame.mesh.vertices_mm.min(0)
    laid = frame.drawn(placement, Mesh(vertices_mm=points, faces=second.faces))
    return laid, factor if abs(factor - 1) > SAME_SIZE else 1.0


def _uneven(points: NDArray[np.float64], target: NDArray[np.float64]) -> float:
    box = np.maximum(np.ptp(points, axis=0), 1e-9)
    return float((np.abs(np.log(box / target)) > SAME_SIZE).sum())


def _difference(frame: _Frame, laid: Laid) -> Difference:
    """What the marks show: an engraving leaves outlines alone and is shallow."""
    here, there = frame.depth > 0, laid.depth > 0
    outline = (here ^ there).sum((1, 2)) / np.maximum((here | there).sum((1, 2)), 1)
    steps = np.abs(frame.depth - laid.depth)[laid.marks & here & there]
    shallow = not len(steps) or float(np.quantile(steps, 0.9)) <= SHALLOW
    same = float(outline.mean()) <= SAME_OUTLINE
    return Difference.ENGRAVING if same and shallow else Difference.DETAIL


def _solid(points: NDArray[np.float64], faces: NDArray[np.int32]) -> Solid:
    return Solid(
        vertices=np.ascontiguousarray(points, np.float32),
        faces=np.ascontiguousarray(faces, np.int32),
    )
