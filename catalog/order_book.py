"""Read an order book: a CSV with a row for each part and what is ordered of it.

Knows text only. Columns may come in any order, in English or Spanish, and most may be missing;
others are ignored. Comma, semicolon or tab; UTF-8 with or without its mark, UTF-16, or what Excel
writes in the West. A bad row is refused with its line and does not stop the others.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO

from catalog.order_fields import OrderDetails, OrderField, details_from, field_named
from catalog.unreadable import Trouble, Unreadable

ROWS_MAX = 100_000

_PART_WORDS = frozenset({"part", "pieza", "parte", "file", "archivo", "name", "nombre"})
_DELIMITERS = ",;\t|"
_SHOWN_CHARACTERS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderBookRow:
    """One part and its order; line counts from 1, the header's."""

    line: int
    part: str
    details: OrderDetails


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """One row that cannot be read, and why."""

    line: int
    part: str
    reason: Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderBook:
    """All rows of an order book, those that can be read and those that cannot."""

    rows: tuple[OrderBookRow, ...]
    refused: tuple[RefusedRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    part: int
    fields: dict[int, OrderField]


def read_order_book(content: bytes) -> OrderBook:
    """Read a CSV.

    Raises:
        Unreadable: no text, empty, without a column of parts, too long.
    """
    lines = _rows(_text(content))
    _, header = next(lines, (0, []))
    if not header:
        raise Unreadable(Trouble.BOOK_EMPTY)
    columns = _columns(header)
    rows: list[OrderBookRow] = []
    refused: list[RefusedRow] = []
    for line, cells in lines:
        if len(rows) + len(refused) >= ROWS_MAX:
            raise Unreadable(Trouble.BOOK_TOO_LONG, limit=ROWS_MAX)
        _sort_in(line, cells, columns, rows, refused)
    return OrderBook(rows=tuple(rows), refused=tuple(refused))


def _sort_in(
    line: int,
    cells: Sequence[str],
    columns: _Columns,
    rows: list[OrderBookRow],
    refused: list[RefusedRow],
) -> None:
    part = _cell(cells, columns.part).strip().replace("\\", "/")
    texts = {field: _cell(cells, at) for at, field in columns.fields.items()}
    try:
        if not part:
            raise Unreadable(Trouble.BOOK_ROW_WITHOUT_PART)
        rows.append(OrderBookRow(line=line, part=part, details=details_from(texts)))
    except Unreadable as reason:
        refused.append(RefusedRow(line=line, part=part, reason=reason))


def _cell(cells: Sequence[str], at: int) -> str:
    return cells[at] if at < len(cells) else ""


def _text(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Unreadable(Trouble.BOOK_NOT_TEXT)


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text))
    while True:
        before = reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as cause:
            raise Unreadable(Trouble.BOOK_DAMAGED, line=before + 1) from cause
        if any(cell.strip() for cell in cells):
            yield before + 1, cells


def _delimiter(text: str) -> str:
    header = next((line for line in text.splitlines() if line.strip()), "")
    return max(_DELIMITERS, key=header.count)


def _columns(header: Sequence[str]) -> _Columns:
    names = ["_".join(name.casefold().split()) for name in header]
    part = next((at for at, name in enumerate(names) if name in _PART_WORDS), None)
    if part is None:
        shown = ", ".join(name.strip() for name in header)[:_SHOWN_CHARACTERS]
        raise Unreadable(Trouble.BOOK_WITHOUT_PART_COLUMN, columns=shown)
    fields: dict[int, OrderField] = {}
    for at, name in enumerate(header):
        field = field_named(name)
        if field is not None and field not in fields.values() and at != part:
            fields[at] = field
    return _Columns(part=part, fields=fields)
