"""The one open question that a person's next text in a chat answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from catalog.tables import Question

#: A text that comes later than this answers nothing any more.
ANSWERABLE_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestion:
    """What was asked, in the conversation's own word, and what it was about."""

    about: str
    facts: Mapping[str, Any]


def ask(  # noqa: PLR0913  # one row; all of it is needed
    session: Session,
    *,
    person_id: int,
    chat_id: int,
    about: str,
    facts: Mapping[str, Any],
    now: datetime,
) -> None:
    """Remember a question; it takes the place of an older one."""
    withdraw(session, person_id=person_id, chat_id=chat_id)
    session.add(
        Question(person_id=person_id, chat_id=chat_id, about=about, facts=dict(facts), asked_at=now)
    )
    session.flush()


def open_question(
    session: Session, *, person_id: int, chat_id: int, now: datetime
) -> OpenQuestion | None:
    """The question that a text from this person, in this chat, now, would answer."""
    row = session.scalars(
        select(Question).where(
            Question.person_id == person_id,
            Question.chat_id == chat_id,
            Question.asked_at > now - ANSWERABLE_FOR,
        )
    ).one_or_none()
    return None if row is None else OpenQuestion(about=row.about, facts=row.facts)


def withdraw(session: Session, *, person_id: int, chat_id: int) -> bool:
    """Forget the question; False when there was none."""
    gone = session.execute(
        delete(Question)
        .where(Question.person_id == person_id, Question.chat_id == chat_id)
        .returning(Question.id)
        .execution_options(synchronize_session=False)
    ).first()
    return gone is not None
