"""Who may talk to the bot: people, invites, groups, and the question a person was last asked."""

from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.tables.base import Base, Json, Utc, states


class Role(Enum):
    """What a person may do; an admin may do all that a worker may."""

    WORKER = "worker"
    ADMIN = "admin"


class Person(Base):
    """Somebody the shop knows. Removed people keep their row: their verdicts name them."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    telegram_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(16), default="en")
    role: Mapped[Role] = mapped_column(states(Role))
    enrolled_at: Mapped[datetime] = mapped_column(Utc)
    removed_at: Mapped[datetime | None] = mapped_column(Utc)


class Invite(Base):
    """A link that makes one stranger a person, once, for a while. The token itself is not kept."""

    __tablename__ = "invites"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[Role] = mapped_column(states(Role))
    #: None: made on the command line.
    made_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime] = mapped_column(Utc)
    expires_at: Mapped[datetime] = mapped_column(Utc)
    used_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    used_at: Mapped[datetime | None] = mapped_column(Utc)


class Stranger(Base):
    """Somebody who is not enrolled and was told so, once an hour at most."""

    __tablename__ = "strangers"

    telegram_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    told_at: Mapped[datetime] = mapped_column(Utc)


class Group(Base):
    """A group chat of the shop."""

    __tablename__ = "groups"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(255), default="")
    #: Look at each photo, not only at those sent with /whois.
    every_photo: Mapped[bool] = mapped_column(default=False, server_default=text("false"))


class Question(Base):
    """The one open question a person's next text in that chat answers."""

    __tablename__ = "questions"
    __table_args__ = (Index(None, "person_id", "chat_id", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    chat_id: Mapped[int] = mapped_column(BigInteger)
    #: A word the conversation owns, e.g. "customer", "rename".
    about: Mapped[str] = mapped_column(String(32))
    facts: Mapped[dict[str, Any]] = mapped_column(Json)
    asked_at: Mapped[datetime] = mapped_column(Utc)
