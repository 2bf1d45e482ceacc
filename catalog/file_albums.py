"""Files sent together: what is written under one of them is meant for all.

Telegram sends such files as separate updates and the words come with one of them, the first or the
last. Jobs wait about a second, so that words that come late still reach the earlier files.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.tables import Job, JobKind, JobState

#: Key of a job's facts: the album its file came in.
ALBUM = "album"


def caption_of_album(session: Session, *, chat_id: int, album: str) -> str:
    """What is written under an album's files so far."""
    captions = (str(job.facts.get("caption") or "") for job in _jobs(session, chat_id, album))
    return next((caption for caption in captions if caption), "")


def share_caption(
    session: Session, *, chat_id: int, album: str, caption: str, wait_until: datetime
) -> None:
    """Write it under the album's files that have none and are not being read yet."""
    for job in _jobs(session, chat_id, album):
        if job.state is JobState.QUEUED and not job.facts.get("caption"):
            job.facts = {**job.facts, "caption": caption}
            job.not_before = max(job.not_before, wait_until)
    session.flush()


def _jobs(session: Session, chat_id: int, album: str) -> list[Job]:
    rows = session.scalars(
        select(Job)
        .where(Job.kind == JobKind.RECEIVE, Job.chat_id == chat_id)
        .order_by(Job.id.desc())
        .limit(50)
        .with_for_update()
    )
    return [job for job in rows if job.facts.get(ALBUM) == album]
