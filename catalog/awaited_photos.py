"""One more photo of a print that an answer was not sure of.

A photo is added to an older sighting only where somebody says so: by replying to it, or by a button
that makes their next photo belong. Then the sighting goes back to undecided, its one job back to
the queue and its buttons become void, all in one transaction: what was shown before can no longer
be confirmed, and nothing is lost between two statements. The candidates of before are kept until
there is another answer: where there never is one, they stand again. Knows no pixels. All instants
are aware UTC and handed in.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.orm import Session

from catalog.jobs import begin_anew, hold_job_of, queue_again
from catalog.sightings import (
    NONCE_BYTES,
    PHOTOS_MAX,
    Answer,
    SentPhoto,
    add_photo,
    record_answer,
)
from catalog.tables import (
    AwaitedPhoto,
    Candidate,
    Job,
    JobState,
    Sighting,
    SightingOutcome,
    SightingPhoto,
)
from catalog.verdicts import standing_verdict

#: Photos sent one by one no further apart than this are sent at once: nobody lays another print
#: down between them. Telegram tells whole seconds.
AT_ONCE = timedelta(seconds=2)
#: The fact in which a job keeps what its sighting's answer was before photos joined.
BEFORE_FACT = "before_joining"
#: Why an answer is not sure that photos together could not better: the one reason that is no word
#: of vision's.
PHOTOS_APART = "photos_apart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A photo was added, and its sighting waits to be looked at again.

    Attributes:
        answer_message_id: the message that held the answer so far; None: there was none yet.
    """

    job_id: int
    answer_message_id: int | None


def takes_photo(session: Session, sighting_id: int) -> bool:
    """Whether one more photo can belong to a sighting: unsure or being looked at, and not full."""
    row = session.get(Sighting, sighting_id)
    return row is not None and (_is_open(session, row) or _is_looked_at(session, row))


def await_photo(session: Session, sighting_id: int, *, person_id: int, until: datetime) -> bool:
    """Let this person's next photo in the sighting's chat belong to it; False where none can."""
    row = session.get_one(Sighting, sighting_id, with_for_update=True, populate_existing=True)
    if not _is_open(session, row):
        return False
    _note(session, row, person_id=person_id, until=until)
    return True


def await_more_at_once(
    session: Session, sighting_id: int, *, person_id: int, sent_at: datetime
) -> None:
    """A photo joined by its sender's word: what they sent in the same moment belongs, too."""
    row = session.get_one(Sighting, sighting_id)
    _note(session, row, person_id=person_id, until=sent_at + AT_ONCE)


def await_no_photo(session: Session, sighting_id: int) -> bool:
    """Nobody's next photo belongs to a sighting any more; False when none did."""
    gone = session.execute(
        delete(AwaitedPhoto)
        .where(AwaitedPhoto.sighting_id == sighting_id)
        .returning(AwaitedPhoto.person_id)
        .execution_options(synchronize_session=False)
    ).all()
    return bool(gone)


def awaiting_photo(
    session: Session, *, person_id: int, chat_id: int, sent_at: datetime, now: datetime
) -> int | None:
    """The sighting to which a photo from this person, in this chat, belongs by their word.

    A moment is measured between photos as they were sent: handled late, after a crash, those of two
    prints lie no closer together.
    """
    row = session.get(AwaitedPhoto, (person_id, chat_id))
    if row is None or not takes_photo(session, row.sighting_id):
        return None
    sighting = session.get_one(Sighting, row.sighting_id)
    came = sent_at if _is_looked_at(session, sighting) else now
    return row.sighting_id if came <= row.until else None


def awaited_until(session: Session, sighting_id: int) -> datetime | None:
    """Until when somebody's next photo belongs to a sighting; None where nobody's does."""
    until = select(func.max(AwaitedPhoto.until)).where(AwaitedPhoto.sighting_id == sighting_id)
    return session.scalars(until).one()


def join_photo(
    session: Session,
    sighting_id: int,
    photo: SentPhoto,
    *,
    status_message_id: int | None,
    ready_at: datetime,
) -> Joined | None:
    """Add a photo and have the sighting looked at again; None where it cannot belong any more.

    One that is being looked at begins anew: whoever is at it cannot keep what they find.
    """
    hold_job_of(session, sighting_id)  # before the sighting, as workers do
    row = session.get_one(Sighting, sighting_id, with_for_update=True, populate_existing=True)
    if _is_looked_at(session, row) and (job_id := begin_anew(session, sighting_id, now=ready_at)):
        add_photo(session, sighting_id, photo)
        return Joined(job_id=job_id, answer_message_id=None)
    if not _is_open(session, row):
        return None
    answer_message_id, facts = row.answer_message_id, {BEFORE_FACT: _before(session, row)}
    job_id = queue_again(
        session, sighting_id, facts=facts, status_message_id=status_message_id, now=ready_at
    )
    if job_id is None:  # it was given up, and an admin has just asked for another try
        return None
    add_photo(session, sighting_id, photo)
    row.outcome = row.decided_at = row.reason = None
    row.nonce = secrets.token_urlsafe(NONCE_BYTES)
    await_no_photo(session, sighting_id)
    session.flush()
    return Joined(job_id=job_id, answer_message_id=answer_message_id)


def keep_answer(session: Session, sighting_id: int, answer: Answer, *, now: datetime) -> bool:
    """Keep what was found out; False: with the photos that joined nothing fits any more.

    Then the answer of before stands, and says so: one bad photo must not take candidates away.
    """
    nothing = answer.outcome is SightingOutcome.UNKNOWN
    if nothing and stand_again(session, sighting_id, now=now, reason=PHOTOS_APART):
        return False
    await_no_photo(session, sighting_id)
    record_answer(session, sighting_id, answer, now=now)
    return True


def stand_again(
    session: Session, sighting_id: int, *, now: datetime, reason: str | None = None
) -> bool:
    """Let the answer of before stand, without the photos that joined it; False: there is none.

    Those photos are let go, so that they spoil no further look. A reason takes the place of the
    one that was given before.
    """
    # who settles its job holds that: nobody else changes a sighting that is being looked at
    row = session.get_one(Sighting, sighting_id, populate_existing=True)
    before = _kept_before(session, row)
    if before is None:
        return False
    row.outcome, row.decided_at, row.reason = (
        SightingOutcome.UNSURE,
        now,
        reason or before["reason"],
    )
    session.execute(
        update(SightingPhoto)
        .where(
            SightingPhoto.sighting_id == sighting_id,
            SightingPhoto.message_id.not_in(before["photos"]),
        )
        .values(file_key=None)
        .execution_options(synchronize_session=False)
    )
    session.flush()
    return True


def _before(session: Session, row: Sighting) -> dict[str, Any]:
    """What an answer needs to stand again, beside its candidates."""
    photos = select(SightingPhoto.message_id).where(SightingPhoto.sighting_id == row.id)
    return {"reason": row.reason, "photos": list(session.scalars(photos))}


def _kept_before(session: Session, row: Sighting) -> dict[str, Any] | None:
    """The same, where nothing has taken its place: no other answer, no other piece chosen."""
    facts = session.scalars(select(Job.facts).where(Job.sighting_id == row.id)).one_or_none()
    kept = select(exists().where(Candidate.sighting_id == row.id))
    if facts is None or row.outcome is not None or not session.scalars(kept).one():
        return None
    before: dict[str, Any] | None = facts.get(BEFORE_FACT)
    return before


def _note(session: Session, row: Sighting, *, person_id: int, until: datetime) -> None:
    awaited = session.get(AwaitedPhoto, (person_id, row.chat_id))
    if awaited is None:
        awaited = AwaitedPhoto(person_id=person_id, chat_id=row.chat_id)
        session.add(awaited)
    awaited.sighting_id, awaited.until = row.id, until
    session.flush()


def _is_looked_at(session: Session, row: Sighting) -> bool:
    if row.outcome is not None:
        return False
    state = session.scalars(select(Job.state).where(Job.sighting_id == row.id)).one_or_none()
    return state in (JobState.QUEUED, JobState.RUNNING) and _has_room(session, row)


def _is_open(session: Session, row: Sighting) -> bool:
    return row.outcome is SightingOutcome.UNSURE and _has_room(session, row)


def _has_room(session: Session, row: Sighting) -> bool:
    """Its photos can be looked at, are not too many, and nobody has said what they show."""
    kept, count = session.execute(
        select(func.count(SightingPhoto.file_key), func.count()).where(
            SightingPhoto.sighting_id == row.id
        )
    ).one()
    return kept > 0 and count < PHOTOS_MAX and standing_verdict(session, row.id) is None
