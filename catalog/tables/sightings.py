"""What was photographed, what was answered, what people said to it."""

from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.tables.base import Base, Json, Utc, states


class SightingOutcome(Enum):
    """How far the answer went; the same three words as in vision."""

    ACCEPTED = "accepted"
    UNSURE = "unsure"
    UNKNOWN = "unknown"


class Sighting(Base):
    """One or more photos of one print, asked about once."""

    __tablename__ = "sightings"
    __table_args__ = (
        CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name="decided_whole"),
        # an album arrives as separate updates; together they are one sighting
        Index(
            "uq_sightings_album",
            "chat_id",
            "media_group_id",
            unique=True,
            sqlite_where=text("media_group_id IS NOT NULL"),
            postgresql_where=text("media_group_id IS NOT NULL"),
        ),
        Index(None, "person_id", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    chat_id: Mapped[int] = mapped_column(BigInteger)
    #: Random; every button carries it, so that an id cannot be guessed from another chat.
    nonce: Mapped[str] = mapped_column(String(16))
    media_group_id: Mapped[str | None] = mapped_column(String(64))
    #: The person asked for three candidates (/whois), however sure the bot is.
    whois: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(Utc)
    outcome: Mapped[SightingOutcome | None] = mapped_column(states(SightingOutcome))
    #: A word of vision.Reason, or catalog.awaited_photos.PHOTOS_APART.
    reason: Mapped[str | None] = mapped_column(String(32))
    decided_at: Mapped[datetime | None] = mapped_column(Utc)
    #: The describer that answered.
    slug: Mapped[str | None] = mapped_column(String(80))
    #: The cut-out of the first usable photo (PNG with alpha) in the file store.
    cut_out_key: Mapped[str | None] = mapped_column(String(80))
    #: Which of the first photo's plausible cut-outs the answer is about, and how many there are.
    cut_out_number: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    cut_outs: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    #: People are shown what was cut out, and may choose another piece.
    cut_out_doubtful: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    #: Which of the candidates are known look-alikes, and what this photo can say of them.
    look_alikes: Mapped[dict[str, Any] | None] = mapped_column(Json)
    #: The side that would tell them apart, drawn (PNG with alpha).
    side_key: Mapped[str | None] = mapped_column(String(80))
    #: The side that would decide between the likeliest, drawn (PNG with alpha).
    asked_view_key: Mapped[str | None] = mapped_column(String(80))
    #: It may be none of the candidates; None: nobody asked.
    maybe_none: Mapped[bool | None]
    #: The message that holds the answer, for edits and undo.
    answer_message_id: Mapped[int | None] = mapped_column(BigInteger)


class SightingPhoto(Base):
    """One picture of a sighting. The bytes go after the retention time, the row stays."""

    __tablename__ = "sighting_photos"
    __table_args__ = (Index(None, "sighting_id", "message_id", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sighting_id: Mapped[int] = mapped_column(ForeignKey("sightings.id", ondelete="CASCADE"))
    chat_id: Mapped[int] = mapped_column(BigInteger)
    message_id: Mapped[int] = mapped_column(BigInteger)
    telegram_file_id: Mapped[str] = mapped_column(String(255))
    #: None: forgotten, or refused before it was kept.
    file_key: Mapped[str | None] = mapped_column(String(80))
    #: The album in which it was sent as a further photo; that of the first ones is the sighting's.
    album: Mapped[str | None] = mapped_column(String(64))


class AwaitedPhoto(Base):
    """A person said that their next photo in a chat shows the print of this sighting.

    Once it has come, what they sent in the same moment belongs, too.
    """

    __tablename__ = "awaited_photos"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    sighting_id: Mapped[int] = mapped_column(
        ForeignKey("sightings.id", ondelete="CASCADE"), index=True
    )
    #: A photo that comes later is another print's.
    until: Mapped[datetime] = mapped_column(Utc)


class Candidate(Base):
    """A part the sighting may show, best first."""

    __tablename__ = "candidates"

    sighting_id: Mapped[int] = mapped_column(
        ForeignKey("sightings.id", ondelete="CASCADE"), primary_key=True
    )
    rank: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("parts.id"))
    probability: Mapped[float]
    score: Mapped[float]
    #: It belongs to those that the print may be; None: nobody asked.
    likely: Mapped[bool | None]
    #: Row-major 3 x 3, part to camera, as in vision.
    rotation: Mapped[list[Any]] = mapped_column(Json)
    #: The rest of the pose in the kept cut-out's photo, as in vision; None: it was not looked for.
    pose: Mapped[dict[str, Any] | None] = mapped_column(Json)
    #: The part's lines as a layer (PNG with alpha) over the kept cut-out.
    lines_key: Mapped[str | None] = mapped_column(String(80))
    #: The part alone from the photo's side (PNG with alpha).
    view_key: Mapped[str | None] = mapped_column(String(80))


class Verdict(Base):
    """A person's word on a sighting. One at most stands for each sighting."""

    __tablename__ = "verdicts"
    __table_args__ = (
        Index(
            "uq_verdicts_standing",
            "sighting_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
        Index(None, "order_line_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sighting_id: Mapped[int] = mapped_column(ForeignKey("sightings.id"))
    #: None: none of the candidates.
    part_id: Mapped[int | None] = mapped_column(ForeignKey("parts.id"))
    #: The line on which this copy counts; None when nothing was open.
    order_line_id: Mapped[int | None] = mapped_column(ForeignKey("order_lines.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    said_at: Mapped[datetime] = mapped_column(Utc)
    undone_at: Mapped[datetime | None] = mapped_column(Utc)
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
