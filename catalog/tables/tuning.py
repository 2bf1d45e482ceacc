"""Networks that were tuned to the shop's own parts, and which describer answers."""

from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.tables.base import Base, Json, Utc, states


class TuningState(Enum):
    """Under way, then settled for good."""

    LEARNING = "learning"
    #: It found more than what answered then: its networks are kept and may be switched in.
    BETTER = "better"
    NO_BETTER = "no_better"
    #: Somebody ended it.
    STOPPED = "stopped"


class Tuning(Base):
    """One run of `whoseprint train --on-catalogue`."""

    __tablename__ = "tunings"
    __table_args__ = (
        # of one describer, one run at a time
        Index(
            "uq_tunings_under_way",
            "family",
            unique=True,
            sqlite_where=text("state = 'learning'"),
            postgresql_where=text("state = 'learning'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The describer whose shipped networks it starts from.
    family: Mapped[str] = mapped_column(String(40))
    state: Mapped[TuningState] = mapped_column(states(TuningState), default=TuningState.LEARNING)
    #: Which size of training, a word of training's.
    config: Mapped[str] = mapped_column(String(24))
    #: What is being done, and how far that is.
    stage: Mapped[str | None] = mapped_column(String(24))
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    #: Of the networks that came of it.
    slug: Mapped[str | None] = mapped_column(String(80), unique=True)
    #: What the held-out photos told.
    figures: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    #: Why it does not go on, in a sentence for admins.
    hindrance: Mapped[str | None] = mapped_column(Text)
    began_at: Mapped[datetime] = mapped_column(Utc)
    settled_at: Mapped[datetime | None] = mapped_column(Utc)


class TunedNetwork(Base):
    """One network that came of a tuning; those it did not make are the shipped ones."""

    __tablename__ = "tuned_networks"

    tuning_id: Mapped[int] = mapped_column(
        ForeignKey("tunings.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    file_key: Mapped[str] = mapped_column(String(80))
    sha256: Mapped[str] = mapped_column(String(64))


class DescriberInUse(Base):
    """Which slug of a describer answers; no row: the shipped one."""

    __tablename__ = "describers_in_use"

    family: Mapped[str] = mapped_column(String(40), primary_key=True)
    slug: Mapped[str] = mapped_column(String(80))
    #: Parts are being described for this one; it answers when all are.
    coming: Mapped[str | None] = mapped_column(String(80))
    #: Answered before; parts are still described for it, so that going back takes no time.
    left: Mapped[str | None] = mapped_column(String(80))
    turned_at: Mapped[datetime] = mapped_column(Utc)
