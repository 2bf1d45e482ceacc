"""Telegram's updates, kept before Telegram may forget them.

The key drops twins. Attempts are counted before a handler runs, so that an update that kills the
bot is given up like one that fails in it. The body is opaque here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from catalog.errors import Fault
from catalog.tables import Update

#: An update that failed this often is given up.
ATTEMPTS_MAX = 3


class HandledElsewhere(Fault):
    """Another process handled this update meanwhile; what this one did must not be kept."""

    def __init__(self, update_id: int) -> None:
        super().__init__(update_id)
        self.update_id = update_id

    def __str__(self) -> str:
        return f"update {self.update_id} is handled already"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptUpdate:
    """An update that nobody has handled yet; attempts are those begun so far."""

    id: int
    body: Mapping[str, Any]
    received_at: datetime
    attempts: int


def keep_updates(
    session: Session, bodies: Sequence[Mapping[str, Any]], *, now: datetime
) -> list[int]:
    """Keep updates; the ids of those that are new, in Telegram's order."""
    if not bodies:
        return []
    rows = [
        {"update_id": body["update_id"], "body": dict(body), "received_at": now, "attempts": 0}
        for body in bodies
    ]
    is_postgres = session.get_bind().dialect.name == "postgresql"
    insert = postgres_insert if is_postgres else sqlite_insert
    kept = session.scalars(
        insert(Update).values(rows).on_conflict_do_nothing().returning(Update.update_id)
    )
    return sorted(kept)


def unhandled(session: Session) -> list[KeptUpdate]:
    """What is still to be handled, in Telegram's order."""
    rows = session.scalars(
        select(Update).where(Update.handled_at.is_(None)).order_by(Update.update_id)
    )
    return [_kept(row) for row in rows]


def begin_attempt(session: Session, update_id: int) -> KeptUpdate | None:
    """Count an attempt before it is made; None when the update is handled or used up."""
    begun = session.execute(
        update(Update)
        .where(
            Update.update_id == update_id,
            Update.handled_at.is_(None),
            Update.attempts < ATTEMPTS_MAX,
        )
        .values(attempts=Update.attempts + 1)
        .returning(Update.update_id)
        .execution_options(synchronize_session=False)
    ).first()
    if begun is None:
        return None
    return _kept(session.get_one(Update, update_id, populate_existing=True))


def take_back_attempt(session: Session, update_id: int) -> None:
    """An attempt that failed for want of a network does not count."""
    session.execute(
        update(Update)
        .where(Update.update_id == update_id, Update.attempts > 0)
        .values(attempts=Update.attempts - 1)
        .execution_options(synchronize_session=False)
    )


def settle_handled(session: Session, update_id: int, *, now: datetime) -> None:
    """Mark an update handled, in the transaction that keeps what came of it.

    Raises:
        HandledElsewhere: somebody was faster; let it roll the transaction back.
    """
    changed = session.execute(
        update(Update)
        .where(Update.update_id == update_id, Update.handled_at.is_(None))
        .values(handled_at=now)
        .returning(Update.update_id)
        .execution_options(synchronize_session=False)
    ).first()
    if changed is None:
        raise HandledElsewhere(update_id)


def settle_failed(session: Session, update_id: int, *, failure: str, now: datetime) -> bool:
    """Give an update up; False when it is handled after all."""
    changed = session.execute(
        update(Update)
        .where(Update.update_id == update_id, Update.handled_at.is_(None))
        .values(handled_at=now, failure=failure[:4_000])
        .returning(Update.update_id)
        .execution_options(synchronize_session=False)
    ).first()
    return changed is not None


def is_handled(session: Session, update_id: int) -> bool:
    """Whether nothing is left to be done about an update."""
    row = session.get(Update, update_id, populate_existing=True)
    return row is not None and row.handled_at is not None


def forget_handled(session: Session, *, before: datetime) -> int:
    """Let go of updates that were handled long ago; how many."""
    gone = session.execute(
        delete(Update)
        .where(Update.handled_at < before)
        .returning(Update.update_id)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())


def _kept(row: Update) -> KeptUpdate:
    return KeptUpdate(
        id=row.update_id, body=row.body, received_at=row.received_at, attempts=row.attempts
    )
