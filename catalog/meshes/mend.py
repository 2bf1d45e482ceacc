"""Mend what a file got wrong and say what it was: weld, drop collapsed triangles, turn them out.

Knows triangles only. Mending never moves a corner: holes stay holes, crossings stay crossings.
A piece inside another one that faces inwards is a cavity and stays as it is.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalog.meshes.measures import areas, signed_volumes
from catalog.meshes.shapes import Faces, Finding, FindingKind, MeshArrays, Points
from catalog.meshes.topology import Edges, edges_of, pieces_of, wrongly_turned

#: Below this share of its box a piece's volume has no sign to speak of: a sheet, a few triangles.
_VOLUME_SHARE = 1e-3
#: A triangle this thin, as a share of its longest side, has no area to a printer.
_THIN_SHARE = 1e-9
_CAVITY_HOSTS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """A welded mesh whose neighbours agree about the outside where they can."""

    mesh: MeshArrays
    closed: bool
    pieces: int
    findings: tuple[Finding, ...]


def mend(vertices_mm: Points, faces: Faces) -> Mended:
    """Mend a welded mesh. It may come out with fewer triangles than a solid has."""
    sound, degenerate = _without_collapsed(vertices_mm, faces)
    if not len(sound):
        mesh = MeshArrays(vertices_mm=vertices_mm[:0], faces=sound)
        return Mended(mesh=mesh, closed=False, pieces=0, findings=())
    edges = edges_of(sound)
    turned = 0
    if edges.disagreeing():
        wrong = wrongly_turned(sound, edges)
        sound, turned = _turn(sound, wrong), int(wrong.sum())
        edges = edges_of(sound)
    pieces = pieces_of(sound, edges)
    sound, shells = _faced_out(vertices_mm, sound, pieces)
    mesh = MeshArrays(vertices_mm=vertices_mm, faces=sound)
    count = int(pieces.max()) + 1
    findings = [
        *_shape_findings(edges),
        *_shell_findings(shells, count),
        *_counted(FindingKind.FLIPPED_TRIANGLES, turned),
        *_counted(FindingKind.DEGENERATE, degenerate),
    ]
    return Mended(mesh=mesh, closed=edges.closed, pieces=count, findings=tuple(findings))


def _without_collapsed(vertices_mm: Points, faces: Faces) -> tuple[Faces, int]:
    """Drop triangles with two equal corners; count those without area, which hold edges shut."""
    a, b, c = faces.T
    whole = faces[(a != b) & (b != c) & (c != a)]
    corners = vertices_mm[whole]
    longest = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max(axis=1, initial=0)
    thin = areas(corners) <= _THIN_SHARE * longest**2
    return whole, len(faces) - len(whole) + int(thin.sum())


def _turn(faces: Faces, which: NDArray[np.bool_]) -> Faces:
    turned = faces.copy()
    turned[which] = faces[which][:, ::-1]
    return turned


def _faced_out(vertices_mm: Points, faces: Faces, pieces: NDArray[np.int64]) -> tuple[Faces, int]:
    """Turn the pieces that face inwards and lie in no other; also say how many."""
    low, high, volume = _boxes_and_volumes(vertices_mm, faces, pieces)
    box = np.prod(np.maximum(high - low, 0), axis=1)
    inward = np.flatnonzero(volume < -_VOLUME_SHARE * box)
    hosts = np.argsort(-np.abs(volume), kind="stable")[:_CAVITY_HOSTS]
    outside = [one for one in inward if not _lies_in_another(int(one), hosts, low, high)]
    wrong = np.zeros(len(volume), dtype=np.bool_)
    wrong[outside] = True
    return (_turn(faces, wrong[pieces]) if outside else faces), len(outside)


def _lies_in_another(piece: int, hosts: NDArray[np.int64], low: Points, high: Points) -> bool:
    inside = (low[hosts] < low[piece]).all(axis=1) & (high[piece] < high[hosts]).all(axis=1)
    return bool(inside.any())


def _boxes_and_volumes(
    vertices_mm: Points, faces: Faces, pieces: NDArray[np.int64]
) -> tuple[Points, Points, NDArray[np.float64]]:
    order = np.argsort(pieces, kind="stable")
    starts = np.flatnonzero(np.diff(pieces[order], prepend=-1))
    corners = vertices_mm[faces[order]]
    low = np.minimum.reduceat(corners.min(axis=1), starts, axis=0)
    high = np.maximum.reduceat(corners.max(axis=1), starts, axis=0)
    middle = ((low + high) / 2)[pieces[order]]
    volume = np.add.reduceat(signed_volumes(corners - middle[:, None, :]), starts)
    return low, high, volume


def _shape_findings(edges: Edges) -> list[Finding]:
    return [
        *_counted(FindingKind.OPEN, edges.holes()),
        *_counted(FindingKind.NON_MANIFOLD, edges.non_manifold()),
    ]


def _shell_findings(shells: int, pieces: int) -> list[Finding]:
    if shells and shells == pieces:
        return [Finding(kind=FindingKind.INSIDE_OUT)]
    return _counted(FindingKind.FLIPPED_SHELLS, shells)


def _counted(kind: FindingKind, count: int) -> list[Finding]:
    return [Finding(kind=kind, count=count)] if count else []
