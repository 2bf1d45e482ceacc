"""One more photo of a print that an answer was not sure of.

A photo is added to an older sighting only where somebody says so: by replying to it, or by a button
that makes their next photo belong. Then the sighting goes back to undecided, its one job back to
the queue and its buttons become void, all in one transaction: what was shown before can no longer
be confirmed, and nothing is lost between two statements. Knows no pixels. All instants are aware
UTC and handed in.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from catalog.jobs import queue_again
from catalog.sightings import NONCE_BYTES, PHOTOS_MAX, SentPhoto, add_photo
from catalog.tables import AwaitedPhoto, Candidate, Sighting, SightingOutcome, SightingPhoto
from catalog.verdicts import standing_verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A photo was added, and its sighting waits to be looked at again.

    Attributes:
        answer_message_id: the message that held the answer so far.
    """

    job_id: int
    answer_message_id: int | None


def takes_photo(session: Session, sighting_id: int) -> bool:
    """Whether one more photo can belong to a sighting: unsure, unsettled, and not full of them."""
    row = session.get(Sighting, sighting_id)
    return row is not None and _is_open(session, row)


def await_photo(session: Session, sighting_id: int, *, person_id: int, until: datetime) -> bool:
    """Let this person's next photo in the sighting's chat belong to it; False where none can."""
    row = session.get_one(Sighting, sighting_id, with_for_update=True, populate_existing=True)
    if not _is_open(session, row):
        return False
    awaited = session.get(AwaitedPhoto, (person_id, row.chat_id))
    if awaited is None:
        awaited = AwaitedPhoto(person_id=person_id, chat_id=row.chat_id)
        session.add(awaited)
    awaited.sighting_id, awaited.until = sighting_id, until
    session.flush()
    return True


def await_no_photo(session: Session, sighting_id: int) -> bool:
    """Nobody's next photo belongs to a sighting any more; False when none did."""
    gone = session.execute(
        delete(AwaitedPhoto)
        .where(AwaitedPhoto.sighting_id == sighting_id)
        .returning(AwaitedPhoto.person_id)
        .execution_options(synchronize_session=False)
    ).all()
    return bool(gone)


def awaiting_photo(session: Session, *, person_id: int, chat_id: int, now: datetime) -> int | None:
    """The sighting to which a photo from this person, in this chat, now, belongs."""
    row = session.get(AwaitedPhoto, (person_id, chat_id))
    if row is None or row.until < now or not takes_photo(session, row.sighting_id):
        return None
    return row.sighting_id


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
    """Add a photo and have the sighting looked at again; None where it cannot belong any more."""
    row = session.get_one(Sighting, sighting_id, with_for_update=True, populate_existing=True)
    if not _is_open(session, row) or not add_photo(session, sighting_id, photo):
        return None
    answer_message_id = row.answer_message_id
    job_id = queue_again(
        session, sighting_id, facts={}, status_message_id=status_message_id, now=ready_at
    )
    if job_id is None:  # an outcome without a settled job: no such row is written
        raise ValueError(f"sighting {sighting_id} is decided and its job is not settled")
    session.execute(delete(Candidate).where(Candidate.sighting_id == sighting_id))
    row.outcome = row.decided_at = row.reason = None
    row.nonce = secrets.token_urlsafe(NONCE_BYTES)
    await_no_photo(session, sighting_id)
    session.flush()
    return Joined(job_id=job_id, answer_message_id=answer_message_id)


def _is_open(session: Session, row: Sighting) -> bool:
    if row.outcome is not SightingOutcome.UNSURE:
        return False
    kept, count = session.execute(
        select(func.count(SightingPhoto.file_key), func.count()).where(
            SightingPhoto.sighting_id == row.id
        )
    ).one()
    return kept > 0 and count < PHOTOS_MAX and standing_verdict(session, row.id) is None
