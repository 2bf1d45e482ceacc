"""Read STL: binary and ASCII, told apart by content, several solids as one part.

Knows bytes only. The header's word "solid" decides nothing: binary files carry it too. A file is
binary when the bytes that its own count promises are there; bytes after them are ignored.
"""

import re

import numpy as np
from numpy.typing import NDArray

from catalog.meshes.content import looks_like, mostly_text
from catalog.meshes.numbers_in_text import numbers_from
from catalog.meshes.shapes import Finding, FindingKind, MeshLimits, RawMesh
from catalog.unreadable import Trouble, Unreadable

HEADER_BYTES = 84
TRIANGLE_BYTES = 50
#: More than any real file; a count beyond it means that these bytes are no count.
PLAUSIBLE_TRIANGLES = 100_000_000
_TRIANGLE = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
_VERTEX = re.compile(rb"\bvertex\s+([^\s]+)\s+([^\s]+)\s+([^\s]+)", re.IGNORECASE)
_FACET = re.compile(rb"\bfacet\b", re.IGNORECASE)
_END = re.compile(rb"\bendsolid\b", re.IGNORECASE)


def read_stl(content: bytes, file: str, *, limits: MeshLimits) -> RawMesh:
    """Read one STL file; several solids become the pieces of one part.

    Raises:
        Unreadable: truncated, text without triangles, another kind of file, too fine.
    """
    promised = _count(content)
    if promised > 0 and HEADER_BYTES + promised * TRIANGLE_BYTES <= len(content):
        _refuse_too_fine(promised, file, limits=limits)
        return _binary(content, file, triangles=promised)
    if mostly_text(content):
        return _ascii(content, file, limits=limits)
    raise _no_stl(content, file, promised)


def _count(content: bytes) -> int:
    return int.from_bytes(content[80:84], "little") if len(content) >= HEADER_BYTES else 0


def _refuse_too_fine(triangles: int, file: str, *, limits: MeshLimits) -> None:
    if triangles > limits.triangles:
        raise Unreadable(
            Trouble.MESH_TOO_FINE, file=file, triangles=triangles, limit=limits.triangles
        )


def _binary(content: bytes, file: str, *, triangles: int) -> RawMesh:
    records = np.frombuffer(content, dtype=_TRIANGLE, count=triangles, offset=HEADER_BYTES)
    return _soup(records["corners"].reshape(-1, 3), file, findings=())


def _soup(corners: NDArray[np.floating], file: str, *, findings: tuple[Finding, ...]) -> RawMesh:
    with np.errstate(invalid="ignore"):  # some bytes are numbers that trap when they are copied
        vertices = np.ascontiguousarray(corners, dtype=np.float64)
    return RawMesh(
        name=file,
        vertices_mm=vertices,
        faces=np.arange(len(corners), dtype=np.int64).reshape(-1, 3),
        findings=findings,
    )


def _no_stl(content: bytes, file: str, promised: int) -> Unreadable:
    other = looks_like(content)
    if other is not None:
        return Unreadable(Trouble.MESH_WRONG_CONTENT, file=file, content=other)
    if len(content) < HEADER_BYTES:
        return Unreadable(Trouble.MESH_CUT_SHORT, file=file, triangles_present=0)
    if promised == 0:
        return Unreadable(Trouble.MESH_WITHOUT_TRIANGLES, file=file)
    if promised > PLAUSIBLE_TRIANGLES:
        return Unreadable(Trouble.MESH_WRONG_CONTENT, file=file, content="something else")
    present = (len(content) - HEADER_BYTES) // TRIANGLE_BYTES
    return Unreadable(
        Trouble.MESH_TRUNCATED, file=file, triangles_present=present, triangles_promised=promised
    )


def _ascii(content: bytes, file: str, *, limits: MeshLimits) -> RawMesh:
    facets = sum(1 for _ in _FACET.finditer(content))
    if not facets:
        raise Unreadable(Trouble.MESH_IS_TEXT, file=file)
    _refuse_too_fine(facets, file, limits=limits)
    words = [word for match in _VERTEX.finditer(content) for word in match.groups()]
    whole = len(words) // 9
    if len(words) % 9 or not _END.search(content, max(0, len(content) - 4096)):
        raise Unreadable(Trouble.MESH_CUT_SHORT, file=file, triangles_present=whole)
    if not whole:
        raise Unreadable(Trouble.MESH_WITHOUT_TRIANGLES, file=file)
    numbers, findings = numbers_from(words, file)
    found = (Finding(kind=FindingKind.ASCII), *findings)
    return _soup(numbers.reshape(-1, 3), file, findings=found)
