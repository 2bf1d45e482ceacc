"""Set right what crashes leave behind: ring for jobs nobody hears of, give up those that kill.

Parts that the describer in use has not seen, or whose look-alikes were not looked for, are queued
here, too.

Runs in every worker process; a row in the database says whose turn it is, so that one sweeps at a
time. With Redis wiped or a worker killed the queue moves on within a lease and a sweep.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import structlog
from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError

from catalog.jobs import due_jobs, told_of
from catalog.leaders import lead, resign
from catalog.leases import Failure, exhausted_jobs, give_up_exhausted
from workers.comparisons import queue_what_is_not_compared
from workers.descriptions import queue_what_is_missing
from workers.janitor import clean
from workers.lease import new_holder
from workers.received import hold_parent
from workers.remembering import queue_what_is_not_remembered
from workers.shop import Shop
from workers.turning import (
    as_it_is_now,
    leave_what_is_lost,
    open_what_comes,
    turn_when_described,
)
from workers.work import GivenUp, write_given_up

_log = structlog.get_logger(__name__)

#: With a lease of 15 s a killed worker's job is taken up again within 20 s.
SWEEP_EVERY = timedelta(seconds=5)
#: A dead sweeper is followed after this and one more sweep.
SWEEP_TERM = timedelta(seconds=12)


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep did."""

    rung: int
    given_up: int


def sweep(shop: Shop, *, holder: str) -> Swept | None:
    """Sweep once; None when it is another process's turn."""
    with shop.database.transaction() as session:
        if not lead(session, "sweep", holder=holder, now=shop.clock(), term=SWEEP_TERM):
            return None
    with shop.database.reading() as session:
        exhausted = exhausted_jobs(session, now=shop.clock())
    given_up = sum(_give_up(job_id, shop) for job_id in exhausted)
    leave_what_is_lost(shop)
    turn_when_described(shop)
    shop = as_it_is_now(shop)
    queue_what_is_missing(shop)
    queue_what_is_not_remembered(shop)
    queue_what_is_not_compared(shop)
    with shop.database.reading() as session:
        due = due_jobs(session, now=shop.clock())
    rung = shop.doorbell.ring_for_those_unheard(due)
    if rung or given_up:
        _log.info("swept", rung=rung, given_up=given_up)
    return Swept(rung, given_up)


@contextmanager
def sweeping(shop: Shop, *, holder: str | None = None) -> Iterator[None]:
    """Sweep and clean in a thread until the block ends.

    Whoever is the only process of a shop passes a name that stays the same, and so need not wait
    for the term of its own predecessor.
    """
    ended, name = threading.Event(), holder or new_holder()

    def keep_sweeping() -> None:
        while True:
            _carefully("open", lambda: open_what_comes(shop))
            _carefully("sweep", lambda: sweep(shop, holder=name))
            _carefully("clean", lambda: clean(shop))
            if ended.wait(SWEEP_EVERY.total_seconds()):
                break
        _carefully("resign", lambda: _resign(shop, name))

    thread = threading.Thread(target=keep_sweeping, name="sweeper", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _give_up(job_id: int, shop: Shop) -> bool:
    failure = Failure(GivenUp.CRASHED.value, "its worker died in each attempt")
    with shop.database.transaction() as session:
        now = shop.clock()
        told = told_of(session, job_id)
        hold_parent(session, told.parent_id)
        if not give_up_exhausted(session, job_id, failure, now=now):
            return False
        write_given_up(session, told, failure, now=now)
    _log.error("job_given_up", job_id=job_id, reason=failure.reason)
    shop.figures.count_attempt(told.kind.value, "given_up")
    return True


def _resign(shop: Shop, holder: str) -> None:
    with shop.database.transaction() as session:
        resign(session, "sweep", holder=holder, now=shop.clock())


def _carefully(deed: str, do: Callable[[], object]) -> None:
    """A sweep that fails is made up for by the next one."""
    try:
        do()
    except (SQLAlchemyError, RedisError, OSError) as error:
        _log.warning("sweeper_stumbled", deed=deed, cause=str(error))
