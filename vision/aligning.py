"""Lay one shape on another, whatever the way, the place and the size it was exported in.

Knows points only. A placement maps the second shape's points into the first one's frame:
first ~ scale * rotation @ second + shift; a rotation of determinant -1 mirrors.
Method: many starts (the axes both were drawn in, their principal axes, turns about an axis of
symmetry), the best of them turned by trimmed iterative closest points (Besl and McKay, 1992;
Chetverikov et al., 2002) with Umeyama's closed form (PAMI 1991).
"""

from dataclasses import dataclass, replace
from itertools import permutations, product

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree
from scipy.spatial.transform import Rotation

Points = NDArray[np.float64]

#: Points that starts are judged by, starts that are turned, how often and by how many points.
FEW, STARTS, STEPS, TURNED = 96, 6, 4, 300
#: Steps towards the planes of the nearest points, and how well directions must agree for a pair.
CLOSER, AGREE = 6, 0.8
#: Keeps a step small along what nothing holds: a ball turns freely.
DAMPING = 1e-3
#: Placements whose rotations differ by less are one (cosine of 8 degrees).
SAME_TURN = 0.99
#: Share of the pairs that counts at each step: what one part has and the other lacks is left out.
KEPT = 0.8
#: Spreads that differ by less leave the turn about the third axis open; it is tried in this many.
EVEN, TURNS = 0.06, 24
#: A rotation this near the drawing axes is meant to be theirs (cosine of 1.5 degrees).
NEARLY = 0.99966


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """Points (N, 3) on a shape's surface and the directions (N, 3) it faces there."""

    points: Points
    normals: Points


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """See the module.

    Attributes:
        apart: mean distance of the kept pairs, in units of the first shape's spread.
    """

    rotation: Points
    shift: Points
    scale: float
    apart: float

    def placed(self, points: Points) -> Points:
        """Points (N, 3) of the second shape in the first one's frame."""
        moved: Points = self.scale * points @ self.rotation.T + self.shift
        return moved


def aligned(first: Surface, second: Surface, *, mirror: NDArray[np.float64]) -> list[Placement]:
    """Placements of the second shape, mirrored before by a diagonal (3,) of signs; best first.

    Where a shape is nearly symmetric several fit nearly as well: what tells them apart is seen in
    drawings only.
    """
    one = _sized(first.points, first.normals)
    other = _sized(second.points * mirror, second.normals * mirror)
    tree = KDTree(one.points)
    starts = _starts(one.points, other.points)
    few = other.points[:: max(1, len(other.points) // FEW)]
    tries = np.einsum("kij,nj->kni", starts, few)
    apart = np.minimum(tree.query(tries.reshape(-1, 3))[0], 1.0).reshape(len(starts), -1).mean(1)
    some = slice(None, None, max(1, len(other.points) // TURNED))
    turned = [
        _closer(one, tree, other, some, _turned(one.points, tree, other.points[some], starts[k]))
        for k in np.argsort(apart)[:STARTS]
    ]
    turned.sort(key=lambda placement: placement.apart)
    return [_as_given(found, one, other, mirror) for found in _distinct(turned)]


def _distinct(placements: list[Placement]) -> list[Placement]:
    kept: list[Placement] = []
    for each in placements:
        near = [(np.sum(each.rotation * other.rotation) - 1) / 2 for other in kept]
        if all(cosine < SAME_TURN for cosine in near):
            kept.append(each)
    return kept


def _as_given(
    found: Placement, one: "_Sized", other: "_Sized", mirror: NDArray[np.float64]
) -> Placement:
    """A placement of sized points as one of the points they were made of."""
    scale = found.scale * one.size / other.size
    turn = found.rotation
    shift = one.middle + one.size * found.shift - scale * turn @ other.middle
    return Placement(rotation=turn * mirror, shift=shift, scale=scale, apart=found.apart)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sized:
    points: Points
    normals: Points
    middle: Points
    size: float


def _sized(points: Points, normals: Points) -> _Sized:
    middle = points.mean(0)
    size = float(np.sqrt(((points - middle) ** 2).sum(1).mean())) or 1.0
    return _Sized(points=(points - middle) / size, normals=normals, middle=middle, size=size)


def quarter_turns() -> Points:
    """The 24 rotations (24, 3, 3) that bring the axes onto each other."""
    turns = []
    for order in permutations(range(3)):
        for signs in product((1.0, -1.0), repeat=3):
            turn = np.zeros((3, 3))
            turn[range(3), order] = signs
            if np.linalg.det(turn) > 0:
                turns.append(turn)
    return np.stack(turns)


def _starts(one: Points, other: Points) -> Points:
    """Rotations that may bring the other shape onto the one."""
    quarter = quarter_turns()
    mine, spread = _axes(one)
    theirs, _ = _axes(other)
    starts = [quarter, mine.T @ quarter @ theirs]
    for axis, (a, b) in enumerate(((1, 2), (0, 2), (0, 1))):
        if abs(spread[a] - spread[b]) <= EVEN * max(spread[a], spread[b]):
            for angle in np.arange(1, TURNS) * 2 * np.pi / TURNS:
                starts.append(mine.T @ _about(axis, angle) @ _keeping(quarter, axis) @ theirs)
    return np.concatenate(starts)


def _keeping(quarter: Points, axis: int) -> Points:
    """The quarter turns that map an axis to itself or back, one of each."""
    kept = [turn for turn in quarter if abs(turn[axis, axis]) == 1]
    return np.stack([
        next(turn for turn in kept if turn[axis, axis] == sign) for sign in (1.0, -1.0)
    ])  # fmt: skip


def _about(axis: int, angle: float) -> Points:
    a, b = (k for k in range(3) if k != axis)
    turn = np.eye(3)
    turn[a, a] = turn[b, b] = np.cos(angle)
    turn[a, b], turn[b, a] = -np.sin(angle), np.sin(angle)
    return turn


def _axes(points: Points) -> tuple[Points, Points]:
    """Principal axes as right-handed rows, and the spread along each."""
    _, lengths, axes = np.linalg.svd(points, full_matrices=False)
    axes[2] = np.cross(axes[0], axes[1])
    return axes, lengths / np.sqrt(len(points))


def _turned(one: Points, tree: KDTree, other: Points, start: Points) -> Placement:
    rotation, shift, scale = start, np.zeros(3), 1.0
    for _ in range(STEPS):
        apart, which = tree.query(scale * other @ rotation.T + shift)
        kept = np.argsort(apart)[: int(KEPT * len(apart))]
        rotation, shift, scale = _closed_form(one[which[kept]], other[kept])
    return Placement(rotation=rotation, shift=shift, scale=scale, apart=0.0)


def _closer(one: _Sized, tree: KDTree, other: _Sized, some: slice, start: Placement) -> Placement:
    """Slide along the surfaces until they meet (Chen and Medioni, 1992), size included."""
    points, normals = other.points[some], other.normals[some]
    here = start
    for _ in range(CLOSER):
        moved = here.placed(points)
        apart, which = tree.query(moved)
        to, facing = one.points[which], one.normals[which]
        agree = np.abs(np.einsum("ni,ni->n", normals @ here.rotation.T, facing)) >= AGREE
        off = np.einsum("ni,ni->n", to - moved, facing)
        kept = agree & (apart <= np.quantile(apart, KEPT))
        rows = np.hstack([
            np.cross(moved, facing), facing, np.einsum("ni,ni->n", moved, facing)[:, None]
        ])[kept]  # fmt: skip
        if len(rows) < FEW:
            break
        step = np.linalg.solve(rows.T @ rows + DAMPING * len(rows) * np.eye(7), rows.T @ off[kept])
        turn, grown = Rotation.from_rotvec(step[:3]).as_matrix(), 1 + step[6]
        here = Placement(
            rotation=turn @ here.rotation,
            shift=grown * turn @ here.shift + step[3:6],
            scale=grown * here.scale,
            apart=0.0,
        )
    here = replace(here, rotation=_straight(here.rotation))
    apart = np.sort(tree.query(here.placed(points))[0])[: int(KEPT * len(points))]
    return replace(here, apart=float(apart.mean()))


def _closed_form(to: Points, of: Points) -> tuple[Points, Points, float]:
    """The similarity that brings points onto others, pair by pair."""
    to_middle, of_middle = to.mean(0), of.mean(0)
    u, lengths, v = np.linalg.svd((to - to_middle).T @ (of - of_middle))
    signs = np.array([1.0, 1.0, np.sign(np.linalg.det(u @ v))])
    rotation = u * signs @ v
    scale = float((lengths * signs).sum() / ((of - of_middle) ** 2).sum())
    return rotation, to_middle - scale * rotation @ of_middle, scale


def _straight(rotation: Points) -> Points:
    quarter = quarter_turns()
    nearness = (np.einsum("kij,ij->k", quarter, rotation) - 1) / 2  # cosine of the turn between
    best = int(nearness.argmax())
    return quarter[best] if nearness[best] >= NEARLY else rotation
