"""Who may talk to the bot, and what they may do there.

Knows no chat text. A removed person keeps the row, because verdicts name it, but is a stranger.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.tables import Person, Role, Stranger

#: A stranger hears the same sentence no more often than this.
STRANGER_PAUSE = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An enrolled person."""

    id: int
    telegram_id: int
    name: str
    language: str
    role: Role

    @property
    def is_admin(self) -> bool:
        """May do everything."""
        return self.role is Role.ADMIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Somebody as Telegram names them, enrolled or not."""

    telegram_id: int
    name: str
    language: str


def find_person(session: Session, telegram_id: int) -> Known | None:
    """The enrolled person with this Telegram id; None for strangers and removed people."""
    row = _row(session, telegram_id)
    return None if row is None or row.removed_at is not None else _known(row)


def person_of(session: Session, person_id: int) -> Known | None:
    """An enrolled person by our own id."""
    row = session.get(Person, person_id)
    return None if row is None or row.removed_at is not None else _known(row)


def name_of(session: Session, person_id: int) -> str:
    """What a person is called, also one who has left."""
    return session.get_one(Person, person_id).name


def enroll(session: Session, guest: Guest, *, role: Role, now: datetime) -> Known:
    """Make somebody a person of the shop, again if need be; an admin stays one."""
    row = _row(session, guest.telegram_id)
    if row is None:
        row = Person(telegram_id=guest.telegram_id, enrolled_at=now, role=role)
        session.add(row)
    elif row.removed_at is not None:
        row.removed_at, row.role, row.enrolled_at = None, role, now
    elif role is Role.ADMIN:
        row.role = role
    row.name, row.language = guest.name[:200], guest.language[:16]
    session.flush()
    return _known(row)


def note_contact(session: Session, person_id: int, *, name: str, language: str) -> None:
    """Keep up with a person's name and language as their phone tells them."""
    row = session.get_one(Person, person_id)
    row.name, row.language = name[:200], language[:16]


def enroll_first_admin(session: Session, telegram_id: int, *, now: datetime) -> Known:
    """Make sure the admin named in the settings is one; the name is learned at the first hello."""
    row = _row(session, telegram_id)
    name = row.name if row else str(telegram_id)
    language = row.language if row else "en"
    guest = Guest(telegram_id=telegram_id, name=name, language=language)
    return enroll(session, guest, role=Role.ADMIN, now=now)


def remove(session: Session, person_id: int, *, now: datetime) -> None:
    """Make a person a stranger again."""
    row = session.get_one(Person, person_id)
    row.removed_at = row.removed_at or now


def people(session: Session) -> list[Known]:
    """Everybody enrolled, admins first, then by name."""
    rows = session.scalars(
        select(Person).where(Person.removed_at.is_(None)).order_by(Person.role, Person.name)
    )
    return [_known(row) for row in rows]


def admins(session: Session) -> list[Known]:
    """Everybody who is told what only admins need to know."""
    return [person for person in people(session) if person.is_admin]


def may_tell_stranger(session: Session, telegram_id: int, *, now: datetime) -> bool:
    """Whether a stranger may be told now whom to ask; counts as told when it says yes."""
    row = session.get(Stranger, telegram_id)
    if row is None:
        session.add(Stranger(telegram_id=telegram_id, told_at=now))
        session.flush()
        return True
    if now - row.told_at < STRANGER_PAUSE:
        return False
    row.told_at = now
    return True


def _row(session: Session, telegram_id: int) -> Person | None:
    return session.scalars(select(Person).where(Person.telegram_id == telegram_id)).one_or_none()


def _known(row: Person) -> Known:
    return Known(
        id=row.id,
        telegram_id=row.telegram_id,
        name=row.name,
        language=row.language,
        role=row.role,
    )
