"""Walk the rows of a PLY body: numbers from text or from bytes, lists as fans of triangles.

Knows what the header promised and nothing of meshes. Rows of plain triangles, nearly all there
are, are read as one table; only mixed polygons are walked one by one.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

SCALARS = {
    "char": "i1",
    "uchar": "u1",
    "short": "i2",
    "ushort": "u2",
    "int": "i4",
    "uint": "u4",
    "int8": "i1",
    "uint8": "u1",
    "int16": "i2",
    "uint16": "u2",
    "int32": "i4",
    "uint32": "u4",
    "float": "f4",
    "double": "f8",
    "float32": "f4",
    "float64": "f8",
}
_INDEX_NAMES = frozenset({"vertex_indices", "vertex_index"})
_CORNERS_OF_A_FACE = 3

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """One column of an element; count_scalar is the type of a list's length."""

    name: str
    scalar: str
    count_scalar: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One kind of row, as the header promises it."""

    name: str
    count: int
    properties: tuple[Property, ...]

    def lists(self) -> int:
        return sum(one.count_scalar is not None for one in self.properties)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """An element as read: scalar columns by name, the index list as triangles (T, 3)."""

    columns: dict[str, Numbers]
    triangles: NDArray[np.int64]


class EndsEarly(Exception):
    """The body ends before the rows do; so many rows are whole."""

    def __init__(self, rows: int) -> None:
        super().__init__(rows)
        self.rows = rows


class Cursor(Protocol):
    """A place in the body."""

    def take(self, scalar: str, count: int) -> Numbers:
        """The next numbers of one type; raises EndsEarly(0)."""
        ...

    def table(self, scalars: list[str], rows: int) -> Numbers:
        """The next rows of fixed columns, (rows, columns); raises EndsEarly(whole rows)."""
        ...

    def go_back(self, scalars: list[str], rows: int) -> None:
        """Undo a table."""
        ...


class NumberCursor:
    """Walks numbers that were text."""

    def __init__(self, numbers: Numbers) -> None:
        self._numbers, self._at = numbers, 0

    def take(self, scalar: str, count: int) -> Numbers:  # noqa: ARG002 -- text has no types
        found = self._numbers[self._at : self._at + count]
        if len(found) < count:
            raise EndsEarly(0)
        self._at += count
        return found

    def table(self, scalars: list[str], rows: int) -> Numbers:
        wanted, there = rows * len(scalars), len(self._numbers) - self._at
        if wanted > there:
            raise EndsEarly(there // len(scalars))
        found = self._numbers[self._at : self._at + wanted]
        self._at += wanted
        return np.asarray(np.reshape(found, (rows, len(scalars))), dtype=np.float64)

    def go_back(self, scalars: list[str], rows: int) -> None:
        self._at -= rows * len(scalars)


class ByteCursor:
    """Walks binary numbers of one byte order."""

    def __init__(self, body: bytes, order: str) -> None:
        self._body, self._order, self._at = body, order, 0

    def take(self, scalar: str, count: int) -> Numbers:
        kind = np.dtype(self._order + scalar)
        if self._at + count * kind.itemsize > len(self._body):
            raise EndsEarly(0)
        found = np.frombuffer(self._body, kind, count, self._at)
        self._at += count * kind.itemsize
        return _widened(found)

    def table(self, scalars: list[str], rows: int) -> Numbers:
        kind = self._row(scalars)
        whole = (len(self._body) - self._at) // max(1, kind.itemsize)
        if rows > whole:
            raise EndsEarly(whole)
        found = np.frombuffer(self._body, kind, rows, self._at) if kind.itemsize else None
        self._at += rows * kind.itemsize
        columns = [] if found is None else [_widened(found[name]) for name in kind.names or ()]
        return np.stack(columns, axis=1) if columns else np.zeros((rows, 0))

    def go_back(self, scalars: list[str], rows: int) -> None:
        self._at -= rows * self._row(scalars).itemsize

    def _row(self, scalars: list[str]) -> np.dtype[np.void]:
        return np.dtype([(f"c{n}", self._order + scalar) for n, scalar in enumerate(scalars)])


def _widened(numbers: NDArray[np.generic]) -> Numbers:
    with np.errstate(invalid="ignore"):  # some bytes are numbers that trap when they are copied
        return numbers.astype(np.float64)


def read_rows(cursor: Cursor, element: Element) -> Rows:
    """Read all rows of one element.

    Raises:
        EndsEarly: the body ends first.
    """
    if element.lists() == 0:
        return _scalars(cursor, element)
    if element.lists() == 1:
        triangles = _plain_triangles(cursor, element)
        if triangles is not None:
            return triangles
    return _walked(cursor, element)


def _scalars(cursor: Cursor, element: Element) -> Rows:
    table = cursor.table([one.scalar for one in element.properties], element.count)
    columns = {one.name: table[:, n] for n, one in enumerate(element.properties)}
    return Rows(columns=columns, triangles=np.zeros((0, 3), dtype=np.int64))


def _plain_triangles(cursor: Cursor, element: Element) -> Rows | None:
    """The rows as one table if each list holds three numbers, else None and nothing taken."""
    scalars: list[str] = []
    at = 0
    for one in element.properties:
        if one.count_scalar is not None:
            at = len(scalars)
            scalars += [one.count_scalar] + [one.scalar] * _CORNERS_OF_A_FACE
        else:
            scalars.append(one.scalar)
    try:
        table = cursor.table(scalars, element.count)
    except EndsEarly:
        return None
    if not (table[:, at] == _CORNERS_OF_A_FACE).all():
        cursor.go_back(scalars, element.count)
        return None
    name = next(one.name for one in element.properties if one.count_scalar is not None)
    corners = table[:, at + 1 : at + 4] if name in _INDEX_NAMES else np.zeros((0, 3))
    return Rows(columns={}, triangles=_indices(corners))


def _walked(cursor: Cursor, element: Element) -> Rows:
    fans: list[Numbers] = []
    for row in range(element.count):
        try:
            fans += [_fan(corners) for corners in _lists(cursor, element)]
        except EndsEarly:
            raise EndsEarly(row) from None
    triangles = np.concatenate(fans) if fans else np.zeros((0, 3))
    return Rows(columns={}, triangles=_indices(triangles))


def _lists(cursor: Cursor, element: Element) -> list[Numbers]:
    found: list[Numbers] = []
    for one in element.properties:
        if one.count_scalar is None:
            cursor.take(one.scalar, 1)
            continue
        length = cursor.take(one.count_scalar, 1)[0]
        if not 0 <= length < np.iinfo(np.int32).max:
            raise EndsEarly(0)
        corners = cursor.take(one.scalar, int(length))
        if one.name in _INDEX_NAMES and len(corners) >= _CORNERS_OF_A_FACE:
            found.append(corners)
    return found


def _fan(corners: Numbers) -> Numbers:
    first = np.full(len(corners) - 2, corners[0])
    return np.stack([first, corners[1:-1], corners[2:]], axis=1)


def _indices(corners: Numbers) -> NDArray[np.int64]:
    """As whole numbers; what is no index becomes -1, which is out of range for all."""
    sound = np.isfinite(corners) & (np.abs(corners) < np.iinfo(np.int32).max)
    return np.where(sound, corners, -1).astype(np.int64)
