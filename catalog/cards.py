"""What the chat shows of a part: its facts and its order lines, read in a few queries.

Frozen read models; changing anything is done elsewhere. Lines come by due date, open ones first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from catalog.files import FileKey
from catalog.look_alikes import KinCard, kin_cards
from catalog.orders import copies_found
from catalog.tables import Customer, OrderLine, Part, PartState

Row_co = TypeVar("Row_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCard:
    """One order line as it stands now."""

    id: int
    part_id: int
    customer: str | None
    order_reference: str
    quantity: int
    found: int
    due: date | None
    material: str
    note: str

    @property
    def is_open(self) -> bool:
        """Copies are still to be found."""
        return self.found < self.quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class PartCard:
    """One part with its lines, open ones first, then by due date, and its look-alikes."""

    id: int
    name: str
    state: PartState
    length_mm: float
    width_mm: float
    height_mm: float
    triangles: int
    closed: bool
    findings: tuple[Any, ...]
    file_name: str
    mesh_key: FileKey
    preview_key: FileKey | None
    sheet_key: FileKey | None
    lines: tuple[LineCard, ...]
    kin: tuple[KinCard, ...] = ()

    @property
    def line(self) -> LineCard | None:
        """The line that the next copy counts on; else the last one that was complete."""
        open_lines = [line for line in self.lines if line.is_open]
        if open_lines:
            return open_lines[0]
        return self.lines[-1] if self.lines else None

    @property
    def customer(self) -> str | None:
        """Whose the next copy is."""
        return self.line.customer if self.line else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Row_co]):
    """Some rows of a longer list; pages count from 0."""

    rows: tuple[Row_co, ...]
    number: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLine:
    """What is still to be found, with what is needed to recognise it."""

    line: LineCard
    part_name: str
    preview_key: FileKey | None


def part_cards(session: Session, part_ids: Iterable[int]) -> dict[int, PartCard]:
    """Cards of these parts, by id; parts that are gone are left out."""
    wanted = set(part_ids)
    lines = _lines_by_part(session, wanted)
    kin = kin_cards(session, wanted)
    rows = session.scalars(select(Part).where(Part.id.in_(wanted)))
    return {row.id: _part_card(row, lines.get(row.id, ()), kin.get(row.id, ())) for row in rows}


def part_card(session: Session, part_id: int) -> PartCard | None:
    """The card of one part."""
    return part_cards(session, [part_id]).get(part_id)


def line_card(session: Session, order_line_id: int) -> LineCard | None:
    """One order line as it stands now."""
    row = session.execute(_lines(OrderLine.id == order_line_id)).one_or_none()
    return None if row is None else _line_card(*row)


def parts_page(session: Session, *, search: str, number: int, size: int) -> Page[PartCard]:
    """Parts in use by name, those whose name or customer holds the text, in pages."""
    matching = select(Part.id).where(Part.state != PartState.RETIRED)
    if search:
        matching = matching.where(_mentions(search))
    total = session.scalars(select(func.count()).select_from(matching.subquery())).one()
    number = _within(number, total, size)
    ids = list(
        session.scalars(matching.order_by(Part.name, Part.id).offset(number * size).limit(size))
    )
    cards = part_cards(session, ids)
    rows = tuple(cards[part_id] for part_id in ids)
    return Page(rows=rows, number=number, pages=_pages(total, size), total=total)


def open_page(session: Session, *, number: int, size: int) -> Page[OpenLine]:
    """What is still to be found, by due date, in pages; what has no date comes last."""
    still_open = (
        OrderLine.cancelled_at.is_(None)
        & (copies_found() < OrderLine.quantity)
        & (Part.state != PartState.RETIRED)
    )
    joined = select(OrderLine.id).join(Part, Part.id == OrderLine.part_id).where(still_open)
    total = session.scalars(select(func.count()).select_from(joined.subquery())).one()
    number = _within(number, total, size)
    found = (
        _lines(still_open)
        .join(Part, Part.id == OrderLine.part_id)
        .add_columns(Part.name, Part.preview_key)
        .order_by(OrderLine.due.asc().nulls_last(), OrderLine.id)
        .offset(number * size)
        .limit(size)
    )
    rows = tuple(
        OpenLine(
            line=_line_card(line, customer, copies),
            part_name=name,
            preview_key=FileKey(preview) if preview else None,
        )
        for line, customer, copies, name, preview in session.execute(found)
    )
    return Page(rows=rows, number=number, pages=_pages(total, size), total=total)


def _mentions(search: str) -> ColumnElement[bool]:
    pattern = "%" + search.casefold().replace("\\", "").replace("%", "").replace("_", "\\_") + "%"
    by_customer = (
        select(OrderLine.part_id)
        .join(Customer, Customer.id == OrderLine.customer_id)
        .where(Customer.name_key.like(pattern, escape="\\"))
    )
    return or_(func.lower(Part.name).like(pattern, escape="\\"), Part.id.in_(by_customer))


def _lines_by_part(session: Session, part_ids: set[int]) -> dict[int, list[LineCard]]:
    by_part: dict[int, list[LineCard]] = {}
    found = _lines(OrderLine.part_id.in_(part_ids), OrderLine.cancelled_at.is_(None))
    for row in session.execute(found.order_by(OrderLine.due.asc().nulls_last(), OrderLine.id)):
        card = _line_card(*row)
        by_part.setdefault(card.part_id, []).append(card)
    for lines in by_part.values():
        lines.sort(key=lambda line: not line.is_open)  # stable: by due date within each
    return by_part


def _lines(*conditions: ColumnElement[bool]) -> Any:  # noqa: ANN401  # a Select of row, name, count
    return (
        select(OrderLine, Customer.name, copies_found())
        .outerjoin(Customer, Customer.id == OrderLine.customer_id)
        .where(*conditions)
    )


def _line_card(line: OrderLine, customer: str | None, found: int) -> LineCard:
    return LineCard(
        id=line.id,
        part_id=line.part_id,
        customer=customer,
        order_reference=line.order_reference,
        quantity=line.quantity,
        found=found,
        due=line.due,
        material=line.material,
        note=line.note,
    )


def _part_card(row: Part, lines: Sequence[LineCard], kin: tuple[KinCard, ...]) -> PartCard:
    return PartCard(
        id=row.id,
        name=row.name,
        state=row.state,
        length_mm=row.length_mm,
        width_mm=row.width_mm,
        height_mm=row.height_mm,
        triangles=row.triangles,
        closed=row.closed,
        findings=tuple(row.findings),
        file_name=row.file_name,
        mesh_key=FileKey(row.mesh_key),
        preview_key=FileKey(row.preview_key) if row.preview_key else None,
        sheet_key=FileKey(row.sheet_key) if row.sheet_key else None,
        lines=tuple(lines),
        kin=kin,
    )


def _pages(total: int, size: int) -> int:
    return max(1, -(-total // size))


def _within(number: int, total: int, size: int) -> int:
    return min(max(0, number), _pages(total, size) - 1)
