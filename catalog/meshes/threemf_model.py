"""Parse one .model file of a 3MF: objects, their components, and what the build places.

Knows XML and nothing of zips. Entities, DTDs and the network stay off. Elements are cleared as
they pass, so that memory follows the mesh and not the XML.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO

import numpy as np
from lxml import etree
from numpy.typing import NDArray

from catalog.meshes.shapes import Points
from catalog.unreadable import Trouble, Unreadable

Transform = NDArray[np.float64]
"""(4, 3), row vectors: p' = [p, 1] @ transform, as 3MF writes it."""

_TRANSFORM_NUMBERS = 12
_NAME_CHARACTERS = 200
_COUNTLESS = frozenset({"vertex", "triangle"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """One object put somewhere: by another object, or by the build.

    Attributes:
        path: the model file that holds the object, None for the file that says so.
    """

    object_id: str
    path: str | None
    transform: Transform
    printable: bool = True


@dataclass(slots=True, kw_only=True)
class Object:
    """A mesh, or an assembly of other objects."""

    name: str
    kind: str
    vertices: Points
    faces: NDArray[np.int64]
    components: list[Placed]


@dataclass(slots=True, kw_only=True)
class Model:
    """One .model file."""

    unit: str = "millimeter"
    objects: dict[str, Object] = field(default_factory=dict)
    items: list[Placed] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class _Reading:
    """What of the current object has passed so far."""

    vertices: list[float] = field(default_factory=list)
    faces: list[int] = field(default_factory=list)
    components: list[Placed] = field(default_factory=list)


def read_model(content: bytes, file: str, *, triangle_limit: int) -> Model:
    """Parse one .model file.

    Raises:
        Unreadable: no XML, a number that is none, more triangles than the limit.
    """
    model, reading = Model(), _Reading()
    try:
        for tag, element in _elements(content):
            _take(tag, element, model, reading)
            if len(reading.faces) > 3 * triangle_limit:
                raise Unreadable(
                    Trouble.MESH_TOO_FINE,
                    file=file,
                    triangles=len(reading.faces) // 3,
                    limit=triangle_limit,
                )
    except etree.XMLSyntaxError as cause:
        raise _damaged("its XML ends early or is broken", file) from cause
    except (ValueError, KeyError, OverflowError) as cause:
        raise _damaged("a number or a name is missing in its XML", file) from cause
    return model


def read_names(content: bytes) -> Mapping[str, str]:
    """The names that slicers keep beside the model, by object id; nothing if unreadable."""
    names: dict[str, str] = {}
    try:
        for tag, element in _elements(content):
            if tag == "object":
                found = [
                    child.get("value") or child.text or ""
                    for child in element
                    if child.get("key") == "name"
                ]
                names.update({element.get("id", ""): name for name in found[:1] if name.strip()})
    except etree.XMLSyntaxError:
        return {}
    return names


def _elements(content: bytes) -> Iterator[tuple[str, etree._Element]]:
    """Every element at its end, by local name; the root also at its start, as "unit"."""
    events = etree.iterparse(
        BytesIO(content),
        events=("start", "end"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    for event, element in events:
        tag = str(element.tag).rpartition("}")[2]
        if event == "end":
            yield tag, element
            if tag != "metadata":
                element.clear(keep_tail=False)
            if tag in _COUNTLESS:
                _forget_earlier(element)
        elif tag == "model":
            yield "unit", element


def _forget_earlier(element: etree._Element) -> None:
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _take(tag: str, element: etree._Element, model: Model, reading: _Reading) -> None:
    attributes = element.attrib
    match tag:
        case "vertex":
            reading.vertices += [float(attributes[axis]) for axis in ("x", "y", "z")]
        case "triangle":
            reading.faces += [int(attributes[corner]) for corner in ("v1", "v2", "v3")]
        case "component":
            reading.components.append(_placed(element))
        case "object":
            model.objects[str(attributes["id"])] = _object(element, reading)
            reading.vertices, reading.faces, reading.components = [], [], []
        case "item":
            model.items.append(_placed(element))
        case "unit":
            model.unit = str(attributes.get("unit", "millimeter"))


def _object(element: etree._Element, reading: _Reading) -> Object:
    return Object(
        name=str(element.get("name", ""))[:_NAME_CHARACTERS].strip(),
        kind=str(element.get("type", "model")),
        vertices=np.array(reading.vertices, dtype=np.float64).reshape(-1, 3),
        faces=np.array(reading.faces, dtype=np.int64).reshape(-1, 3),
        components=reading.components,
    )


def _placed(element: etree._Element) -> Placed:
    paths = [str(v) for k, v in element.attrib.items() if str(k).rpartition("}")[2] == "path"]
    printable = [str(v) for k, v in element.attrib.items() if str(k).endswith("printable")]
    return Placed(
        object_id=str(element.attrib["objectid"]),
        path=paths[0].strip("/").lower() if paths else None,
        transform=_transform(str(element.get("transform", ""))),
        printable=printable != ["0"],
    )


def _transform(text: str) -> Transform:
    numbers = [float(word) for word in text.split()]
    if not numbers:
        return np.vstack([np.eye(3), np.zeros((1, 3))])
    if len(numbers) != _TRANSFORM_NUMBERS:
        raise ValueError(text)
    return np.array(numbers).reshape(4, 3)


def _damaged(detail: str, file: str) -> Unreadable:
    return Unreadable(Trouble.MESH_DAMAGED, file=file, detail=detail)
