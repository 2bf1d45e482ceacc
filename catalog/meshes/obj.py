"""Read Wavefront OBJ: vertices and faces, everything else skipped, all groups one part.

Knows bytes only. Polygons become fans; negative indices count back from the latest vertex.
"""

from itertools import pairwise

import numpy as np

from catalog.meshes.content import looks_like, mostly_text
from catalog.meshes.numbers_in_text import numbers_from
from catalog.meshes.shapes import MeshLimits, RawMesh
from catalog.unreadable import Trouble, Unreadable

_CORNERS_OF_A_FACE = 3


def read_obj(content: bytes, file: str, *, limits: MeshLimits) -> RawMesh:
    """Read one OBJ file.

    Raises:
        Unreadable: no text, no faces, a face of corners that are not there, too fine.
    """
    if not mostly_text(content):
        what = looks_like(content) or "something else"
        raise Unreadable(Trouble.MESH_WRONG_CONTENT, file=file, content=what)
    words, faces = _lines(content, file, limits=limits)
    if not faces:
        trouble = Trouble.MESH_WITHOUT_TRIANGLES if words else Trouble.MESH_IS_TEXT
        raise Unreadable(trouble, file=file)
    numbers, findings = numbers_from(words, file)
    vertices = numbers.reshape(-1, 3)
    corners = np.array(faces, dtype=np.int64)
    whole = ((corners >= 0) & (corners < len(vertices))).all(axis=1)
    if not whole.all():
        raise Unreadable(Trouble.MESH_CUT_SHORT, file=file, triangles_present=int(whole.sum()))
    return RawMesh(name=file, vertices_mm=vertices, faces=corners, findings=findings)


def _lines(
    content: bytes, file: str, *, limits: MeshLimits
) -> tuple[list[bytes], list[tuple[int, int, int]]]:
    words: list[bytes] = []
    faces: list[tuple[int, int, int]] = []
    for line in content.replace(b"\\\r\n", b" ").replace(b"\\\n", b" ").splitlines():
        fields = line.split()
        if not fields:
            continue
        if fields[0] == b"v":
            words.extend(_three(fields, file))
        elif fields[0] == b"f":
            faces.extend(_fan(fields[1:], file, vertices=len(words) // 3))
            if len(faces) > limits.triangles:
                raise Unreadable(
                    Trouble.MESH_TOO_FINE, file=file, triangles=len(faces), limit=limits.triangles
                )
    return words, faces


def _three(fields: list[bytes], file: str) -> list[bytes]:
    if len(fields) <= _CORNERS_OF_A_FACE:
        raise Unreadable(Trouble.MESH_DAMAGED, file=file, detail="a corner lacks a coordinate")
    return fields[1:4]


def _fan(fields: list[bytes], file: str, *, vertices: int) -> list[tuple[int, int, int]]:
    try:
        numbers = [int(field.partition(b"/")[0]) for field in fields]
    except ValueError:
        raise Unreadable(Trouble.MESH_DAMAGED, file=file, detail="a face is no face") from None
    if len(numbers) < _CORNERS_OF_A_FACE:
        raise Unreadable(Trouble.MESH_DAMAGED, file=file, detail="a face has under three corners")
    if any(abs(number) > np.iinfo(np.int32).max for number in numbers):
        raise Unreadable(Trouble.MESH_DAMAGED, file=file, detail="a face is no face")
    corners = [number - 1 if number > 0 else vertices + number for number in numbers]
    return [(corners[0], b, c) for b, c in pairwise(corners[1:])]
