"""Rows of a small shop, for tests that read and count them."""

from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from catalog.people import Guest, enroll
from catalog.tables import (
    Candidate,
    Customer,
    OrderLine,
    Part,
    PartState,
    Role,
    Sighting,
    SightingOutcome,
    SightingPhoto,
)

NOON = datetime(2026, 12, 18, 12, 0, tzinfo=UTC)
KEY = "sha256/ab/ab"


def person(session: Session, name: str, *, telegram_id: int, role: Role = Role.WORKER) -> int:
    guest = Guest(telegram_id=telegram_id, name=name, language="en")
    return enroll(session, guest, role=role, now=NOON).id


def part(session: Session, name: str, *, state: PartState = PartState.READY) -> int:
    row = Part(
        name=name,
        state=state,
        file_key=KEY,
        file_name=f"{name}.stl",
        mesh_key=KEY,
        length_mm=42.0,
        width_mm=30.0,
        height_mm=12.0,
        preview_key=KEY,
        added_at=NOON,
    )
    session.add(row)
    session.flush()
    return row.id


def line(  # noqa: PLR0913  # a row's worth of facts
    session: Session,
    part_id: int,
    customer: str | None = None,
    *,
    reference: str = "",
    quantity: int = 1,
    due: date | None = None,
) -> int:
    whose = None
    if customer is not None:
        known = session.query(Customer).filter_by(name_key=customer.casefold()).one_or_none()
        whose = known or Customer(name=customer, name_key=customer.casefold())
        session.add(whose)
        session.flush()
    row = OrderLine(
        part_id=part_id,
        customer_id=None if whose is None else whose.id,
        order_reference=reference,
        quantity=quantity,
        due=due,
        created_at=NOON,
    )
    session.add(row)
    session.flush()
    return row.id


def sighting(
    session: Session, person_id: int, *part_ids: int, message_id: int = 1, chat_id: int = 5
) -> int:
    row = Sighting(
        person_id=person_id,
        chat_id=chat_id,
        nonce="n",
        created_at=NOON,
        decided_at=NOON,
        outcome=SightingOutcome.UNSURE,
        reason="not_sure",
    )
    session.add(row)
    session.flush()
    session.add(
        SightingPhoto(
            sighting_id=row.id, chat_id=chat_id, message_id=message_id, telegram_file_id="f"
        )
    )
    session.add_all(
        Candidate(
            sighting_id=row.id,
            rank=rank,
            part_id=part_id,
            probability=0.6 / rank,
            score=1.0,
            rotation=[1, 0, 0, 0, 1, 0, 0, 0, 1],
        )
        for rank, part_id in enumerate(part_ids, start=1)
    )
    session.flush()
    return row.id
