"""Work that outlives every process: queue it, see how far it is, queue it again.

The jobs table is the truth, messages in a broker are only bells. catalog/leases takes and settles.
Knows no broker and no pixels. All instants are aware UTC and handed in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from catalog.tables import Delivery, Job, JobKind, JobState, Queue

#: A job that killed or failed its worker this often is given up.
ATTEMPTS_MAX = 3

#: Photos and parts wait apart.
QUEUE_OF: Mapping[JobKind, Queue] = {
    JobKind.IDENTIFY: Queue.VISION,
    JobKind.RECEIVE: Queue.CATALOG,
    JobKind.INDEX: Queue.CATALOG,
    JobKind.TUNE: Queue.CATALOG,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """A piece of work to be queued.

    Attributes:
        person_id: who is told, in chat_id, by turning status_message_id into the answer.
        parent_id: the RECEIVE job this INDEX job came from.
        not_before: None means now; an album waits for its last picture.
    """

    kind: JobKind
    sighting_id: int | None = None
    part_id: int | None = None
    parent_id: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    person_id: int | None = None
    chat_id: int | None = None
    status_message_id: int | None = None
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class DueJob:
    """A job whose bell may be rung."""

    id: int
    queue: Queue


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a job is.

    Attributes:
        stage: a word of workers.stages.Stage.
        done: steps done of total; both 0 when the stage has no steps.
    """

    state: JobState
    stage: str | None
    done: int
    total: int
    chat_id: int | None
    status_message_id: int | None


def queue_job(session: Session, job: NewJob, *, now: datetime) -> int:
    """Queue a piece of work; ring its bell after the commit."""
    row = Job(
        kind=job.kind,
        queue=QUEUE_OF[job.kind],
        state=JobState.QUEUED,
        sighting_id=job.sighting_id,
        part_id=job.part_id,
        parent_id=job.parent_id,
        facts=dict(job.facts),
        person_id=job.person_id,
        chat_id=job.chat_id,
        status_message_id=job.status_message_id,
        created_at=now,
        not_before=job.not_before or now,
    )
    session.add(row)
    session.flush()
    return row.id


def retry_given_up(session: Session, job_id: int, *, now: datetime) -> bool:
    """Queue a given-up job anew, attempts counted from zero; False when it is not given up."""
    changed = session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state == JobState.GIVEN_UP)
        .values(
            state=JobState.QUEUED,
            attempts=0,
            not_before=now,
            settled_at=None,
            reason=None,
            stage=None,
            progress_done=0,
            progress_total=0,
        )
        .returning(Job.parent_id)
        .execution_options(synchronize_session=False)
    ).first()
    if changed is None:
        return False
    # what was told before may have to be told again, also of the file a part came in
    stale = [job_id] if changed.parent_id is None else [job_id, changed.parent_id]
    session.execute(delete(Delivery).where(Delivery.job_id.in_(stale)))
    return True


def queue_again(
    session: Session,
    sighting_id: int,
    *,
    facts: Mapping[str, Any],
    status_message_id: int | None,
    now: datetime,
) -> int | None:
    """Queue a sighting's settled job anew, knowing more; None when it is not settled.

    What it told before it may tell again, in the message that is named.
    """
    row = session.scalars(
        select(Job)
        .where(Job.sighting_id == sighting_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None or row.state not in (JobState.DONE, JobState.GIVEN_UP):
        return None
    row.state, row.attempts, row.not_before = JobState.QUEUED, 0, now
    row.settled_at = row.reason = row.detail = row.stage = None
    row.progress_done = row.progress_total = 0
    row.facts = {**row.facts, **facts}
    row.status_message_id = status_message_id or row.status_message_id
    session.execute(delete(Delivery).where(Delivery.job_id == row.id))
    session.flush()
    return row.id


def hold_job_of(session: Session, sighting_id: int) -> None:
    """Keep others from changing a sighting's job until this transaction ends."""
    session.execute(select(Job.id).where(Job.sighting_id == sighting_id).with_for_update())


def begin_anew(session: Session, sighting_id: int, *, now: datetime) -> int | None:
    """Queue a sighting's job that is not settled as if it were new; None when it is settled.

    Whoever is at it has lost its lease, and cannot keep what was found.
    """
    return session.scalars(
        update(Job)
        .where(Job.sighting_id == sighting_id, Job.state.in_((JobState.QUEUED, JobState.RUNNING)))
        .values(
            state=JobState.QUEUED,
            attempts=0,
            not_before=now,
            lease_until=None,
            lease_holder=None,
            stage=None,
            progress_done=0,
            progress_total=0,
        )
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()


def postpone(session: Session, job_id: int, *, until: datetime) -> bool:
    """Let a queued job wait for another picture; False when it is no longer queued."""
    changed = session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state == JobState.QUEUED)
        .values(not_before=until)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).first()
    return changed is not None


def note_progress(
    session: Session, job_id: int, *, stage: str, done: int = 0, total: int = 0
) -> None:
    """Let people see how far a running job is."""
    session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state == JobState.RUNNING)
        .values(stage=stage, progress_done=done, progress_total=total)
        .execution_options(synchronize_session=False)
    )


def progress_of(session: Session, job_id: int) -> Progress | None:
    """How far a job is; None when there is none of this id."""
    row = session.get(Job, job_id)
    if row is None:
        return None
    return Progress(
        state=row.state,
        stage=row.stage,
        done=row.progress_done,
        total=row.progress_total,
        chat_id=row.chat_id,
        status_message_id=row.status_message_id,
    )


def due_jobs(session: Session, *, now: datetime) -> list[DueJob]:
    """Jobs that wait for a worker, longest waiting first."""
    rows = session.execute(
        select(Job.id, Job.queue)
        .where(Job.attempts < ATTEMPTS_MAX, is_due(now))
        .order_by(Job.not_before, Job.id)
    )
    return [DueJob(id=row.id, queue=row.queue) for row in rows]


def due_at(session: Session, job_id: int) -> datetime | None:
    """When a queued job may start; None when it is not queued."""
    return session.scalars(
        select(Job.not_before).where(Job.id == job_id, Job.state == JobState.QUEUED)
    ).one_or_none()


def job_of_sighting(session: Session, sighting_id: int) -> int | None:
    """The job that identifies a sighting."""
    return session.scalars(select(Job.id).where(Job.sighting_id == sighting_id)).one_or_none()


def waiting_before(session: Session, job_id: int) -> int:
    """How many unsettled jobs of its queue came before this one."""
    queue = select(Job.queue).where(Job.id == job_id).scalar_subquery()
    return session.scalars(
        select(func.count())
        .select_from(Job)
        .where(
            Job.queue == queue,
            Job.id < job_id,
            Job.state.in_((JobState.QUEUED, JobState.RUNNING)),
        )
    ).one()


def count_by_state(session: Session) -> dict[tuple[Queue, JobState], int]:
    """Jobs by queue and state, zeros included."""
    counts = {(queue, state): 0 for queue in Queue for state in JobState}
    rows = session.execute(
        select(Job.queue, Job.state, func.count()).group_by(Job.queue, Job.state)
    )
    counts.update({(queue, state): count for queue, state, count in rows})
    return counts


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldJob:
    """A job whose row is held until the transaction ends."""

    state: JobState
    chat_id: int | None
    facts: Mapping[str, Any]
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildJob:
    """How one part of a file that was sent in came out."""

    part_id: int
    state: JobState
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Whom and what a job's end concerns."""

    job_id: int
    kind: JobKind
    sighting_id: int | None
    parent_id: int | None
    part_id: int | None
    chat_id: int | None


def told_of(session: Session, job_id: int) -> Told:
    """Whom and what a job's end concerns."""
    row = session.get_one(Job, job_id)
    return Told(
        job_id=row.id,
        kind=row.kind,
        sighting_id=row.sighting_id,
        parent_id=row.parent_id,
        part_id=row.part_id,
        chat_id=row.chat_id,
    )


def hold_job(session: Session, job_id: int) -> HeldJob:
    """Keep others from changing a job until this transaction ends."""
    row = session.scalars(
        select(Job)
        .where(Job.id == job_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    return HeldJob(state=row.state, chat_id=row.chat_id, facts=row.facts, created_at=row.created_at)


def add_facts(session: Session, job_id: int, facts: Mapping[str, Any]) -> None:
    """Let a job know more than it was queued with."""
    row = session.get_one(Job, job_id)
    row.facts = {**row.facts, **facts}
    session.flush()


def children_of(session: Session, parent_id: int) -> list[ChildJob]:
    """The INDEX jobs of a RECEIVE job, in the order of their parts in the file."""
    rows = session.execute(
        select(Job.part_id, Job.state, Job.reason)
        .where(Job.parent_id == parent_id)
        .order_by(Job.id)
    )
    return [
        ChildJob(part_id=row.part_id, state=row.state, reason=row.reason)
        for row in rows
        if row.part_id is not None
    ]


def sibling_progress(session: Session, parent_id: int) -> tuple[int, int]:
    """How many INDEX jobs of a RECEIVE job are settled, and how many there are."""
    total = session.scalars(
        select(func.count()).select_from(Job).where(Job.parent_id == parent_id)
    ).one()
    return total - unsettled_children(session, parent_id), total


def unsettled_children(session: Session, parent_id: int) -> int:
    """How many INDEX jobs of a RECEIVE job are still to be settled."""
    return session.scalars(
        select(func.count())
        .select_from(Job)
        .where(Job.parent_id == parent_id, Job.state.in_((JobState.QUEUED, JobState.RUNNING)))
    ).one()


def is_due(now: datetime) -> ColumnElement[bool]:
    """What a job must be so that a worker may take it: waiting, or left alone by its last one."""
    return or_(
        and_(Job.state == JobState.QUEUED, Job.not_before <= now),
        and_(Job.state == JobState.RUNNING, Job.lease_until < now),
    )
