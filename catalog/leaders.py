"""Deeds that one process at a time may do: poll, sweep, clean up.

A row says who leads a deed and until when; whoever dies is followed when its term ends.
All instants are aware UTC and handed in.
"""

from datetime import datetime, timedelta

from sqlalchemy import or_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from catalog.tables import Leader


def lead(session: Session, deed: str, *, holder: str, now: datetime, term: timedelta) -> bool:
    """Take or renew the lead; False while somebody else has it."""
    changed = session.execute(
        update(Leader)
        .where(Leader.deed == deed, or_(Leader.holder == holder, Leader.until < now))
        .values(holder=holder, until=now + term)
        .returning(Leader.deed)
        .execution_options(synchronize_session=False)
    ).first()
    if changed is not None:
        return True
    if session.get(Leader, deed, populate_existing=True) is not None:
        return False
    try:
        with session.begin_nested():
            session.add(Leader(deed=deed, holder=holder, until=now + term))
    except IntegrityError:  # another process was the first ever a moment ago
        return False
    return True


def resign(session: Session, deed: str, *, holder: str, now: datetime) -> None:
    """Let go of a deed at once, so that nobody waits for the term to end."""
    session.execute(
        update(Leader)
        .where(Leader.deed == deed, Leader.holder == holder)
        .values(until=now - timedelta(seconds=1))
        .execution_options(synchronize_session=False)
    )
