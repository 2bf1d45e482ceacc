"""What is done with meshes inside a cell: read, compare, draw, describe.

Everything here runs in a child process with limits: arguments and answers are pickled, nothing but
OpenGL's renderer is kept between calls. Meshes leave the cell as binary STL, so that what is
stored is what was read.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import numpy as np
from PIL import Image

from catalog.archives import PartArchive
from catalog.meshes import (
    PART_SUFFIXES,
    Finding,
    Fingerprint,
    MeshArrays,
    MeshDetails,
    MeshLimits,
    fingerprint,
    read_parts,
    same_geometry,
)
from catalog.meshes.binary_stl import binary_stl, read_back
from catalog.meshes.measures import surface_moments
from vision.describers import describer
from vision.likeness import sketch
from vision.look_alikes import Resemblance, all_compared
from vision.previews import RgbaImage, contact_sheet, draw_preview
from vision.shapes import Mesh
from vision.simplify import simplified

#: Beyond this share of its largest extent a shape's second moments say that it was turned.
_TURNED_SHARE = 0.005
#: What an answer's picture is drawn from where a mesh is finer by far: 20 ms at 480 px.
_DRAWN_TRIANGLES = 24_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredPart:
    """One part of a file, its mesh as binary STL.

    Attributes:
        copies: how often a build plate holds it.
    """

    name: str
    copies: int
    stl: bytes
    details: MeshDetails
    fingerprint: Fingerprint
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpackedFile:
    """One file of an archive: its path there, and where its bytes lie now."""

    path: str
    unpacked: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpackedArchive:
    """The part files of an archive, and how many other files it holds."""

    files: tuple[UnpackedFile, ...]
    ignored: int


class Sameness(Enum):
    """How two meshes compare."""

    DIFFERENT = "different"
    SAME = "same"
    TURNED = "turned"


def measure_parts(content: bytes, file_name: str, limits: MeshLimits) -> list[MeasuredPart]:
    """Read every part of one file.

    Raises:
        Unreadable: see catalog.meshes.
    """
    return [
        MeasuredPart(
            name=part.name,
            copies=part.copies,
            stl=binary_stl(part.mesh),
            details=part.details,
            fingerprint=fingerprint(part.mesh),
            findings=part.findings,
        )
        for part in read_parts(content, file_name, limits=limits)
    ]


def unpack(archive: Path, file_name: str, folder: Path) -> UnpackedArchive:
    """Unpack the part files of an archive into a folder, under numbers instead of their names.

    Raises:
        Unreadable: see catalog.archives.
    """
    unpacked = []
    with PartArchive(archive, file_name, suffixes=PART_SUFFIXES) as opened:
        for number, part in enumerate(opened.parts()):
            target = folder / f"{number:05d}"
            target.write_bytes(part.content)
            unpacked.append(UnpackedFile(path=part.path, unpacked=target))
        return UnpackedArchive(files=tuple(unpacked), ignored=opened.ignored)


def compare(one_stl: bytes, other_stl: bytes) -> Sameness:
    """Whether two meshes of ours are one shape, and lie the same way."""
    if one_stl == other_stl:
        return Sameness.SAME
    one, other = read_back(one_stl), read_back(other_stl)
    if not same_geometry(one, other):
        return Sameness.DIFFERENT
    return Sameness.TURNED if _turned(one, other) else Sameness.SAME


def portrait(stl: bytes, material: str) -> bytes:
    """A PNG of the part from front right above."""
    return _png(draw_preview(_mesh(stl), material=material))


def sheet(stl: bytes, material: str) -> bytes:
    """A PNG of the part from eight sides."""
    return _png(contact_sheet(_mesh(stl), material=material))


def thinned(stl: bytes) -> bytes:
    """The part coarse enough to be drawn while somebody waits, as binary STL."""
    coarse = simplified(_mesh(stl), triangles=_DRAWN_TRIANGLES)
    return binary_stl(MeshArrays(vertices_mm=coarse.vertices_mm, faces=coarse.faces))


def describe(stl: bytes, slug: str, folder: Path | None = None) -> bytes:
    """What a describer remembers of the part; in the folder lie a shop's own networks."""
    return bytes(describer(slug, folder).describe_part(_mesh(stl)))


def sketched(stl: bytes) -> bytes:
    """By what a part's look-alikes are looked for, as little-endian float32."""
    return sketch(_mesh(stl)).astype("<f4").tobytes()


def resemblances(stl: bytes, others: Sequence[bytes]) -> list[Resemblance | None]:
    """What each of the others is to the part."""
    return all_compared(_mesh(stl), [_mesh(other) for other in others])


def _turned(one: MeshArrays, other: MeshArrays) -> bool:
    moments = [surface_moments(mesh) for mesh in (one, other)]
    spread = [each.axes.T @ np.diag(each.spread_mm**2) @ each.axes for each in moments]
    return bool(np.abs(spread[0] - spread[1]).max() > _TURNED_SHARE * np.abs(spread[0]).max())


def _mesh(stl: bytes) -> Mesh:
    arrays = read_back(stl)
    return Mesh(vertices_mm=arrays.vertices_mm, faces=arrays.faces)


def _png(picture: RgbaImage) -> bytes:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, format="PNG", compress_level=4)
    return file.getvalue()
