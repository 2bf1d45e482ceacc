"""Change what was ordered of a part, as an admin writes it under the part.

Which line is meant: the one of the customer and reference that are named; else the only one there
is. What names neither and finds several changes the one that the next copy counts on.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from catalog.cards import part_card
from catalog.order_fields import OrderDetails
from catalog.orders import add_order_line, find_or_add_customer, set_customer
from catalog.tables import OrderLine


def change_order(session: Session, part_id: int, order: OrderDetails, *, now: datetime) -> int:
    """Change a line of a part, or add one; the id of the line."""
    line_id = _meant(session, part_id, order)
    if line_id is None:
        return add_order_line(session, part_id, order=order, now=now)
    row = session.get_one(OrderLine, line_id)
    row.quantity = order.quantity or row.quantity
    row.due = order.due or row.due
    row.material = order.material or row.material
    row.note = order.note or row.note
    row.order_reference = order.order or row.order_reference
    session.flush()
    if order.customer is None:
        return line_id
    return set_customer(session, line_id, find_or_add_customer(session, order.customer))


def _meant(session: Session, part_id: int, order: OrderDetails) -> int | None:
    card = part_card(session, part_id)
    if card is None or card.line is None:
        return None
    key = order.customer.casefold() if order.customer else None
    for line in card.lines:
        same_customer = key is None or key == (line.customer or "").casefold()
        same_reference = order.order is None or order.order == line.order_reference
        if same_customer and same_reference and (key or order.order):
            return line.id
    if len(card.lines) == 1:
        return card.line.id
    return None if key or order.order else card.line.id
