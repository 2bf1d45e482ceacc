"""What the shop learned from people's verdicts, and what it has switched on."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from catalog.tables.base import Base, Utc


class ConfirmedPhoto(Base):
    """What a describer remembers of a photo that people confirmed; goes with its verdict."""

    __tablename__ = "confirmed_photos"
    __table_args__ = (Index(None, "part_id"),)

    verdict_id: Mapped[int] = mapped_column(
        ForeignKey("verdicts.id", ondelete="CASCADE"), primary_key=True
    )
    #: The describer and its edition; what another one remembers is not read.
    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("parts.id", ondelete="CASCADE"))
    made_at: Mapped[datetime] = mapped_column(Utc)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class Switch(Base):
    """Something that a command turns on or off for all processes; no row: off."""

    __tablename__ = "switches"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    is_on: Mapped[bool]
    turned_at: Mapped[datetime] = mapped_column(Utc)
