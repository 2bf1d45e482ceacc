"""Take a job for a while, hold it, settle it once.

Each change is one guarded UPDATE, so that of two workers, or a worker and the sweeper, one wins and
the other is told. An attempt is counted before its work starts, also one that kills its worker.
Knows no broker and no pixels. All instants are aware UTC and handed in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from catalog.errors import Fault
from catalog.jobs import ATTEMPTS_MAX, is_due
from catalog.tables import Job, JobKind, JobState

_DETAIL_CHARACTERS = 4_000


class LeaseLost(Fault):
    """Somebody else has the job, or it is settled; what this worker found must not be kept."""

    def __init__(self, job_id: int, holder: str) -> None:
        super().__init__(job_id, holder)
        self.job_id, self.holder = job_id, holder

    def __str__(self) -> str:
        return f"job {self.job_id} is no longer held by {self.holder}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeasedJob:
    """A job that one worker may do until its lease runs out.

    Attributes:
        attempt: counted from 1, before the work starts.
    """

    id: int
    kind: JobKind
    holder: str
    attempt: int
    sighting_id: int | None
    part_id: int | None
    parent_id: int | None
    facts: Mapping[str, Any]
    person_id: int | None
    chat_id: int | None
    status_message_id: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a job is given up: a code the chat has a sentence for, and what the logs know."""

    reason: str
    detail: str = ""


def take_lease(
    session: Session, job_id: int, *, holder: str, now: datetime, lease: timedelta
) -> LeasedJob | None:
    """Take a due job and count the attempt; None: not due, taken, settled or exhausted."""
    taken = session.execute(
        update(Job)
        .where(Job.id == job_id, Job.attempts < ATTEMPTS_MAX, is_due(now))
        .values(
            state=JobState.RUNNING,
            attempts=Job.attempts + 1,
            lease_until=now + lease,
            lease_holder=holder,
        )
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).first()
    if taken is None:
        return None
    row = session.get_one(Job, job_id, populate_existing=True)
    return LeasedJob(
        id=row.id,
        kind=row.kind,
        holder=holder,
        attempt=row.attempts,
        sighting_id=row.sighting_id,
        part_id=row.part_id,
        parent_id=row.parent_id,
        facts=row.facts,
        person_id=row.person_id,
        chat_id=row.chat_id,
        status_message_id=row.status_message_id,
        created_at=row.created_at,
    )


def renew_lease(
    session: Session, job_id: int, *, holder: str, now: datetime, lease: timedelta
) -> None:
    """Hold a job for longer.

    Raises:
        LeaseLost: it is no longer this worker's.
    """
    _change_held(session, job_id, holder, lease_until=now + lease)


def settle_done(session: Session, job_id: int, *, holder: str, now: datetime) -> None:
    """Settle a job; call it first in the transaction that keeps what was found.

    Raises:
        LeaseLost: it is no longer this worker's; let it roll the transaction back.
    """
    _change_held(
        session,
        job_id,
        holder,
        state=JobState.DONE,
        lease_until=None,
        lease_holder=None,
        settled_at=now,
        reason=None,
        detail=None,
    )


def put_back(session: Session, job_id: int, *, holder: str, not_before: datetime) -> None:
    """Queue a job again whose attempt failed.

    Raises:
        LeaseLost: it is no longer this worker's.
    """
    _change_held(
        session,
        job_id,
        holder,
        state=JobState.QUEUED,
        lease_until=None,
        lease_holder=None,
        not_before=not_before,
    )


def put_off(session: Session, job_id: int, *, holder: str, not_before: datetime) -> None:
    """Queue a job again of which a slice is done: its attempts are counted anew.

    Raises:
        LeaseLost: it is no longer this worker's.
    """
    _change_held(
        session,
        job_id,
        holder,
        state=JobState.QUEUED,
        attempts=0,
        lease_until=None,
        lease_holder=None,
        not_before=not_before,
    )


def give_up(session: Session, job_id: int, failure: Failure, *, holder: str, now: datetime) -> None:
    """Settle a job that cannot be done.

    Raises:
        LeaseLost: it is no longer this worker's.
    """
    _change_held(session, job_id, holder, **_given_up(failure, now))


def give_up_exhausted(session: Session, job_id: int, failure: Failure, *, now: datetime) -> bool:
    """Settle a job whose last worker died; False when somebody settled it meanwhile."""
    changed = session.execute(
        update(Job)
        .where(Job.id == job_id, _is_exhausted(now))
        .values(**_given_up(failure, now))
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).first()
    return changed is not None


def exhausted_jobs(session: Session, *, now: datetime) -> list[int]:
    """Jobs whose lease ran out in their last attempt."""
    return list(session.scalars(select(Job.id).where(_is_exhausted(now)).order_by(Job.id)))


def _change_held(session: Session, job_id: int, holder: str, **values: Any) -> None:  # noqa: ANN401  # columns of one row
    changed = session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state == JobState.RUNNING, Job.lease_holder == holder)
        .values(**values)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).first()
    if changed is None:
        raise LeaseLost(job_id, holder)


def _given_up(failure: Failure, now: datetime) -> dict[str, Any]:
    return {
        "state": JobState.GIVEN_UP,
        "lease_until": None,
        "lease_holder": None,
        "settled_at": now,
        "reason": failure.reason,
        "detail": failure.detail[:_DETAIL_CHARACTERS],
    }


def _is_exhausted(now: datetime) -> ColumnElement[bool]:
    return and_(Job.state == JobState.RUNNING, Job.lease_until < now, Job.attempts >= ATTEMPTS_MAX)
