"""How the shop is doing: queues, the longest wait, what was given up.

Read models for admins. The disk is the caller's to look at: files may lie in a bucket.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.tables import (
    Delivery,
    DeliveryState,
    Job,
    JobKind,
    JobState,
    Part,
    PartState,
    Queue,
    Update,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueHealth:
    """One queue: how many wait and run, and how long the oldest has been waiting."""

    queue: Queue
    waiting: int
    running: int
    oldest_waiting: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """One job that was given up, with what the logs know of it."""

    job_id: int
    kind: JobKind
    reason: str
    detail: str
    settled_at: datetime
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The shop at a glance."""

    queues: tuple[QueueHealth, ...]
    given_up: tuple[GivenUp, ...]
    given_up_total: int
    parts_ready: int
    updates_waiting: int
    updates_failed: int
    deliveries_waiting: int


def health(session: Session, *, now: datetime, limit: int) -> Health:
    """Look at the shop; the latest given-up jobs first."""
    return Health(
        queues=tuple(_queue(session, queue, now) for queue in Queue),
        given_up=_given_up(session, limit),
        given_up_total=_count(session, Job.id, Job.state == JobState.GIVEN_UP),
        parts_ready=_count(session, Part.id, Part.state == PartState.READY),
        updates_waiting=_count(session, Update.update_id, Update.handled_at.is_(None)),
        updates_failed=_count(session, Update.update_id, Update.failure.is_not(None)),
        deliveries_waiting=_count(session, Delivery.id, Delivery.state == DeliveryState.WAITING),
    )


def _queue(session: Session, queue: Queue, now: datetime) -> QueueHealth:
    waiting = (Job.queue == queue) & (Job.state == JobState.QUEUED)
    # a run of fine-tuning stands in line again and again, for an hour, and delays nobody
    passing = waiting & (Job.kind != JobKind.TUNE)
    oldest = session.scalars(select(func.min(Job.created_at)).where(passing)).one()
    return QueueHealth(
        queue=queue,
        waiting=_count(session, Job.id, waiting),
        running=_count(session, Job.id, (Job.queue == queue) & (Job.state == JobState.RUNNING)),
        oldest_waiting=None if oldest is None else now - oldest,
    )


def _given_up(session: Session, limit: int) -> tuple[GivenUp, ...]:
    rows = session.execute(
        select(Job, Part.name)
        .outerjoin(Part, Part.id == Job.part_id)
        .where(Job.state == JobState.GIVEN_UP)
        .order_by(Job.settled_at.desc(), Job.id.desc())
        .limit(limit)
    )
    return tuple(
        GivenUp(
            job_id=job.id,
            kind=job.kind,
            reason=job.reason or "",
            detail=job.detail or "",
            settled_at=job.settled_at or job.created_at,
            about=part or str(job.facts.get("file_name", "")),
        )
        for job, part in rows
    )


def _count(session: Session, column: object, condition: object) -> int:
    counted = select(func.count(column)).where(condition)  # type: ignore[arg-type]
    return session.scalars(counted).one()
