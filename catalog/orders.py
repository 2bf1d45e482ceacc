"""Who wants how many copies of a part, and which line the next copy counts on.

A line is one part for one customer under one order reference; ordered again, it is updated, so that
importing an order book twice orders nothing twice. Copies found are counted from standing verdicts.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from catalog.order_fields import OrderDetails
from catalog.tables import Customer, OrderLine, Part, Verdict


@dataclass(frozen=True, slots=True)
class KnownCustomer:
    """A customer and the id that buttons carry."""

    id: int
    name: str


def find_or_add_customer(session: Session, name: str) -> int:
    """The customer of this name, whatever its case; added when there is none.

    Raises:
        ValueError: the name is blank.
    """
    shown = " ".join(name.split())
    if not shown:
        raise ValueError("a customer without a name")
    key = shown.casefold()
    same = select(Customer.id).where(Customer.name_key == key)
    known = session.scalars(same).one_or_none()
    if known is not None:
        return known
    row = Customer(name=shown, name_key=key)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # added by another process a moment ago
        return session.scalars(same).one()
    return row.id


def add_order_line(session: Session, part_id: int, *, order: OrderDetails, now: datetime) -> int:
    """Order copies of a part; the same customer and reference again update their line.

    What the order does not say is left as it is; a new line is of one copy then.
    """
    customer_id = find_or_add_customer(session, order.customer) if order.customer else None
    known = _same_line(session, part_id, customer_id, order.order or "")
    if known is not None:
        return _updated(known, order)
    row = OrderLine(
        part_id=part_id,
        customer_id=customer_id,
        order_reference=order.order or "",
        quantity=order.quantity or 1,
        due=order.due,
        material=order.material or "",
        note=order.note or "",
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # ordered by another process a moment ago
        known = _same_line(session, part_id, customer_id, order.order or "")
        if known is None:
            raise
        return _updated(known, order)
    return row.id


def set_customer(session: Session, order_line_id: int, customer_id: int) -> int:
    """Say whose a line is; the id of the line that stands for it now.

    When that customer has a line of the same reference already, that one is updated, as if the
    order had been written with its customer from the start.
    """
    row = session.get_one(OrderLine, order_line_id)
    if row.customer_id == customer_id:
        return row.id
    twin = _same_line(session, row.part_id, customer_id, row.order_reference)
    if twin is None:
        row.customer_id = customer_id
        session.flush()
        return row.id
    for verdict in session.scalars(select(Verdict).where(Verdict.order_line_id == row.id)):
        verdict.order_line_id = twin.id
    written = OrderDetails(quantity=row.quantity, due=row.due, material=row.material, note=row.note)
    session.flush()
    session.delete(row)
    return _updated(twin, written)


def open_line_for(session: Session, part_id: int) -> int | None:
    """The line on which the next copy counts: of those not complete, the one due first.

    Holds the part's row until the transaction ends, so that two copies confirmed at the same
    moment cannot both be the last one.
    """
    session.execute(select(Part.id).where(Part.id == part_id).with_for_update())
    return session.scalars(
        select(OrderLine.id)
        .where(
            OrderLine.part_id == part_id,
            OrderLine.cancelled_at.is_(None),
            copies_found() < OrderLine.quantity,
        )
        .order_by(OrderLine.due.asc().nulls_last(), OrderLine.id)
        .limit(1)
    ).one_or_none()


def wanted_parts(session: Session) -> frozenset[int]:
    """The parts of which copies are still to be found, for whomever."""
    return frozenset(
        session.scalars(
            select(OrderLine.part_id).where(
                OrderLine.cancelled_at.is_(None), copies_found() < OrderLine.quantity
            )
        )
    )


def copies_found() -> ColumnElement[int]:
    """Copies of an order line that people confirmed, for use beside OrderLine in a query."""
    return (
        select(func.count())
        .select_from(Verdict)
        .where(Verdict.order_line_id == OrderLine.id, Verdict.undone_at.is_(None))
        .correlate(OrderLine)
        .scalar_subquery()
    )


def material_of(session: Session, part_id: int) -> str:
    """What the part was last ordered in; "" when nobody said."""
    latest = session.scalars(
        select(OrderLine.material)
        .where(OrderLine.part_id == part_id, OrderLine.material != "")
        .order_by(OrderLine.id.desc())
        .limit(1)
    ).one_or_none()
    return latest or ""


def recent_customers(session: Session, limit: int) -> list[KnownCustomer]:
    """Customers by their latest order, newest first."""
    latest = func.max(OrderLine.id)
    rows = session.execute(
        select(Customer.id, Customer.name)
        .join(OrderLine, OrderLine.customer_id == Customer.id)
        .group_by(Customer.id, Customer.name)
        .order_by(latest.desc())
        .limit(limit)
    )
    return [KnownCustomer(row.id, row.name) for row in rows]


def _same_line(
    session: Session, part_id: int, customer_id: int | None, reference: str
) -> OrderLine | None:
    whose = (
        OrderLine.customer_id.is_(None)
        if customer_id is None
        else OrderLine.customer_id == customer_id
    )
    return session.scalars(
        select(OrderLine)
        .where(OrderLine.part_id == part_id, OrderLine.order_reference == reference, whose)
        .order_by(OrderLine.id)
        .limit(1)
    ).one_or_none()


def _updated(line: OrderLine, order: OrderDetails) -> int:
    line.quantity = order.quantity or line.quantity
    line.due = order.due or line.due
    line.material = order.material or line.material
    line.note = order.note or line.note
    line.cancelled_at = None
    return line.id
