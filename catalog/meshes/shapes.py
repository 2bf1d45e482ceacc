"""The things that mesh reading trades in: meshes, sizes, findings, read parts.

Knows no renderer and no table. Lengths are millimetres, right-handed, outward by right hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Faces = NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeshArrays:
    """A triangle mesh: vertices_mm (V, 3) float64, faces (F, 3) int32 into them."""

    vertices_mm: Points
    faces: Faces

    def corners(self) -> Points:
        """The triangles themselves, (F, 3, 3)."""
        return self.vertices_mm[self.faces]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartSize:
    """The box a part fits in, longest side first, so that turning the part changes nothing."""

    length_mm: float
    width_mm: float
    height_mm: float

    def __post_init__(self) -> None:
        if not self.length_mm >= self.width_mm >= self.height_mm > 0:
            raise ValueError(f"sides not positive and longest first: {self}")


class FindingKind(Enum):
    """What is odd about a usable mesh; the value is the stable code."""

    ASCII = "ascii"
    DECIMAL_COMMAS = "decimal_commas"
    OPEN = "open"
    NON_MANIFOLD = "non_manifold"
    INSIDE_OUT = "inside_out"
    FLIPPED_SHELLS = "flipped_shells"
    FLIPPED_TRIANGLES = "flipped_triangles"
    DEGENERATE = "degenerate"
    SELF_CROSSING = "self_crossing"
    MANY_PIECES = "many_pieces"
    MAYBE_INCHES = "maybe_inches"
    MAYBE_METRES = "maybe_metres"


FINDING_SENTENCES: Mapping[FindingKind, str] = {
    FindingKind.ASCII: "It is an ASCII file; binary ones are five times smaller.",
    FindingKind.DECIMAL_COMMAS: "Its numbers are written with commas; I read them as points.",
    FindingKind.OPEN: "It is not closed: holes {count:,}.",
    FindingKind.NON_MANIFOLD: "Edges that more than two triangles share: {count:,}.",
    FindingKind.INSIDE_OUT: "It was inside out; I turned it.",
    FindingKind.FLIPPED_SHELLS: "Shells that were inside out and that I turned: {count:,}.",
    FindingKind.FLIPPED_TRIANGLES: "Triangles that faced the wrong way, now turned: {count:,}.",
    FindingKind.DEGENERATE: "Triangles without area: {count:,}.",
    FindingKind.SELF_CROSSING: "Triangles that cross others: {count:,}.",
    FindingKind.MANY_PIECES: "It consists of {count:,} separate pieces.",
    FindingKind.MAYBE_INCHES: "It is very small, perhaps drawn in inches. I read millimetres.",
    FindingKind.MAYBE_METRES: "It is tiny: perhaps it was drawn in metres. I read millimetres.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One oddity of a mesh, and how often it occurs."""

    kind: FindingKind
    count: int = 1

    def __str__(self) -> str:
        return FINDING_SENTENCES[self.kind].format(count=self.count)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeshDetails:
    """What a person wants to know about a mesh.

    Attributes:
        closed: every edge is shared by exactly two triangles that agree about the outside.
        volume_mm3: enclosed volume; for an open mesh only an estimate.
        pieces: separate bodies, cavities included.
    """

    size: PartSize
    triangles: int
    closed: bool
    volume_mm3: float
    area_mm2: float
    pieces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPart:
    """One part of a file, mended as far as it goes.

    Attributes:
        name: the part's own name in the file, or the file's name without suffix.
        copies: how often a build plate holds it.
    """

    name: str
    copies: int
    mesh: MeshArrays
    details: MeshDetails
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeshLimits:
    """How much of a mesh a worker may open.

    A binary STL at the limit has 250 MB; reading it takes about 2 GB (see docs/decisions/0006).
    """

    triangles: int = 5_000_000
    parts: int = 500
    size_mm: float = 10_000.0
    reach_mm: float = 1_000_000.0  # from the origin: beyond it float32 is coarser than 0.06 mm
    unpacked_bytes: int = 2_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMesh:
    """Triangles as a file gives them: unchecked, perhaps unwelded, already in millimetres."""

    name: str
    vertices_mm: Points
    faces: NDArray[np.int64]
    copies: int = 1
    findings: tuple[Finding, ...] = ()
