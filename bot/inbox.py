"""Fetch updates and keep them before Telegram may forget them.

getUpdates -> INSERT -> COMMIT -> only then the offset moves on. A crash costs nothing: Telegram
sends them again and the key drops the twins. One process at a time polls, elected by a row; it is
also the one that handles, so that a chat's updates stay in order.
"""

import asyncio
import json
import warnings
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from telegram import Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.warnings import PTBUserWarning

from bot.desk import Desk
from bot.line import pause_s
from catalog.leaders import lead, resign
from catalog.updates import KeptUpdate, keep_updates, unhandled

_log = structlog.get_logger(__name__)

DEED = "poll"
#: A poller that dies is followed after this; a lone bot's restart takes about as long, so that it
#: hardly waits for its predecessor's term. Three renewals may fail before the lead is lost.
TERM = timedelta(seconds=8)
RENEW_EVERY_S = 2.0
POLL_S = 30
READ_S = 40
PAUSE_S = 1.0
ALLOWED = ("message", "callback_query")

Body = dict[str, Any]
Handle = Callable[[Sequence[KeptUpdate]], None]
Begin = Callable[[], Awaitable[Handle]]


async def poll_for_ever(desk: Desk, *, holder: str, begin: Begin) -> None:
    """Poll while this process leads, wait while another does; until cancelled.

    Args:
        desk: where updates are kept.
        holder: this process's name among the candidates.
        begin: called at each term's beginning; gives what handles updates.
    """
    try:
        while True:
            if await _leads(desk, holder):
                await _term(desk, holder, await begin())
            await asyncio.sleep(PAUSE_S)
    finally:
        await asyncio.shield(_resign(desk, holder))


async def _term(desk: Desk, holder: str, handle: Handle) -> None:
    """Poll until the lead is lost."""
    polling = asyncio.create_task(_poll(desk, handle))
    try:
        while await _leads(desk, holder):
            await asyncio.wait({polling}, timeout=RENEW_EVERY_S)
            if polling.done():
                polling.result()
                return
        _log.warning("lead_lost", deed=DEED)
    finally:
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)


async def _poll(desk: Desk, handle: Handle) -> None:
    handle(await _left_over(desk))
    offset: int | None = None
    while True:
        bodies = await _fetched(desk, offset)
        if not bodies:
            continue
        handle(await _kept(desk, bodies))
        offset = int(bodies[-1]["update_id"]) + 1


async def _left_over(desk: Desk) -> list[KeptUpdate]:
    """What an earlier process kept and did not get to handle."""
    while True:
        try:
            return await desk.read(unhandled)
        except SQLAlchemyError as error:
            await _wait_for_database(error)


async def _fetched(desk: Desk, offset: int | None) -> list[Body]:
    try:
        updates = await desk.bot.get_updates(
            offset=offset, timeout=POLL_S, read_timeout=READ_S, allowed_updates=ALLOWED
        )
        return [body_of(update) for update in updates]
    except InvalidToken:
        raise
    except RetryAfter as error:
        await asyncio.sleep(pause_s(error))
    except Conflict:
        _log.warning("somebody_else_polls")
        await asyncio.sleep(RENEW_EVERY_S)
    except TelegramError as error:
        _log.info("telegram_out_of_reach", cause=str(error))
        await asyncio.sleep(PAUSE_S)
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        _log.warning("updates_in_an_unknown_shape", cause=str(error))
        return await _fetched_unread(desk, offset)
    return []


async def _fetched_unread(desk: Desk, offset: int | None) -> list[Body]:
    """One update that the library cannot read must not hold up the rest: take all as they are.

    The library warns that it has a method of its own for this; that method has just failed.
    """
    wanted = {"offset": offset, "timeout": 0, "allowed_updates": list(ALLOWED)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PTBUserWarning)
        try:
            found = await desk.bot.do_api_request("getUpdates", api_kwargs=wanted)
        except TelegramError as error:
            _log.info("telegram_out_of_reach", cause=str(error))
            await asyncio.sleep(PAUSE_S)
            return []
    return [_storable_body(body) for body in found] if isinstance(found, list) else []


async def _kept(desk: Desk, bodies: Sequence[Body]) -> list[KeptUpdate]:
    """Commit them; a database that is away is waited for, Telegram keeps them meanwhile."""
    now = desk.now()
    while True:
        try:
            new = set(await desk.write(lambda session: keep_updates(session, bodies, now=now)))
        except SQLAlchemyError as error:
            await _wait_for_database(error)
        else:
            break
    return [
        KeptUpdate(id=body["update_id"], body=body, received_at=now, attempts=0)
        for body in bodies
        if body["update_id"] in new
    ]


def body_of(update: Update) -> Body:
    """An update as JSON, fields that the library does not know included."""
    return _storable_body(json.loads(update.to_json()))


def _storable_body(body: object) -> Body:
    """One message must not stop all: what PostgreSQL keeps in no text is taken out."""
    stored = _storable(body)
    return stored if isinstance(stored, dict) else {}


def _storable(value: object) -> object:
    """The same without U+0000 and halves of characters, which only a broken sender makes."""
    match value:
        case str():
            whole = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
            return whole.replace("\0", "")
        case list():
            return [_storable(each) for each in value]
        case dict():
            return {str(_storable(key)): _storable(each) for key, each in value.items()}
    return value


async def _leads(desk: Desk, holder: str) -> bool:
    try:
        return await desk.write(
            lambda session: lead(session, DEED, holder=holder, now=desk.now(), term=TERM)
        )
    except SQLAlchemyError as error:
        await _wait_for_database(error)
        return False


async def _resign(desk: Desk, holder: str) -> None:
    try:
        await desk.write(lambda session: resign(session, DEED, holder=holder, now=desk.now()))
    except SQLAlchemyError as error:
        _log.warning("lead_not_handed_over", cause=str(error))


async def _wait_for_database(error: SQLAlchemyError) -> None:
    _log.warning("inbox_waits_for_database", cause=str(error))
    await asyncio.sleep(PAUSE_S)
