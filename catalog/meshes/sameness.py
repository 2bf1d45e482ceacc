"""Decide whether two meshes are the same shape, moved and turned but not mirrored or changed.

Knows triangles only. Turns that may bring one onto the other come from the principal axes and,
where symmetry leaves those open, from pairs of corners at rare distances from the centre; the
likeliest are refined and then every corner of each must lie on the other's surface.
Kabsch's method fits the turn: Acta Crystallographica A32, 922 (1976).
"""

from collections.abc import Iterator
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from catalog.meshes.fingerprints import fingerprint
from catalog.meshes.measures import SurfaceMoments, surface_moments
from catalog.meshes.shapes import MeshArrays, Points
from catalog.meshes.surface import Surface

Turn = NDArray[np.float64]
_Scalar = TypeVar("_Scalar", bound=np.generic)

#: Two roundings to 1/128 mm move a corner by 0.014 mm; a printer's step is about 0.1 mm.
TOLERANCE_MM = 0.03
_TOLERANCE_SHARE = 0.01
_PROBES = 300
_TURNS_TRIED = 3000
_TURNS_REFINED = 6
_REFINEMENTS = 12
_CHECKED_POINTS = 20_000
_ANCHORS = 3
_RADIUS_SLACK_MM = 0.02
_LEAST_LEVER = 0.25


def same_geometry(one: MeshArrays, other: MeshArrays) -> bool:
    """Whether a rotation and a translation bring one shape onto the other."""
    if not fingerprint(one).may_be(fingerprint(other)):
        return False
    moved, fixed = surface_moments(one), surface_moments(other)
    surface = Surface(_centred(other, fixed))
    points = _centred(one, moved).vertices_mm
    tolerance = min(TOLERANCE_MM, _TOLERANCE_SHARE * float(moved.spread_mm[0]))
    back = Surface(_centred(one, moved))
    for turn in _likeliest_turns(points, moved, fixed, surface):
        fitted, shift = _refined(points, turn, surface)
        there = _some(points, _CHECKED_POINTS) @ fitted.T + shift
        here = (_some(surface.corners_mm, _CHECKED_POINTS) - shift) @ fitted
        if surface.holds(there, tolerance_mm=tolerance) and back.holds(
            here, tolerance_mm=tolerance
        ):
            return True
    return False


def mirror_image(one: MeshArrays, other: MeshArrays) -> bool:
    """Whether one shape is the other one's mirror image."""
    return same_geometry(mirrored(one), other)


def mirrored(mesh: MeshArrays) -> MeshArrays:
    """The mesh in a mirror, still facing out."""
    return MeshArrays(
        vertices_mm=mesh.vertices_mm * np.array([-1.0, 1.0, 1.0]),
        faces=np.ascontiguousarray(mesh.faces[:, ::-1]),
    )


def _centred(mesh: MeshArrays, moments: SurfaceMoments) -> MeshArrays:
    return MeshArrays(vertices_mm=mesh.vertices_mm - moments.centre_mm, faces=mesh.faces)


def _likeliest_turns(
    points: Points, moved: SurfaceMoments, fixed: SurfaceMoments, surface: Surface
) -> list[Turn]:
    probes = _some(points, _PROBES)
    turns = list(_turns_by_axes(moved, fixed))
    turns += _turns_by_anchors(points, surface.corners_mm)
    misses = [float((surface.roughly(probes @ turn.T) ** 2).mean()) for turn in turns]
    return [turns[n] for n in np.argsort(misses, kind="stable")[:_TURNS_REFINED]]


def _turns_by_axes(moved: SurfaceMoments, fixed: SurfaceMoments) -> Iterator[Turn]:
    for signs in ((1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)):
        yield fixed.axes.T @ np.diag(signs) @ moved.axes


def _turns_by_anchors(points: Points, corners: Points) -> list[Turn]:
    """Turns that bring two corners at rare distances from the centre onto two such corners."""
    turns: list[Turn] = []
    radii = np.linalg.norm(corners, axis=1)
    for first, second in _anchors(points):
        ones = corners[np.abs(radii - np.linalg.norm(first)) < _RADIUS_SLACK_MM]
        twos = corners[np.abs(radii - np.linalg.norm(second)) < _RADIUS_SLACK_MM]
        if not len(ones) or not len(twos) or len(ones) * len(twos) > _CHECKED_POINTS**2 // 16:
            continue
        apart = np.linalg.norm(ones[:, None, :] - twos[None, :, :], axis=2)
        fits = np.abs(apart - np.linalg.norm(first - second)) < 2 * _RADIUS_SLACK_MM
        pairs = _some(np.argwhere(fits), _TURNS_TRIED // _ANCHORS)
        turns += [_turn_onto((first, second), (ones[i], twos[j])) for i, j in pairs]
    return turns


def _anchors(points: Points) -> list[tuple[Points, Points]]:
    """Pairs of corners, the rarest distances from the centre first, that fix a turn."""
    radii = np.linalg.norm(points, axis=1)
    far = np.flatnonzero(radii > _LEAST_LEVER * radii.max())
    ordered = np.sort(radii[far])
    crowd = np.searchsorted(ordered, radii[far] + _RADIUS_SLACK_MM, "right")
    crowd -= np.searchsorted(ordered, radii[far] - _RADIUS_SLACK_MM, "left")
    rare = far[np.lexsort((-radii[far], crowd))]
    found: list[tuple[Points, Points]] = []
    for first in rare[:_ANCHORS]:
        lever = np.linalg.norm(np.cross(points[rare], points[first]), axis=1)
        wide = rare[lever > _LEAST_LEVER * radii[first] * radii.max()]
        if len(wide):
            found.append((points[first], points[wide[0]]))
    return found


def _turn_onto(moved: tuple[Points, Points], fixed: tuple[Points, Points]) -> Turn:
    return _frame(*fixed) @ _frame(*moved).T


def _frame(first: Points, second: Points) -> Turn:
    x = first / max(float(np.linalg.norm(first)), np.finfo(np.float64).tiny)
    across = np.cross(first, second)
    z = across / max(float(np.linalg.norm(across)), np.finfo(np.float64).tiny)
    return np.stack([x, np.cross(z, x), z], axis=1)


def _refined(points: Points, turn: Turn, surface: Surface) -> tuple[Turn, Points]:
    """Slide the points onto the surface: nearest points, best turn, again."""
    some = _some(points, 4 * _PROBES)
    shift: Points = np.zeros(3)
    for _ in range(_REFINEMENTS):
        target = surface.nearest(some @ turn.T + shift)
        turn, shift = _kabsch(some, target)
    return turn, shift


def _kabsch(points: Points, target: Points) -> tuple[Turn, Points]:
    middle, aim = points.mean(axis=0), target.mean(axis=0)
    u, _, v = np.linalg.svd((points - middle).T @ (target - aim))
    sign = np.diag([1.0, 1.0, float(np.sign(np.linalg.det(v.T @ u.T)) or 1.0)])
    turn = v.T @ sign @ u.T
    return turn, aim - turn @ middle


def _some(rows: NDArray[_Scalar], count: int) -> NDArray[_Scalar]:
    """At most so many rows, spread evenly over all of them."""
    if len(rows) <= count:
        return rows
    return rows[np.linspace(0, len(rows) - 1, count).astype(np.int64)]
