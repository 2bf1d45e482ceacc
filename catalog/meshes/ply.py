"""Read PLY: ASCII and both binary byte orders, polygons as fans, colours and normals skipped.

Knows bytes only. Format: Greg Turk, The PLY Polygon File Format, 1998.
"""

import re

import numpy as np

from catalog.meshes.content import looks_like
from catalog.meshes.numbers_in_text import numbers_from
from catalog.meshes.ply_rows import (
    SCALARS,
    ByteCursor,
    Cursor,
    Element,
    EndsEarly,
    NumberCursor,
    Property,
    Rows,
    read_rows,
)
from catalog.meshes.shapes import Finding, FindingKind, MeshLimits, RawMesh
from catalog.unreadable import Trouble, Unreadable

_ORDERS = {"ascii": "", "binary_little_endian": "<", "binary_big_endian": ">"}
_HEADER_END = re.compile(rb"end_header[^\S\n\r]*(\r\n|\n|\r)")
_LARGEST_HEADER_BYTES = 65_536
_CORNERS_OF_A_FACE = 3


def read_ply(content: bytes, file: str, *, limits: MeshLimits) -> RawMesh:
    """Read one PLY file.

    Raises:
        Unreadable: another kind of file, truncated, no faces, too fine.
    """
    order, elements, body = _header(content, file)
    for element in elements:
        if element.count > limits.triangles * _CORNERS_OF_A_FACE:
            raise Unreadable(
                Trouble.MESH_TOO_FINE, file=file, triangles=element.count, limit=limits.triangles
            )
    cursor, findings = _cursor(body, order, file)
    rows: dict[str, Rows] = {}
    for element in elements:
        try:
            rows[element.name] = read_rows(cursor, element)
        except EndsEarly as early:
            present = early.rows if element.name == "face" else 0
            raise _truncated(elements, present, file) from None
    return _mesh(rows, findings, file)


def _cursor(body: bytes, order: str, file: str) -> tuple[Cursor, tuple[Finding, ...]]:
    if order:
        return ByteCursor(body, order), ()
    numbers, findings = numbers_from(body.split(), file)
    return NumberCursor(numbers), (Finding(kind=FindingKind.ASCII), *findings)


def _truncated(elements: list[Element], present: int, file: str) -> Unreadable:
    promised = sum(one.count for one in elements if one.name == "face")
    return Unreadable(
        Trouble.MESH_TRUNCATED, file=file, triangles_present=present, triangles_promised=promised
    )


def _damaged(detail: str, file: str) -> Unreadable:
    return Unreadable(Trouble.MESH_DAMAGED, file=file, detail=detail)


def _header(content: bytes, file: str) -> tuple[str, list[Element], bytes]:
    if not content.startswith(b"ply"):
        what = looks_like(content) or "something else"
        raise Unreadable(Trouble.MESH_WRONG_CONTENT, file=file, content=what)
    end = _HEADER_END.search(content, 0, _LARGEST_HEADER_BYTES)
    if end is None:
        raise _damaged("its header has no end", file)
    lines = content[: end.start()].decode("latin-1").splitlines()
    fields = [line.split() for line in lines if line.split()]
    order = next((f[1] for f in fields if f[0] == "format" and len(f) > 1), "")
    if order not in _ORDERS:
        raise _damaged("its header names no format", file)
    return _ORDERS[order], _elements(fields, file), content[end.end() :]


def _elements(lines: list[list[str]], file: str) -> list[Element]:
    found: list[Element] = []
    for line in lines:
        match line:
            case ["element", name, count] if count.isascii() and count.isdigit():
                found.append(Element(name=name, count=int(count[:12]), properties=()))
            case ["property", *rest] if found:
                last = found.pop()
                properties = (*last.properties, _property(rest, file))
                found.append(Element(name=last.name, count=last.count, properties=properties))
            case ["element" | "property", *_]:
                raise _damaged("its header cannot be read", file)
    return found


def _property(fields: list[str], file: str) -> Property:
    match fields:
        case ["list", count, scalar, name] if {count, scalar} <= SCALARS.keys():
            return Property(name=name, scalar=SCALARS[scalar], count_scalar=SCALARS[count])
        case [scalar, name] if scalar in SCALARS:
            return Property(name=name, scalar=SCALARS[scalar], count_scalar=None)
    raise _damaged("its header cannot be read", file)


def _mesh(elements: dict[str, Rows], findings: tuple[Finding, ...], file: str) -> RawMesh:
    corners, faces = elements.get("vertex"), elements.get("face")
    if corners is None or not {"x", "y", "z"} <= corners.columns.keys():
        raise _damaged("it has no corners", file)
    if faces is None or not len(faces.triangles):
        raise Unreadable(Trouble.MESH_WITHOUT_TRIANGLES, file=file)
    vertices = np.stack([corners.columns[axis] for axis in "xyz"], axis=1)
    if faces.triangles.min() < 0 or faces.triangles.max() >= len(vertices):
        raise _damaged("a face has corners that are not there", file)
    return RawMesh(name=file, vertices_mm=vertices, faces=faces.triangles, findings=findings)
