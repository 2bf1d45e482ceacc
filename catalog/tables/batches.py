"""Build plates by name, and where people said that their photos show one of them."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.tables.base import Base, Utc


class Batch(Base):
    """The parts of one build plate. Its name is unique among the batches that are open."""

    __tablename__ = "batches"
    __table_args__ = (
        Index(
            "uq_batches_open_name",
            "name_key",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    #: name.casefold(), so that "tuesday a" and "Tuesday A" are one batch.
    name_key: Mapped[str] = mapped_column(String(400))
    made_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime] = mapped_column(Utc)
    #: From then on nobody can choose it any more.
    expires_at: Mapped[datetime] = mapped_column(Utc)
    #: When it was closed, or set anew under the same name.
    closed_at: Mapped[datetime | None] = mapped_column(Utc)


class BatchPart(Base):
    """One part of a build plate."""

    __tablename__ = "batch_parts"

    batch_id: Mapped[int] = mapped_column(
        ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True
    )
    part_id: Mapped[int] = mapped_column(
        ForeignKey("parts.id", ondelete="CASCADE"), primary_key=True
    )


class ChatBatch(Base):
    """The batch that a chat's photos of one day belong to."""

    __tablename__ = "chat_batches"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    #: The shop's day; on the next one it holds no more.
    day: Mapped[date]


class SightingBatch(Base):
    """The batch that a sighting's print was said to be of, and whether that held."""

    __tablename__ = "sighting_batches"

    sighting_id: Mapped[int] = mapped_column(
        ForeignKey("sightings.id", ondelete="CASCADE"), primary_key=True
    )
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id", ondelete="CASCADE"))
    #: Whether something in the batch fits; None while nothing is decided.
    fits: Mapped[bool | None]
