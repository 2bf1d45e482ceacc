"""What people must be told: written with what it tells, delivered at least once.

A delivery edits one message, so telling twice changes nothing. Knows no sentence and no Telegram:
kinds and facts are words that the conversation owns. All instants are aware UTC and handed in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from catalog.tables import Delivery, DeliveryState, Job


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """Something to tell in a chat.

    Attributes:
        job_id: the job it ends; None when no job stands behind it.
        facts: what its sentence needs beyond what the tables know; JSON.
    """

    kind: str
    chat_id: int
    job_id: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingDelivery:
    """A delivery that this process may send until its lease runs out.

    Attributes:
        attempts: counted from 1, this one included.
        status_message_id: the message to be turned into this one; None: send a new one.
    """

    id: int
    kind: str
    chat_id: int
    facts: Mapping[str, Any]
    attempts: int
    created_at: datetime
    job_id: int | None
    person_id: int | None
    sighting_id: int | None
    part_id: int | None
    status_message_id: int | None


def write_delivery(session: Session, delivery: NewDelivery, *, now: datetime) -> int:
    """Put something into the outbox; of one job and kind there is one, written again it is kept."""
    there = select(Delivery.id).where(
        Delivery.job_id == delivery.job_id, Delivery.kind == delivery.kind
    )
    if delivery.job_id is not None and (known := session.scalars(there).one_or_none()):
        return known
    row = Delivery(
        job_id=delivery.job_id,
        kind=delivery.kind,
        chat_id=delivery.chat_id,
        facts=dict(delivery.facts),
        state=DeliveryState.WAITING,
        created_at=now,
        not_before=now,
    )
    session.add(row)
    session.flush()
    return row.id


def take_deliveries(
    session: Session, *, now: datetime, lease: timedelta, limit: int
) -> list[WaitingDelivery]:
    """Take what waits longest; other processes leave it alone until the lease runs out."""
    free = or_(Delivery.lease_until.is_(None), Delivery.lease_until < now)
    waiting = (
        select(Delivery.id)
        .where(Delivery.state == DeliveryState.WAITING, Delivery.not_before <= now, free)
        .order_by(Delivery.not_before, Delivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True)  # SQLite: BEGIN IMMEDIATE holds everybody off
    )
    ids = list(session.scalars(waiting))
    session.execute(
        update(Delivery)
        .where(Delivery.id.in_(ids))
        .values(lease_until=now + lease, attempts=Delivery.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    return [_taken(session, delivery_id) for delivery_id in ids]


def mark_sent(session: Session, delivery_id: int, *, message_id: int | None, now: datetime) -> None:
    """It was told, in this message."""
    _change(
        session,
        delivery_id,
        state=DeliveryState.SENT,
        sent_at=now,
        message_id=message_id,
        lease_until=None,
    )


def put_off(session: Session, delivery_id: int, *, until: datetime) -> None:
    """Try again later, as Telegram asks or because it could not be reached."""
    _change(session, delivery_id, not_before=until, lease_until=None)


def mark_undeliverable(session: Session, delivery_id: int, *, now: datetime) -> None:
    """The chat is gone or the bot was blocked; nobody will try again."""
    _change(session, delivery_id, state=DeliveryState.UNDELIVERABLE, sent_at=now, lease_until=None)


def was_written(session: Session, delivery: NewDelivery) -> bool:
    """Whether the same was ever put into the outbox for that chat."""
    told = session.scalars(
        select(Delivery.facts).where(
            Delivery.kind == delivery.kind, Delivery.chat_id == delivery.chat_id
        )
    )
    return any(facts == dict(delivery.facts) for facts in told)


def written_since(session: Session, kind: str, *, chat_id: int, since: datetime) -> bool:
    """Whether something of this kind was put into the outbox for a chat lately."""
    lately = select(Delivery.id).where(
        Delivery.kind == kind, Delivery.chat_id == chat_id, Delivery.created_at >= since
    )
    return session.scalars(lately.limit(1)).first() is not None


def deliver_again(session: Session, job_id: int) -> bool:
    """Tell what a job told once more, its message was written over; False: not told yet."""
    changed = session.execute(
        update(Delivery)
        .where(Delivery.job_id == job_id, Delivery.state == DeliveryState.SENT)
        .values(state=DeliveryState.WAITING, sent_at=None, attempts=0)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    return bool(changed.all())


def next_delivery_at(session: Session) -> datetime | None:
    """When the next waiting delivery may be sent; None when there is none."""
    return session.scalars(
        select(Delivery.not_before)
        .where(Delivery.state == DeliveryState.WAITING)
        .order_by(Delivery.not_before)
        .limit(1)
    ).one_or_none()


def _taken(session: Session, delivery_id: int) -> WaitingDelivery:
    row = session.get_one(Delivery, delivery_id, populate_existing=True)
    job = session.get(Job, row.job_id) if row.job_id is not None else None
    return WaitingDelivery(
        id=row.id,
        kind=row.kind,
        chat_id=row.chat_id,
        facts=row.facts,
        attempts=row.attempts,
        created_at=row.created_at,
        job_id=row.job_id,
        person_id=job.person_id if job else None,
        sighting_id=job.sighting_id if job else None,
        part_id=job.part_id if job else None,
        status_message_id=job.status_message_id if job else None,
    )


def _change(session: Session, delivery_id: int, **values: Any) -> None:  # noqa: ANN401  # columns of one row
    session.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.state == DeliveryState.WAITING)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
