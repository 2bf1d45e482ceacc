"""Work in flight: updates received, jobs, deliveries, and who leads.

The jobs table is the truth; the message in Redis carries a job's id and nothing else.
"""

from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.tables.base import Base, Json, Utc, states


class JobKind(Enum):
    """What a job does."""

    IDENTIFY = "identify"
    #: Read a file an admin sent: it becomes parts, each with an INDEX job.
    RECEIVE = "receive"
    INDEX = "index"
    #: Fine-tune networks to the shop's parts, a slice of work at a time.
    TUNE = "tune"


class Queue(Enum):
    """Photos and parts wait apart, so that a pile of STLs never delays a worker."""

    VISION = "vision"
    CATALOG = "catalog"


class JobState(Enum):
    """Queued or under lease, then settled for good."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    GIVEN_UP = "given_up"


class Update(Base):
    """One Telegram update, kept before Telegram may forget it. The key drops its twins."""

    __tablename__ = "updates"
    __table_args__ = (
        Index(
            "ix_updates_unhandled",
            "update_id",
            sqlite_where=text("handled_at IS NULL"),
            postgresql_where=text("handled_at IS NULL"),
        ),
    )

    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    received_at: Mapped[datetime] = mapped_column(Utc)
    handled_at: Mapped[datetime | None] = mapped_column(Utc)
    #: Counted before the handler runs, so that an update that kills the bot is given up.
    attempts: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None] = mapped_column(Text)


class Job(Base):
    """One piece of work that outlives every process."""

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint(
            "(state = 'running') = (lease_until IS NOT NULL)", name="lease_while_running"
        ),
        CheckConstraint(
            "(state IN ('done', 'given_up')) = (settled_at IS NOT NULL)", name="settled_whole"
        ),
        CheckConstraint("kind != 'identify' OR sighting_id IS NOT NULL", name="identify_names"),
        CheckConstraint("kind != 'index' OR part_id IS NOT NULL", name="index_names"),
        # a sighting is identified by one job, so it has one answer
        Index(None, "sighting_id", unique=True),
        Index(None, "queue", "state", "not_before"),
        Index(None, "part_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[JobKind] = mapped_column(states(JobKind))
    queue: Mapped[Queue] = mapped_column(states(Queue))
    state: Mapped[JobState] = mapped_column(states(JobState), default=JobState.QUEUED)
    sighting_id: Mapped[int | None] = mapped_column(ForeignKey("sightings.id", ondelete="CASCADE"))
    part_id: Mapped[int | None] = mapped_column(ForeignKey("parts.id", ondelete="CASCADE"))
    #: The RECEIVE job this INDEX job came from; its summary waits for all of them.
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    #: What else the job must know, e.g. file key, file name, caption.
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    #: Who is told; None for work from the command line.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    chat_id: Mapped[int | None] = mapped_column(BigInteger)
    status_message_id: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(Utc)
    #: An album waits about a second for its last picture.
    not_before: Mapped[datetime] = mapped_column(Utc)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(Utc)
    #: Which process holds the lease; a late worker must not settle another's job.
    lease_holder: Mapped[str | None] = mapped_column(String(64))
    settled_at: Mapped[datetime | None] = mapped_column(Utc)
    #: Why it was given up, as a code the chat has a sentence for.
    reason: Mapped[str | None] = mapped_column(String(64))
    #: What the logs know of it; for admins, never for workers.
    detail: Mapped[str | None] = mapped_column(Text)
    stage: Mapped[str | None] = mapped_column(String(32))
    progress_done: Mapped[int] = mapped_column(default=0)
    progress_total: Mapped[int] = mapped_column(default=0)


class DeliveryState(Enum):
    """Sent or not yet; a chat that is gone is not tried for ever."""

    WAITING = "waiting"
    SENT = "sent"
    UNDELIVERABLE = "undeliverable"


class Delivery(Base):
    """Something a person must be told, written in the same transaction as what it tells."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index(None, "job_id", "kind", unique=True),
        Index(
            "ix_deliveries_waiting",
            "not_before",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: None: a message that no job stands behind, e.g. "order 1042 is complete" to the admins.
    job_id: Mapped[int | None] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    #: A word the conversation owns, e.g. "answer", "given_up", "indexed", "order_complete".
    kind: Mapped[str] = mapped_column(String(32))
    chat_id: Mapped[int] = mapped_column(BigInteger)
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    state: Mapped[DeliveryState] = mapped_column(
        states(DeliveryState), default=DeliveryState.WAITING
    )
    created_at: Mapped[datetime] = mapped_column(Utc)
    #: Moved on by Telegram's retry_after and by failures.
    not_before: Mapped[datetime] = mapped_column(Utc)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(Utc)
    sent_at: Mapped[datetime | None] = mapped_column(Utc)
    message_id: Mapped[int | None] = mapped_column(BigInteger)


class Leader(Base):
    """A deed that one process at a time may do (poll, sweep, clean up), until a moment."""

    __tablename__ = "leaders"

    deed: Mapped[str] = mapped_column(String(32), primary_key=True)
    holder: Mapped[str] = mapped_column(String(64))
    until: Mapped[datetime] = mapped_column(Utc)
