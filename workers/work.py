"""Do one job: take it, do it, settle it, whatever happens.

The only place of this room that catches broadly. A complaint is told to the person and ends the
job; anything else is a failed attempt: again after a pause, and given up after the last one. What
cannot be done yet, because the catalogue is being described anew, waits and counts no attempt.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import Enum
from functools import partial

import structlog
from sqlalchemy.orm import Session

from catalog.awaited_photos import stand_again
from catalog.deliveries import NewDelivery, write_delivery
from catalog.jobs import ATTEMPTS_MAX, QUEUE_OF, Told, due_at, told_of
from catalog.leases import Failure, LeasedJob, LeaseLost, give_up, put_back, put_off, settle_done
from catalog.parts import mark_failed
from catalog.tables import JobKind, Queue
from catalog.unreadable import Unreadable
from workers.catalogue_index import CatalogueBeingPrepared
from workers.cell import CellKilled, How
from workers.comparisons import compare_and_settle, is_comparison
from workers.descriptions import describe_and_settle, is_description
from workers.identify import identify_print
from workers.index_part import DescriberTurned, index_and_settle
from workers.lease import Lease, held, take
from workers.receive import receive_file
from workers.received import hold_parent, tell_if_complete
from workers.remembering import is_remembering, remember_and_settle
from workers.shop import Shop
from workers.stages import Stage
from workers.tuning import tune_and_settle
from workers.turning import as_it_is_now

_log = structlog.get_logger(__name__)

#: A failed attempt waits this long times its number: what was busy or away may be back.
PAUSE = timedelta(seconds=2)
#: A photo that waits for the catalogue looks again after this; a new part, which is drawn each
#: time, after that.
LOOK_AGAIN, DRAW_AGAIN = timedelta(seconds=5), timedelta(seconds=30)

_DEEDS: Mapping[JobKind, Callable[..., None]] = {
    JobKind.IDENTIFY: identify_print,
    JobKind.RECEIVE: receive_file,
    JobKind.INDEX: index_and_settle,
    JobKind.TUNE: tune_and_settle,
}


class GivenUp(Enum):
    """Why a job is given up, in words the chat has sentences for."""

    #: Its worker died each time.
    CRASHED = "crashed"
    TOO_LONG = "too_long"
    TOO_LARGE = "too_large"
    FAILED = "failed"


class End(Enum):
    """How an attempt at a job ended."""

    DONE = "done"
    REFUSED = "refused"
    LOST = "lost"
    PUT_BACK = "put_back"
    PUT_OFF = "put_off"
    GIVEN_UP = "given_up"


def work_on(job_id: int, queue: Queue, *, shop: Shop) -> End | None:
    """Do a job if it is due and nobody has it; None when it is not ours to do."""
    with structlog.contextvars.bound_contextvars(job_id=job_id):
        job = take(shop, job_id)
        if job is None:
            _ring_again_if_it_waits(job_id, queue, shop)
            return None
        shop = as_it_is_now(shop)
        with structlog.contextvars.bound_contextvars(kind=job.kind.value, attempt=job.attempt):
            started = shop.clock()
            with held(job, shop) as lease:
                end = _attempt(job, lease, shop)
            seconds = (shop.clock() - started).total_seconds()
            _log.info("attempt_ended", end=end.value, seconds=round(seconds, 3))
        shop.figures.count_attempt(job.kind.value, end.value)
        return end


def write_given_up(session: Session, told: Told, failure: Failure, *, now: datetime) -> None:
    """Whatever else changes when a job is given up: its part, its file's summary, its sender.

    Where further photos of a print cannot be looked at, the answer to the first ones stands.
    """
    if told.sighting_id is not None:
        stand_again(session, told.sighting_id, now=now)
    if told.part_id is not None:
        mark_failed(session, told.part_id)
    if told.parent_id is not None:
        tell_if_complete(session, told.parent_id, now=now)
    elif told.chat_id is not None:
        facts = {"job": told.kind.value, "code": failure.reason}
        delivery = NewDelivery(
            kind="given_up", chat_id=told.chat_id, job_id=told.job_id, facts=facts
        )
        write_delivery(session, delivery, now=now)


def write_refused(session: Session, told: Told, complaint: Unreadable, *, now: datetime) -> None:
    """Whatever else changes when what was sent is refused, as when it is given up."""
    if told.sighting_id is not None:
        stand_again(session, told.sighting_id, now=now)
    if told.chat_id is not None:
        facts = {"code": complaint.code, "arguments": complaint.facts}
        delivery = NewDelivery(
            kind="refused", chat_id=told.chat_id, job_id=told.job_id, facts=facts
        )
        write_delivery(session, delivery, now=now)


def _attempt(job: LeasedJob, lease: Lease, shop: Shop) -> End:
    deed = _deed(job)
    try:
        deed(job, shop=shop, lease=lease)
    except LeaseLost:
        _log.warning("lease_lost")
        return End.LOST
    except CatalogueBeingPrepared as reason:
        return _settled(partial(_await_catalogue, job, lease, shop, reason), End.PUT_OFF)
    except DescriberTurned:
        return _settled(partial(_put_off, job, shop, DRAW_AGAIN), End.PUT_OFF)
    except Unreadable as complaint:
        return _settled(partial(_refuse, job, complaint, shop), End.REFUSED)
    except Exception as error:  # noqa: BLE001 -- whatever it was, the job must be settled
        _log.warning("attempt_failed", exc_info=error)
        return _failed(job, error, shop)
    return End.DONE


def _deed(job: LeasedJob) -> Callable[..., None]:
    if is_comparison(job):
        return compare_and_settle
    return describe_and_settle if is_description(job) else _other_deed(job)


def _other_deed(job: LeasedJob) -> Callable[..., None]:
    return remember_and_settle if is_remembering(job) else _DEEDS[job.kind]


def _failed(job: LeasedJob, error: Exception, shop: Shop) -> End:
    if job.attempt < ATTEMPTS_MAX:
        return _settled(partial(_put_back, job, shop), End.PUT_BACK)
    failure = Failure(_reason(error).value, f"{type(error).__name__}: {error}")
    return _settled(partial(_give_up, job, failure, shop), End.GIVEN_UP)


def _settled(deed: Callable[[], None], end: End) -> End:
    """Settle; where even that fails, the lease runs out and the sweeper takes over."""
    try:
        deed()
    except Exception as error:  # noqa: BLE001 -- the database is away, or the lease is
        _log.warning("not_settled", wanted=end.value, exc_info=error)
        return End.LOST
    return end


def _refuse(job: LeasedJob, complaint: Unreadable, shop: Shop) -> None:
    with shop.database.transaction() as session:
        now = shop.clock()
        settle_done(session, job.id, holder=job.holder, now=now)
        write_refused(session, told_of(session, job.id), complaint, now=now)


def _await_catalogue(
    job: LeasedJob, lease: Lease, shop: Shop, reason: CatalogueBeingPrepared
) -> None:
    lease.note(Stage.PREPARING, reason.described, reason.parts)
    _put_off(job, shop, LOOK_AGAIN)


def _put_off(job: LeasedJob, shop: Shop, pause: timedelta) -> None:
    with shop.database.transaction() as session:
        put_off(session, job.id, holder=job.holder, not_before=shop.clock() + pause)
    shop.doorbell.ring(job.id, QUEUE_OF[job.kind], after=pause)


def _put_back(job: LeasedJob, shop: Shop) -> None:
    pause = PAUSE * job.attempt
    with shop.database.transaction() as session:
        put_back(session, job.id, holder=job.holder, not_before=shop.clock() + pause)
    shop.doorbell.ring(job.id, QUEUE_OF[job.kind], after=pause)


def _give_up(job: LeasedJob, failure: Failure, shop: Shop) -> None:
    with shop.database.transaction() as session:
        now = shop.clock()
        hold_parent(session, job.parent_id)
        give_up(session, job.id, failure, holder=job.holder, now=now)
        write_given_up(session, told_of(session, job.id), failure, now=now)


def _reason(error: Exception) -> GivenUp:
    match error:
        case CellKilled(how=How.WALL_TIME | How.CPU_TIME):
            return GivenUp.TOO_LONG
        case CellKilled(how=How.MEMORY):
            return GivenUp.TOO_LARGE
        case CellKilled():
            return GivenUp.CRASHED
    return GivenUp.FAILED


def _ring_again_if_it_waits(job_id: int, queue: Queue, shop: Shop) -> None:
    """Heard too early: an album got another picture, or an attempt failed a moment ago."""
    with shop.database.reading() as session:
        waits = due_at(session, job_id)
    if waits is not None and (pause := waits - shop.clock()) > timedelta(0):
        shop.doorbell.ring(job_id, queue, after=pause)
