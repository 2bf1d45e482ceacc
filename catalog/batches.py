"""Batches: the parts of one build plate by a name, and the photos said to show one of them.

A batch never changes: set anew under its name, the old one is closed and a new one opened, so that
what an answer said about it stays true. A chat belongs to a batch for one of the shop's days; what
a photo's caption says goes before that. Knows no pixels and no sentences.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from catalog.parts import find_part
from catalog.tables import Batch, BatchPart, ChatBatch, Part, PartState, SightingBatch

NAME_CHARACTERS = 60
#: A plate that was printed a month ago has been handed out.
OPEN_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBatch:
    """A batch; parts: how many of it are in use."""

    id: int
    name: str
    parts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """What was said about the batch of a sighting.

    Attributes:
        fits: whether something of it looks like the photo; None while nothing is decided.
    """

    batch: KnownBatch
    fits: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundParts:
    """Parts by the names that somebody wrote, and the names that nobody has."""

    part_ids: tuple[int, ...]
    unknown: tuple[str, ...]


def tidy(name: str) -> str:
    """A batch's name as it is kept; "" when nothing is left of it."""
    return " ".join(name.split())[:NAME_CHARACTERS].strip()


def parts_by_name(session: Session, names: Iterable[str]) -> FoundParts:
    """The parts in use of these names or numbers, each once."""
    found: dict[int, None] = {}
    unknown = []
    for name in names:
        part = find_part(session, name)
        if part is None or part.state is PartState.RETIRED:
            unknown.append(name)
        else:
            found[part.id] = None
    return FoundParts(part_ids=tuple(found), unknown=tuple(unknown))


def set_batch(
    session: Session, name: str, part_ids: Sequence[int], *, made_by: int | None, now: datetime
) -> int:
    """Open a batch of these parts; an open one of the same name is closed. Its id.

    Raises:
        ValueError: the name is blank, or there is no part.
    """
    shown = tidy(name)
    if not shown or not part_ids:
        raise ValueError("a batch has a name and parts")
    row = _opened(session, shown, made_by, now) or _opened(session, shown, made_by, now)
    if row is None:
        raise ValueError(f"somebody else keeps setting the batch {shown}")
    session.add_all(
        BatchPart(batch_id=row.id, part_id=part_id) for part_id in dict.fromkeys(part_ids)
    )
    session.flush()
    return row.id


def find_batch(session: Session, name: str, *, now: datetime) -> KnownBatch | None:
    """The open batch of this name, whatever its case."""
    found = _known(session, Batch.name_key == tidy(name).casefold(), _is_open(now))
    return found[0] if found else None


def batch_of(session: Session, batch_id: int, *, now: datetime) -> KnownBatch | None:
    """The batch of this id, while it is open."""
    found = _known(session, Batch.id == batch_id, _is_open(now))
    return found[0] if found else None


def open_batches(session: Session, *, now: datetime, limit: int) -> list[KnownBatch]:
    """The batches that can be chosen, newest first."""
    return _known(session, _is_open(now))[:limit]


def close_batch(session: Session, batch_id: int, *, now: datetime) -> bool:
    """Nobody can choose it any more, and chats leave it; False when it was closed already."""
    closed = session.execute(
        update(Batch)
        .where(Batch.id == batch_id, Batch.closed_at.is_(None))
        .values(closed_at=now)
        .returning(Batch.id)
        .execution_options(synchronize_session=False)
    ).first()
    return closed is not None


def choose_for_chat(
    session: Session, batch_id: int, *, chat_id: int, person_id: int, day: date
) -> None:
    """From now on, for the rest of that day, a chat's photos belong to a batch."""
    row = session.get(ChatBatch, chat_id)
    if row is None:
        row = ChatBatch(chat_id=chat_id)
        session.add(row)
    row.batch_id, row.person_id, row.day = batch_id, person_id, day
    session.flush()


def leave_for_chat(session: Session, chat_id: int) -> bool:
    """A chat's photos belong to no batch any more; False when they did not."""
    gone = session.execute(
        delete(ChatBatch)
        .where(ChatBatch.chat_id == chat_id)
        .returning(ChatBatch.chat_id)
        .execution_options(synchronize_session=False)
    ).first()
    return gone is not None


def batch_of_chat(session: Session, chat_id: int, *, day: date, now: datetime) -> KnownBatch | None:
    """The batch that a chat's photos belong to on this day, while it is open."""
    row = session.get(ChatBatch, chat_id)
    return None if row is None or row.day != day else batch_of(session, row.batch_id, now=now)


def move_chat(session: Session, *, old_chat_id: int, new_chat_id: int) -> None:
    """Telegram gives a group another id when it grows: its batch goes along."""
    row = session.get(ChatBatch, old_chat_id)
    if row is not None:
        choose_for_chat(
            session, row.batch_id, chat_id=new_chat_id, person_id=row.person_id, day=row.day
        )
        leave_for_chat(session, old_chat_id)
        session.expunge(row)


def narrow(session: Session, sighting_id: int, batch_id: int) -> None:
    """Say that a sighting's print is of a batch; said again, the last word holds."""
    row = session.get(SightingBatch, sighting_id)
    if row is None:
        row = SightingBatch(sighting_id=sighting_id, fits=None)
        session.add(row)
    row.batch_id = batch_id
    session.flush()


def is_narrowed(session: Session, sighting_id: int) -> bool:
    """Whether somebody said of which batch a sighting's print is."""
    return session.get(SightingBatch, sighting_id) is not None


def note_fit(session: Session, sighting_id: int, *, fits: bool | None) -> None:
    """Keep whether something in the batch fits; nothing where there is no batch."""
    row = session.get(SightingBatch, sighting_id)
    if row is not None:
        row.fits = fits
        session.flush()


def narrowed(session: Session, sighting_id: int) -> Narrowed | None:
    """The batch that a sighting's print was said to be of, also one that is closed by now."""
    row = session.get(SightingBatch, sighting_id)
    if row is None:
        return None
    return Narrowed(batch=_known(session, Batch.id == row.batch_id)[0], fits=row.fits)


def parts_of(session: Session, batch_id: int) -> frozenset[int]:
    """The parts of a batch that are in use."""
    return frozenset(
        session.scalars(
            select(BatchPart.part_id)
            .join(Part, Part.id == BatchPart.part_id)
            .where(BatchPart.batch_id == batch_id, Part.state != PartState.RETIRED)
        )
    )


def _opened(session: Session, name: str, made_by: int | None, now: datetime) -> Batch | None:
    """A new row of this name; None when another process opened one a moment ago."""
    key = name.casefold()
    session.execute(
        update(Batch)
        .where(Batch.name_key == key, Batch.closed_at.is_(None))
        .values(closed_at=now)
        .execution_options(synchronize_session=False)
    )
    row = Batch(name=name, name_key=key, made_by=made_by, made_at=now, expires_at=now + OPEN_FOR)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return None
    return row


def _is_open(now: datetime) -> ColumnElement[bool]:
    return Batch.closed_at.is_(None) & (Batch.expires_at > now)


def _known(session: Session, *conditions: ColumnElement[bool]) -> list[KnownBatch]:
    in_use = (
        select(func.count())
        .select_from(BatchPart)
        .join(Part, Part.id == BatchPart.part_id)
        .where(BatchPart.batch_id == Batch.id, Part.state != PartState.RETIRED)
        .correlate(Batch)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Batch.id, Batch.name, in_use.label("parts"))
        .where(*conditions)
        .order_by(Batch.id.desc())
    )
    return [KnownBatch(id=row.id, name=row.name, parts=row.parts) for row in rows]
