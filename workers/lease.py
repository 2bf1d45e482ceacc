"""Hold a job while it is worked on, and know when it is held no more.

A thread renews the lease; when somebody else has the job, or it took too long, `Lease` says so at
the next step, and the database refuses to settle it in any case. Kill this process and the lease
runs out: another worker goes on within LEASE and a sweep.
"""

import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from catalog.jobs import note_progress
from catalog.leases import LeasedJob, LeaseLost, renew_lease, settle_done, take_lease
from catalog.tables import JobKind
from workers.shop import Shop
from workers.stages import Stage

_log = structlog.get_logger(__name__)

#: Longer than a busy machine's hiccup, short enough for 30 s from a crash to going on.
LEASE = timedelta(seconds=15)
#: Two renewals may fail before the lease is lost.
RENEW_EVERY = timedelta(seconds=5)
#: A job that takes longer is stuck: its lease is let go, so that another worker tries.
PATIENCE = {
    JobKind.IDENTIFY: timedelta(minutes=3),
    JobKind.RECEIVE: timedelta(hours=1),
    JobKind.INDEX: timedelta(minutes=40),
    JobKind.TUNE: timedelta(minutes=20),  # one slice of it: workers/tuning.py
}


class Lease:
    """A job this worker holds. Every step asks it first."""

    def __init__(self, job: LeasedJob, shop: Shop) -> None:
        self.job = job
        self._shop = shop
        self._lost = threading.Event()

    def check(self) -> None:
        """Stop here if the job is held no more.

        Raises:
            LeaseLost: it is not.
        """
        if self._lost.is_set():
            raise LeaseLost(self.job.id, self.job.holder)

    def note(self, stage: Stage, done: int = 0, total: int = 0) -> None:
        """Let people see how far the job is; also a moment to stop.

        Raises:
            LeaseLost: the job is held no more.
        """
        self.check()
        with self._shop.database.transaction() as session:
            note_progress(session, self.job.id, stage=stage.value, done=done, total=total)

    def settle_done(self, session: Session) -> None:
        """Settle the job within the transaction that keeps its result; call this first.

        Raises:
            LeaseLost: the job is held no more; nothing of the transaction is kept.
        """
        self.check()
        settle_done(session, self.job.id, holder=self.job.holder, now=self._shop.clock())

    def renew(self) -> None:
        """Hold the job for longer, unless its time is up or somebody else has it."""
        try:
            with self._shop.database.transaction() as session:
                renew_lease(
                    session,
                    self.job.id,
                    holder=self.job.holder,
                    now=self._shop.clock(),
                    lease=LEASE,
                )
        except LeaseLost:
            self.let_go()
        except SQLAlchemyError as error:  # the database is away: try again until the lease is over
            _log.warning("lease_not_renewed", job_id=self.job.id, cause=str(error))

    def let_go(self) -> None:
        """Give the job up to whoever takes it; the next step of this one fails."""
        self._lost.set()

    @property
    def is_lost(self) -> bool:
        return self._lost.is_set()


def take(shop: Shop, job_id: int) -> LeasedJob | None:
    """Take a job if it is due; the attempt counts from here on."""
    with shop.database.transaction() as session:
        return take_lease(session, job_id, holder=new_holder(), now=shop.clock(), lease=LEASE)


@contextmanager
def held(job: LeasedJob, shop: Shop, *, renew_every: timedelta = RENEW_EVERY) -> Iterator[Lease]:
    """Hold a taken job: its lease is renewed until the block ends."""
    lease, ended = Lease(job, shop), threading.Event()
    until = shop.clock() + PATIENCE[job.kind]

    def keep() -> None:
        while not ended.wait(renew_every.total_seconds()) and not lease.is_lost:
            if shop.clock() >= until:
                _log.error("job_takes_too_long", job_id=job.id, kind=job.kind.value)
                lease.let_go()
                return
            lease.renew()

    keeper = threading.Thread(target=keep, name=f"lease of job {job.id}", daemon=True)
    keeper.start()
    try:
        yield lease
    finally:
        ended.set()
        keeper.join()


def new_holder() -> str:
    """A name that nobody else has: machine, process, and chance for the threads within it."""
    return f"{socket.gethostname()[:30]}-{os.getpid()}-{secrets.token_hex(6)}"
