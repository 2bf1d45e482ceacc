"""Jobs that somebody watches: how far each is, for the status message it will turn into.

Read models. A file that was taken in is watched until the last of its parts is settled.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from catalog.deliveries import deliver_again
from catalog.jobs import sibling_progress, waiting_before
from catalog.tables import Job, JobKind, JobState, Part, PartState, Person

UNSETTLED = (JobState.QUEUED, JobState.RUNNING)
#: The pace is taken from this many jobs.
PACE_JOBS = 10
#: The stage of a file that became several parts; the same word as in workers.
PARTS_STAGE = "parts"
#: The stage of a photo that waits for the catalogue, told while it waits; a word of workers, too.
PREPARING_STAGE = "preparing"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedJob:
    """One job and the message in which somebody watches it.

    Attributes:
        stage: None while it waits for its turn.
        before: how many jobs of its queue come first, while it waits.
    """

    id: int
    kind: JobKind
    chat_id: int
    message_id: int
    language: str
    stage: str | None
    done: int
    total: int
    before: int


def watched_jobs(session: Session) -> list[WatchedJob]:
    """All jobs with a status message that are not settled, children included."""
    child = aliased(Job)
    has_unsettled_child = exists().where(child.parent_id == Job.id, child.state.in_(UNSETTLED))
    rows = session.execute(
        select(Job, Person.language)
        .outerjoin(Person, Person.id == Job.person_id)
        .where(
            Job.parent_id.is_(None),  # a part of a file shows in the file's message
            Job.status_message_id.is_not(None),
            Job.chat_id.is_not(None),
            Job.state.in_(UNSETTLED) | ((Job.state == JobState.DONE) & has_unsettled_child),
        )
        .order_by(Job.id)
    )
    return [_watched(session, job, language or "en") for job, language in rows]


def is_watched_no_more(session: Session, job_id: int) -> bool:
    """Whether a job and all its children are settled."""
    child = aliased(Job)
    row = session.get(Job, job_id, populate_existing=True)
    if row is None or row.state in UNSETTLED:
        return row is None
    unsettled = select(child.id).where(child.parent_id == job_id, child.state.in_(UNSETTLED))
    return session.scalars(unsettled.limit(1)).first() is None


def tell_again_if_settled(session: Session, job_id: int) -> bool:
    """A progress line may have been written over the answer: have the answer told again."""
    if not is_watched_no_more(session, job_id):
        return False
    return deliver_again(session, job_id)


def seconds_a_photo(session: Session) -> float | None:
    """How long one photo after the other has been taking lately; None when nobody knows yet."""
    rows = session.execute(
        select(Job.not_before, Job.settled_at)
        .where(Job.kind == JobKind.IDENTIFY, Job.state == JobState.DONE)
        .order_by(Job.settled_at.desc())
        .limit(PACE_JOBS)
    ).all()
    spans: list[float] = []
    before: datetime | None = None
    for not_before, settled_at in reversed(rows):
        if settled_at is None:  # the table's CHECK forbids it
            continue
        begun = not_before if before is None else max(not_before, before)
        spans.append((settled_at - begun).total_seconds())
        before = settled_at
    return sum(spans) / len(spans) if spans else None


def searchable_parts(session: Session) -> int:
    """How many parts a photo is compared with."""
    return session.scalars(
        select(func.count()).select_from(Part).where(Part.state == PartState.READY)
    ).one()


def _watched(session: Session, job: Job, language: str) -> WatchedJob:
    stage, done, total = job.stage, job.progress_done, job.progress_total
    if job.state is JobState.DONE:
        stage, done, total = _of_children(session, job.id)
    queued = job.state is JobState.QUEUED
    return WatchedJob(
        id=job.id,
        kind=job.kind,
        chat_id=job.chat_id or 0,
        message_id=job.status_message_id or 0,
        language=language,
        stage=None if queued and stage != PREPARING_STAGE else stage,
        done=done,
        total=total,
        before=waiting_before(session, job.id) if queued else 0,
    )


def _of_children(session: Session, parent_id: int) -> tuple[str | None, int, int]:
    done, total = sibling_progress(session, parent_id)
    if total > 1:
        return PARTS_STAGE, done, total
    child = session.scalars(select(Job).where(Job.parent_id == parent_id)).first()
    if child is None:
        return None, 0, 0
    return child.stage, child.progress_done, child.progress_total
