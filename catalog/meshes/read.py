"""Read the parts of a mesh file: bytes and a name in, mended meshes with their details out.

Knows no table and no picture. Everything that can be odd about a usable mesh becomes a finding,
everything that makes it unusable one complaint. Meant to run in a subprocess with limits.
Units: STL, OBJ and PLY name none, so millimetres are read; a suspicion is said, never acted on.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

import numpy as np

from catalog.meshes.crossing import crossing_triangles
from catalog.meshes.fingerprints import fingerprint
from catalog.meshes.measures import areas, size_of, surface_moments
from catalog.meshes.mend import Mended, mend
from catalog.meshes.obj import read_obj
from catalog.meshes.ply import read_ply
from catalog.meshes.sameness import same_geometry
from catalog.meshes.shapes import (
    Finding,
    FindingKind,
    MeshDetails,
    MeshLimits,
    RawMesh,
    ReadPart,
)
from catalog.meshes.stl import read_stl
from catalog.meshes.threemf import read_3mf
from catalog.meshes.weld import used_corners, weld
from catalog.unreadable import Trouble, Unreadable

PART_SUFFIXES = frozenset({".stl", ".3mf", ".obj", ".ply"})

_LIMITS = MeshLimits()
_FEWEST_TRIANGLES = 4
#: Thinner than this share of its length is no solid; float32 keeps seven digits.
_FLAT_SHARE = 1e-6
_MANY_PIECES = 2
#: A print under 3 mm is rarer than a drawing in inches; under 0.3 mm than one in metres.
_MAYBE_INCHES_MM, _MAYBE_METRES_MM = 3.0, 0.3


def is_part_name(name: str) -> bool:
    """Whether a file's suffix is one that can be read as parts."""
    return PurePosixPath(name).suffix.lower() in PART_SUFFIXES


def read_parts(content: bytes, file_name: str, *, limits: MeshLimits = _LIMITS) -> list[ReadPart]:
    """Read every part of one file; all formats but 3MF hold exactly one.

    Raises:
        Unreadable: nothing can be made of the file; the sentence says why.
    """
    if not is_part_name(file_name):
        raise Unreadable(Trouble.MESH_SUFFIX_UNKNOWN, file=file_name)
    if not content.strip(b"\x00 \t\r\n"):
        raise Unreadable(Trouble.MESH_EMPTY, file=file_name)
    raw = _raw_meshes(content, file_name, limits=limits)
    parts = [_part(one, file_name, limits=limits) for one in raw]
    return _named(_counted_once(parts), PurePosixPath(file_name).stem)


def _raw_meshes(content: bytes, file: str, *, limits: MeshLimits) -> list[RawMesh]:
    match PurePosixPath(file).suffix.lower():
        case ".stl":
            return [read_stl(content, file, limits=limits)]
        case ".obj":
            return [read_obj(content, file, limits=limits)]
        case ".ply":
            return [read_ply(content, file, limits=limits)]
    return read_3mf(content, file, limits=limits)


def _part(raw: RawMesh, file: str, *, limits: MeshLimits) -> ReadPart:
    _refuse_unusable(raw, file, limits=limits)
    vertices, faces = weld(raw.vertices_mm, raw.faces)
    mended = mend(vertices, faces)
    _refuse_shapeless(mended, file)
    details = _details(mended, file)
    crossing = crossing_triangles(mended.mesh) or 0
    findings = (
        *raw.findings,
        *mended.findings,
        *([Finding(kind=FindingKind.SELF_CROSSING, count=crossing)] if crossing else []),
        *_size_findings(details),
    )
    return ReadPart(
        name=raw.name, copies=raw.copies, mesh=mended.mesh, details=details, findings=findings
    )


def _refuse_unusable(raw: RawMesh, file: str, *, limits: MeshLimits) -> None:
    if not len(raw.faces):
        raise Unreadable(Trouble.MESH_WITHOUT_TRIANGLES, file=file)
    if len(raw.faces) > limits.triangles:
        raise Unreadable(
            Trouble.MESH_TOO_FINE, file=file, triangles=len(raw.faces), limit=limits.triangles
        )
    used = raw.vertices_mm[used_corners(raw.faces, of=len(raw.vertices_mm))]
    broken = int((~np.isfinite(used)).any(axis=1).sum())
    if broken:
        raise Unreadable(Trouble.MESH_NOT_FINITE, file=file, vertices_broken=broken)
    for reach, limit in (
        (np.ptp(used, axis=0).max(), limits.size_mm),
        (np.abs(used).max(), limits.reach_mm),
    ):
        if reach > limit:
            raise Unreadable(
                Trouble.MESH_TOO_LARGE, file=file, reach_mm=float(reach), limit_mm=limit
            )


def _refuse_shapeless(mended: Mended, file: str) -> None:
    mesh = mended.mesh
    if not len(mesh.faces) or not areas(mesh.corners()).sum() > 0:
        raise Unreadable(Trouble.MESH_WITHOUT_AREA, file=file)
    if len(mesh.faces) < _FEWEST_TRIANGLES:
        raise Unreadable(Trouble.MESH_TOO_FEW_TRIANGLES, file=file, triangles=len(mesh.faces))


def _details(mended: Mended, file: str) -> MeshDetails:
    mesh = mended.mesh
    used = mesh.vertices_mm[used_corners(mesh.faces, of=len(mesh.vertices_mm))]
    sides = np.ptp(used, axis=0)
    moments = surface_moments(mesh)
    spread = moments.spread_mm
    if spread[2] <= _FLAT_SHARE * spread[0] or sides.min() <= _FLAT_SHARE * sides.max():
        raise Unreadable(Trouble.MESH_FLAT, file=file)
    return MeshDetails(
        size=size_of(used),
        triangles=len(mesh.faces),
        closed=mended.closed,
        volume_mm3=abs(moments.volume_mm3),
        area_mm2=moments.area_mm2,
        pieces=mended.pieces,
    )


def _size_findings(details: MeshDetails) -> Iterator[Finding]:
    if details.pieces >= _MANY_PIECES:
        yield Finding(kind=FindingKind.MANY_PIECES, count=details.pieces)
    if details.size.length_mm < _MAYBE_METRES_MM:
        yield Finding(kind=FindingKind.MAYBE_METRES)
    elif details.size.length_mm < _MAYBE_INCHES_MM:
        yield Finding(kind=FindingKind.MAYBE_INCHES)


def _counted_once(parts: list[ReadPart]) -> list[ReadPart]:
    """Slicers write copies as objects of their own: the same shape twice is one part."""
    found: list[ReadPart] = []
    for part in parts:
        twin = next((n for n, other in enumerate(found) if _same(part, other)), None)
        if twin is None:
            found.append(part)
        else:
            found[twin] = replace(found[twin], copies=found[twin].copies + part.copies)
    return found


def _same(one: ReadPart, other: ReadPart) -> bool:
    if not fingerprint(one.mesh).may_be(fingerprint(other.mesh)):
        return False
    return same_geometry(one.mesh, other.mesh)


def _named(parts: list[ReadPart], stem: str) -> list[ReadPart]:
    """A lone part is called after its file; several keep their names, made different."""
    if len(parts) == 1:
        return [replace(parts[0], name=stem)]
    taken: set[str] = set()
    named: list[ReadPart] = []
    for part in parts:
        name = _free(_cleaned(part.name) or stem, taken)
        taken.add(name)
        named.append(replace(part, name=name))
    return named


def _free(name: str, taken: set[str]) -> str:
    number, free = 2, name
    while free in taken:
        free, number = f"{name} {number}", number + 1
    return free


def _cleaned(name: str) -> str:
    path = PurePosixPath(name.replace("/", "_"))
    bare = path.stem if path.suffix.lower() in PART_SUFFIXES else path.name
    return "".join(letter for letter in bare if letter.isprintable()).strip()
