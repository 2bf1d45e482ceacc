"""Deliver what the shop has to tell: at least once, and an edit told twice is told once.

Any number of processes deliver; each takes a few at a time under a lease. A job's message takes the
place of its status message. What Telegram asks to wait for is put off, what it will never take
(blocked, chat gone) is not tried again.
"""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter

from bot import line
from bot.buttons import Seal
from bot.desk import Desk
from bot.line import MessageGone, Place
from bot.tellings import Telling, Told, told
from bot.trouble import tell_admins
from catalog import deliveries
from catalog.deliveries import WaitingDelivery
from catalog.people import name_of
from catalog.sightings import note_answer_message

_log = structlog.get_logger(__name__)

#: A delivery taken by a process that dies is taken by another after this.
LEASE = timedelta(seconds=20)
AT_ONCE = 8
#: How often the table is looked at when nothing rings.
LOOK_EVERY_S = 0.2
PAUSE_S = 1.0
#: What is being sent when the bot stops may take this long to end.
GOODBYE_S = 3.0
#: After this many failures that Telegram does not explain, a delivery is let go.
ATTEMPTS_MAX = 8
PAUSE_LONGEST = timedelta(seconds=30)


async def deliver_for_ever(desk: Desk, seal: Seal) -> None:
    """Deliver until cancelled; a database that is away is waited for.

    A delivery that is slow to send keeps one place of several, not the others waiting.
    """
    running: set[asyncio.Task[None]] = set()
    try:
        while True:
            for each in await _taken(desk, AT_ONCE - len(running)):
                running.add(asyncio.create_task(_deliver(each, desk, seal)))
            await _pause(desk)
            running = {task for task in running if not task.done()}
    finally:
        if running:
            await asyncio.wait(running, timeout=GOODBYE_S)


async def _taken(desk: Desk, limit: int) -> list[WaitingDelivery]:
    """What may be delivered now; looks first, so that an idle bot writes nothing."""
    try:
        due_at = await desk.read(deliveries.next_delivery_at)
        if limit == 0 or due_at is None or due_at > desk.now():
            return []
        return await asyncio.to_thread(_take, desk, limit)
    except SQLAlchemyError as error:
        _log.warning("outbox_waits_for_database", cause=str(error))
        await asyncio.sleep(PAUSE_S)
        return []


def _take(desk: Desk, limit: int) -> list[WaitingDelivery]:
    with desk.shop.database.transaction() as session:
        return deliveries.take_deliveries(session, now=desk.now(), lease=LEASE, limit=limit)


async def _pause(desk: Desk) -> None:
    try:
        async with asyncio.timeout(LOOK_EVERY_S):
            await desk.outbox_bell.wait()
    except TimeoutError:
        return
    desk.outbox_bell.clear()


async def _deliver(delivery: WaitingDelivery, desk: Desk, seal: Seal) -> None:
    log = _log.bind(delivery_id=delivery.id, kind=delivery.kind, job_id=delivery.job_id)
    try:
        ending = await _told_and_sent(delivery, desk, seal)
    except RetryAfter as error:
        ending = _put_off(delivery, desk, timedelta(seconds=line.pause_s(error)))
        log.warning("told_to_wait", seconds=line.pause_s(error))
    except (Forbidden, ChatMigrated) as error:
        ending = _undeliverable(delivery, desk)
        log.info("undeliverable", cause=str(error))
    except BadRequest as error:
        ending = _after_failure(delivery, desk, error, log)
    except NetworkError as error:
        ending = _put_off(delivery, desk, _pause_after(delivery.attempts))
        log.info("telegram_out_of_reach", cause=str(error))
    except Exception as error:  # noqa: BLE001  # one delivery must not stop the others
        ending = _after_failure(delivery, desk, error, log)
    try:
        await asyncio.to_thread(_keep, desk, ending)
    except SQLAlchemyError as error:  # the lease runs out and it is told again, by edit
        log.warning("delivery_not_noted", cause=str(error))


async def _told_and_sent(
    delivery: WaitingDelivery, desk: Desk, seal: Seal
) -> Callable[[Session], None]:
    message = await told(delivery, desk, seal)
    if message is None:
        return _undeliverable(delivery, desk)
    message_id = await _send(delivery, message, desk)

    def sent(session: Session) -> None:
        if message.sighting is not None:
            note_answer_message(session, message.sighting.id, message_id=message_id)
        if delivery.kind == Telling.GIVEN_UP.value:
            tell_admins(session, person=_sender(session, delivery), now=desk.now())
        deliveries.mark_sent(session, delivery.id, message_id=message_id, now=desk.now())

    return sent


def _sender(session: Session, delivery: WaitingDelivery) -> str:
    return "?" if delivery.person_id is None else name_of(session, delivery.person_id)


async def _send(delivery: WaitingDelivery, message: Told, desk: Desk) -> int:
    status_id = delivery.status_message_id or delivery.facts.get("status_message_id")
    reply_to = message.sighting.photo_message_id if message.sighting else None
    if status_id is None or not message.takes_status:
        return await line.send(desk.bot, delivery.chat_id, message.speech, reply_to=reply_to)
    try:
        await line.change_somehow(desk.bot, Place(delivery.chat_id, status_id), message.speech)
    except MessageGone:  # deleted, or too old
        return await line.send(desk.bot, delivery.chat_id, message.speech, reply_to=reply_to)
    return int(status_id)


def _after_failure(
    delivery: WaitingDelivery, desk: Desk, error: Exception, log: structlog.stdlib.BoundLogger
) -> Callable[[Session], None]:
    if "chat not found" in str(error).lower():
        log.info("undeliverable", cause=str(error))
        return _undeliverable(delivery, desk)
    if delivery.attempts >= ATTEMPTS_MAX:
        log.error("delivery_given_up", exc_info=error)
        return _undeliverable(delivery, desk)
    log.error("delivery_failed", exc_info=error)
    return _put_off(delivery, desk, _pause_after(delivery.attempts))


def _put_off(delivery: WaitingDelivery, desk: Desk, pause: timedelta) -> Callable[[Session], None]:
    until = desk.now() + pause
    return lambda session: deliveries.put_off(session, delivery.id, until=until)


def _undeliverable(delivery: WaitingDelivery, desk: Desk) -> Callable[[Session], None]:
    now = desk.now()
    return lambda session: deliveries.mark_undeliverable(session, delivery.id, now=now)


def _pause_after(attempts: int) -> timedelta:
    return min(timedelta(seconds=0.5 * 2**attempts), PAUSE_LONGEST)


def _keep(desk: Desk, ending: Callable[[Session], None]) -> None:
    with desk.shop.database.transaction() as session:
        ending(session)
