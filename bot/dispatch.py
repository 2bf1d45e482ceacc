"""Handle what the inbox kept: in order within a chat, side by side across chats.

An attempt is counted before it is made, so that an update that kills the bot is given up like one
that fails in it. Telegram or the database being away does not count. This loop is the only place
in the conversation that catches broadly: the log gets the traceback, the person one warm sentence.
"""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import Enum
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.buttons import Seal
from bot.desk import Desk
from bot.line import pause_s
from bot.routing import UpdateUnreadable, take, turn_of
from bot.trouble import tell_admins
from bot.turn import Traces, Turn
from catalog.updates import (
    ATTEMPTS_MAX,
    HandledElsewhere,
    KeptUpdate,
    begin_attempt,
    is_handled,
    settle_failed,
    settle_handled,
    take_back_attempt,
)

_log = structlog.get_logger(__name__)

CHATS_AT_ONCE = 32
#: A chat, and whether it is about its buttons.
Lane = tuple[int, bool]
#: For this long a network that is away is waited for; then its failures count, too.
NETWORK_PATIENCE = timedelta(minutes=10)
PAUSE_S = 0.5
PAUSE_LONGEST_S = 15.0


class Outcome(Enum):
    """How one attempt ended."""

    DONE = "done"
    AGAIN = "again"
    #: The failure was not the update's: the attempt does not count.
    AGAIN_UNCOUNTED = "again_uncounted"


class Dispatch:
    """One term's updates on their way through the conversation."""

    def __init__(self, desk: Desk, seal: Seal) -> None:
        self._desk, self._seal = desk, seal
        self._lanes: dict[Lane, deque[KeptUpdate]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(CHATS_AT_ONCE)

    def accept(self, updates: Sequence[KeptUpdate]) -> None:
        """Queue updates behind those of the same chat."""
        for update in updates:
            key = lane_of(update.body)
            lane = self._lanes.get(key)
            if lane is not None:
                lane.append(update)
                continue
            self._lanes[key] = deque([update])
            task = asyncio.create_task(self._run(key))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def stop(self, *, patience_s: float) -> None:
        """Let what has begun end, for a while; the rest is handled by whoever comes next."""
        for lane in self._lanes.values():
            lane.clear()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=patience_s)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def idle(self) -> None:
        """Wait until nothing is left to be handled."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, key: Lane) -> None:
        lane = self._lanes[key]
        try:
            while lane:
                update = lane.popleft()
                async with self._room:
                    await self._handle(update)
        finally:
            del self._lanes[key]

    async def _handle(self, update: KeptUpdate) -> None:
        """Attempt an update until it is done or given up."""
        traces = Traces()
        pause = PAUSE_S
        with structlog.contextvars.bound_contextvars(update_id=update.id):
            while True:
                outcome = await self._attempt(update, traces)
                if outcome is Outcome.DONE:
                    return
                if outcome is Outcome.AGAIN_UNCOUNTED:
                    await self._uncount(update)
                await asyncio.sleep(pause)
                pause = min(pause * 2, PAUSE_LONGEST_S)

    async def _attempt(self, update: KeptUpdate, traces: Traces) -> Outcome:
        try:
            begun = await self._desk.write(lambda session: begin_attempt(session, update.id))
            if begun is None:
                await self._give_up(update, traces)
            else:
                await self._take(begun, traces)
        except HandledElsewhere:
            return Outcome.DONE
        except Exception as error:  # noqa: BLE001  # the one broad catch of the conversation
            return await self._after(error, update)
        return Outcome.DONE

    async def _after(self, error: Exception, update: KeptUpdate) -> Outcome:
        """What to do about a failed attempt."""
        match error:
            case Forbidden():  # blocked: nobody is there to be answered
                _log.info("update_unanswerable", cause=str(error))
                await self._settle(update)
                return Outcome.DONE
            case UpdateUnreadable():
                _log.error("update_unreadable", exc_info=error)
                await self._settle_failed(update, str(error))
                return Outcome.DONE
            case BadRequest():  # a network error by inheritance, ours by nature
                _log.error("update_failed", exc_info=error)
                return Outcome.AGAIN
            case RetryAfter():
                await asyncio.sleep(pause_s(error))
                return Outcome.AGAIN_UNCOUNTED
            case NetworkError() | OperationalError() | InterfaceError():
                _log.warning("out_of_reach", cause=str(error))
                return self._by_age(update)
            case _:
                _log.error("update_failed", exc_info=error)
                return Outcome.AGAIN

    def _by_age(self, update: KeptUpdate) -> Outcome:
        is_young = self._desk.now() - update.received_at < NETWORK_PATIENCE
        return Outcome.AGAIN_UNCOUNTED if is_young else Outcome.AGAIN

    async def _take(self, update: KeptUpdate, traces: Traces) -> None:
        turn = await turn_of(update, traces, desk=self._desk, seal=self._seal)
        if turn is not None:
            await take(turn)
        await self._settle(update)

    async def _settle(self, update: KeptUpdate) -> None:
        """Mark it handled unless its deed did so already."""
        if await self._desk.read(lambda session: is_handled(session, update.id)):
            return
        now = self._desk.now()
        await self._desk.write(lambda session: settle_handled(session, update.id, now=now))

    async def _settle_failed(self, update: KeptUpdate, failure: str) -> bool:
        now = self._desk.now()
        return await self._desk.write(
            lambda session: settle_failed(session, update.id, failure=failure, now=now)
        )

    async def _uncount(self, update: KeptUpdate) -> None:
        try:
            await self._desk.write(lambda session: take_back_attempt(session, update.id))
        except DBAPIError as error:
            _log.warning("database_out_of_reach", cause=str(error))

    async def _give_up(self, update: KeptUpdate, traces: Traces) -> None:
        """After three attempts: one warm sentence, and on to the next."""
        now = self._desk.now()
        if not await self._settle_failed(update, f"given up after {ATTEMPTS_MAX} attempts"):
            return
        _log.error("update_given_up")
        try:
            turn = await turn_of(update, traces, desk=self._desk, seal=self._seal)
            if turn is not None and turn.known is not None:
                person = turn.known.name
                await self._desk.write(lambda session: tell_admins(session, person=person, now=now))
                await _apologise(turn)
        except (TelegramError, UpdateUnreadable) as error:
            _log.warning("apology_not_sent", cause=str(error))


async def _apologise(turn: Turn) -> None:
    if turn.press is not None:
        await turn.toast(turn.plain("gave-up-toast"))
        return
    await turn.close_status(turn.say("gave-up"))


def lane_of(body: Mapping[str, Any]) -> Lane:
    """Whose updates wait for each other: a chat's messages, and apart from them its presses.

    A pressed button is answered within a second, also while a photo of that chat is being fetched.
    """
    query = body.get("callback_query") or {}
    message = body.get("message") or query.get("message") or {}
    chat = message.get("chat") or {}
    return int(chat.get("id") or (query.get("from") or {}).get("id") or 0), bool(query)
