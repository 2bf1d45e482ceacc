"""Read 3MF: the objects of a build plate, each with its copies, in millimetres.

Knows bytes only. Only what the build section names exists; a file without one gives all its
objects. An instance that is scaled or mirrored is a part of its own, a turned one is a copy.
Format: 3MF Core Specification 1.3 and Production Extension 1.1 (models in several files).
"""

import zipfile
from collections.abc import Mapping
from io import BytesIO

import numpy as np

from catalog.meshes.content import looks_like
from catalog.meshes.shapes import MeshLimits, Points, RawMesh
from catalog.meshes.threemf_model import (
    Model,
    Object,
    Placed,
    Transform,
    read_model,
    read_names,
)
from catalog.unpacking import ReadBudget, open_zip, read_entry
from catalog.unreadable import Trouble, Unreadable

_MAIN_MODEL = "3d/3dmodel.model"
_NAME_FILES = ("metadata/model_settings.config", "metadata/slic3r_pe_model.config")
_DEEPEST_NESTING = 16
#: Real plates shrink ten- to fiftyfold; an XML of zeros shrinks a thousandfold.
_RATIO_LIMIT = 300
_UNIT_MM: Mapping[str, float] = {
    "micron": 0.001,
    "millimeter": 1.0,
    "centimeter": 10.0,
    "inch": 25.4,
    "foot": 304.8,
    "meter": 1000.0,
}


def read_3mf(content: bytes, file: str, *, limits: MeshLimits) -> list[RawMesh]:
    """Read one 3MF file, one mesh per different object on the plate.

    Raises:
        Unreadable: no 3MF, damaged, nothing to print on it, too fine, too many parts.
    """
    if not content.startswith(b"PK"):
        what = looks_like(content) or "something else"
        raise Unreadable(Trouble.MESH_WRONG_CONTENT, file=file, content=what)
    package = _Package(content, file, limits=limits)
    main = package.model(package.main_path)
    groups = _same_instances(_instances(main), file, limits=limits)
    scale = _UNIT_MM.get(main.unit)
    if scale is None:
        raise Unreadable(Trouble.MESH_DAMAGED, file=file, detail=f'its unit "{main.unit[:20]}"')
    plate = _Plate(package, scale_mm=scale)
    return [plate.part(group[0], copies=len(group)) for group in groups]


class _Package:
    """The zip around the models, each parsed once."""

    def __init__(self, content: bytes, file: str, *, limits: MeshLimits) -> None:
        self.file, self.limits = file, limits
        self._zip = open_zip(BytesIO(content), file)
        self._entries = {
            entry.filename.replace("\\", "/").strip("/").lower(): entry
            for entry in self._zip.infolist()
        }
        self._budget = ReadBudget(
            file=file,
            packed_bytes=len(content),
            unpacked_limit_bytes=limits.unpacked_bytes,
            ratio_limit=_RATIO_LIMIT,
        )
        self._models: dict[str, Model] = {}

    @property
    def main_path(self) -> str:
        models = [path for path in self._entries if path.endswith(".model")]
        if not models:
            raise Unreadable(
                Trouble.MESH_WRONG_CONTENT, file=self.file, content="a ZIP archive without a model"
            )
        return next((path for path in models if path.endswith(_MAIN_MODEL)), models[0])

    def model(self, path: str) -> Model:
        if path not in self._models:
            self._models[path] = read_model(
                self._read(path), self.file, triangle_limit=self.limits.triangles
            )
        return self._models[path]

    def names(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for path in _NAME_FILES:
            if path in self._entries:
                found |= read_names(self._read(path))
        return found

    def _read(self, path: str) -> bytes:
        entry: zipfile.ZipInfo | None = self._entries.get(path)
        if entry is None:
            raise Unreadable(
                Trouble.MESH_DAMAGED, file=self.file, detail="an object is not in the file"
            )
        return read_entry(self._zip, entry, self._budget)


def _instances(main: Model) -> list[Placed]:
    """What is to be printed: the build's printable items, or every object if none is placed."""
    printable = [item for item in main.items if item.printable] or main.items
    if printable:
        return printable
    used = {part.object_id for one in main.objects.values() for part in one.components}
    unmoved = np.vstack([np.eye(3), np.zeros((1, 3))])
    return [
        Placed(object_id=name, path=None, transform=unmoved)
        for name, one in main.objects.items()
        if name not in used and one.kind != "support"
    ]


def _same_instances(
    instances: list[Placed], file: str, *, limits: MeshLimits
) -> list[list[Placed]]:
    groups: dict[tuple[object, ...], list[Placed]] = {}
    for one in instances:
        turn = one.transform[:3]
        with np.errstate(invalid="ignore", over="ignore"):
            shape = np.round(turn @ turn.T, 4)  # the same for every pure rotation
        mirrored = bool(np.linalg.det(turn) < 0) if np.isfinite(turn).all() else False
        key = (one.object_id, one.path, shape.tobytes(), mirrored)
        groups.setdefault(key, []).append(one)
    if not groups:
        raise Unreadable(Trouble.MESH_WITHOUT_TRIANGLES, file=file)
    if len(groups) > limits.parts:
        raise Unreadable(
            Trouble.PLATE_TOO_MANY_PARTS, file=file, parts=len(groups), limit=limits.parts
        )
    return list(groups.values())


class _Plate:
    """Puts the components of objects together."""

    def __init__(self, package: _Package, *, scale_mm: float) -> None:
        self._package, self._scale_mm = package, scale_mm
        self._names = package.names()
        self._main = package.main_path

    def part(self, placed: Placed, *, copies: int) -> RawMesh:
        pieces: list[tuple[Points, np.ndarray]] = []
        self._collect(placed, self._main, pieces, depth=0)
        starts = np.cumsum([0] + [len(vertices) for vertices, _ in pieces])
        return RawMesh(
            name=self._name(placed),
            vertices_mm=np.concatenate([vertices for vertices, _ in pieces]) * self._scale_mm,
            faces=np.concatenate(
                [faces + start for (_, faces), start in zip(pieces, starts, strict=False)]
            ),
            copies=copies,
        )

    def _name(self, placed: Placed) -> str:
        one = self._object(placed, self._main)
        return self._names.get(placed.object_id, "").strip() or one.name

    def _object(self, placed: Placed, where: str) -> Object:
        found = self._package.model(placed.path or where).objects.get(placed.object_id)
        if found is None:
            raise self._damaged("an object is not in the file")
        return found

    def _collect(
        self,
        placed: Placed,
        where: str,
        pieces: list[tuple[Points, np.ndarray]],
        *,
        depth: int,
        outer: Transform | None = None,
    ) -> None:
        if depth > _DEEPEST_NESTING:
            raise self._damaged("its objects contain each other")
        one = self._object(placed, where)
        transform = placed.transform if outer is None else _then(placed.transform, outer)
        pieces.append((_moved(one.vertices, transform), self._faces(one, transform)))
        self._refuse_too_fine(sum(len(faces) for _, faces in pieces), len(pieces))
        for inner in one.components:
            self._collect(inner, placed.path or where, pieces, depth=depth + 1, outer=transform)

    def _faces(self, one: Object, transform: Transform) -> np.ndarray:
        if len(one.faces) and not (one.faces.min() >= 0 and one.faces.max() < len(one.vertices)):
            raise self._damaged("a face has corners that are not there")
        mirrored = np.linalg.det(transform[:3]) < 0
        return one.faces[:, ::-1] if mirrored else one.faces

    def _refuse_too_fine(self, triangles: int, pieces: int) -> None:
        limit = self._package.limits.triangles
        if triangles > limit or pieces > limit // 100:
            raise Unreadable(
                Trouble.MESH_TOO_FINE,
                file=self._package.file,
                triangles=triangles,
                limit=limit,
            )

    def _damaged(self, detail: str) -> Unreadable:
        return Unreadable(Trouble.MESH_DAMAGED, file=self._package.file, detail=detail)


def _moved(points: Points, transform: Transform) -> Points:
    with np.errstate(invalid="ignore", over="ignore"):  # what is no number is refused later
        return np.asarray(points @ transform[:3] + transform[3], dtype=np.float64)


def _then(inner: Transform, outer: Transform) -> Transform:
    with np.errstate(invalid="ignore", over="ignore"):
        return np.vstack([inner[:3] @ outer[:3], inner[3:] @ outer[:3] + outer[3]])
