"""People's word on a sighting, and the copy it counts.

One verdict at most stands for a sighting, and for a photo: the same picture asked about twice
(/whois in reply to an answered one) is still one print. The partial unique index says it again for
two people who press at the same moment. Copies are counted from standing verdicts.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from catalog.confirmed import forget_confirmed
from catalog.orders import copies_found, open_line_for
from catalog.tables import OrderLine, Part, Person, SightingPhoto, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The order line on which a copy counts, and how it stands now."""

    order_line_id: int
    found: int
    quantity: int
    order_reference: str
    #: All copies of this line are found.
    line_complete: bool
    #: All lines of this customer and reference are complete; never so without a reference.
    order_complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A verdict was recorded.

    Attributes:
        counted: None when nothing was open for this part, or when it was none of them.
    """

    verdict_id: int
    part_id: int | None
    counted: Counted | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlreadySaid:
    """A verdict stands already, this one changed nothing."""

    part_id: int | None
    part_name: str | None
    person_id: int
    person_name: str
    said_at: datetime


def say(
    session: Session, *, sighting_id: int, part_id: int | None, person_id: int, now: datetime
) -> Said | AlreadySaid:
    """Record what a person says a sighting is (None: none of the candidates) and count a copy."""
    standing = _standing(session, sighting_id)
    if standing is not None:
        return _already(session, standing)
    line_id = None if part_id is None else open_line_for(session, part_id)
    row = Verdict(
        sighting_id=sighting_id,
        part_id=part_id,
        order_line_id=line_id,
        person_id=person_id,
        said_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # somebody pressed a moment ago, in another process
        standing = _standing(session, sighting_id)
        if standing is None:
            raise
        return _already(session, standing)
    counted = None if line_id is None else _counted(session, line_id)
    return Said(verdict_id=row.id, part_id=part_id, counted=counted)


def undo(session: Session, *, sighting_id: int, person_id: int, now: datetime) -> int | None:
    """Take the standing verdict of a sighting back; its part's id, None when none stands."""
    row = _standing(session, sighting_id)
    if row is None:
        return None
    row.undone_at, row.undone_by = now, person_id
    forget_confirmed(session, row.id)
    session.flush()
    return row.part_id


def standing_verdict(session: Session, sighting_id: int) -> AlreadySaid | None:
    """What was said about a sighting and not taken back."""
    row = _standing(session, sighting_id)
    return None if row is None else _already(session, row)


def _standing(session: Session, sighting_id: int) -> Verdict | None:
    mine, same = aliased(SightingPhoto), aliased(SightingPhoto)
    twins = (
        select(same.sighting_id)
        .join(mine, (mine.chat_id == same.chat_id) & (mine.message_id == same.message_id))
        .where(mine.sighting_id == sighting_id)
    )
    return session.scalars(
        select(Verdict)
        .where(
            (Verdict.sighting_id == sighting_id) | Verdict.sighting_id.in_(twins),
            Verdict.undone_at.is_(None),
        )
        .order_by(Verdict.id)
        .limit(1)
    ).one_or_none()


def _already(session: Session, row: Verdict) -> AlreadySaid:
    part = None if row.part_id is None else session.get_one(Part, row.part_id)
    return AlreadySaid(
        part_id=row.part_id,
        part_name=part.name if part else None,
        person_id=row.person_id,
        person_name=session.get_one(Person, row.person_id).name,
        said_at=row.said_at,
    )


def _counted(session: Session, line_id: int) -> Counted:
    line, found = session.execute(
        select(OrderLine, copies_found()).where(OrderLine.id == line_id)
    ).one()
    return Counted(
        order_line_id=line.id,
        found=found,
        quantity=line.quantity,
        order_reference=line.order_reference,
        line_complete=found >= line.quantity,
        order_complete=_is_order_complete(session, line),
    )


def _is_order_complete(session: Session, line: OrderLine) -> bool:
    if not line.order_reference or line.customer_id is None:
        return False
    missing = session.scalars(
        select(OrderLine.id)
        .where(
            OrderLine.customer_id == line.customer_id,
            OrderLine.order_reference == line.order_reference,
            OrderLine.cancelled_at.is_(None),
            copies_found() < OrderLine.quantity,
        )
        .limit(1)
    ).first()
    return missing is None
