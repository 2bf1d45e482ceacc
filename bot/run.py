"""Run the conversation: poll, handle, deliver, show progress; until told to stop.

May be started before Telegram or the database can be reached: it keeps trying.
"""

import asyncio
import os
import secrets
import socket
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.exc import SQLAlchemyError
from telegram.error import InvalidToken, RetryAfter, TelegramError
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot import menus
from bot.buttons import Seal, seal_of
from bot.desk import Desk, Floor, HouseRules
from bot.dispatch import Dispatch
from bot.inbox import Handle, poll_for_ever
from bot.line import pause_s
from bot.messages import Messages
from bot.outbox import deliver_for_ever
from bot.progress import Watch
from catalog.people import enroll_first_admin

_log = structlog.get_logger(__name__)

PAUSE_S = 1.0
PAUSE_LONGEST_S = 30.0
GOODBYE_S = 5.0
CONNECTIONS = 64
#: Database and files are used from these; Python's default is six on two cores.
THREADS = 24
CONNECT_S = 5.0
READ_S = 20.0
#: A file of 50 MB over a slow line.
UPLOAD_S = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BotSettings:
    """How to reach Telegram, and the house rules.

    Attributes:
        base_url: ends before the token, "https://api.telegram.org/bot".
        base_file_url: ends before the token, "https://api.telegram.org/file/bot".
        local_mode: the Bot API server runs with --local and shares its disk with the bot.
    """

    token: str
    base_url: str = "https://api.telegram.org/bot"
    base_file_url: str = "https://api.telegram.org/file/bot"
    local_mode: bool = False
    admin_id: int | None = None
    zone: tzinfo = field(default_factory=lambda: ZoneInfo("UTC"))
    rules: HouseRules = field(default_factory=HouseRules)
    #: A name among the processes that may poll; one that is the same after a restart takes over
    #: at once, so give one only where no second process can run (embedded).
    holder: str | None = None


async def run(shop: Floor, settings: BotSettings, *, stop: asyncio.Event | None = None) -> None:
    """Talk to people until `stop` is set or the task is cancelled.

    Raises:
        InvalidToken: Telegram does not know the token; trying again would not help.
    """
    stop = stop or asyncio.Event()
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, "bot"))
    holder = settings.holder or f"{socket.gethostname()[:30]}-{os.getpid()}-{secrets.token_hex(4)}"
    bot = _bot(settings)
    try:
        if not await _unless_stopped(_initialised(bot), stop):
            return
        messages = Messages(clock=shop.clock, zone=settings.zone)
        desk = Desk(bot=bot, shop=shop, messages=messages, rules=settings.rules)
        await _serve(desk, settings, holder=holder, stop=stop)
    finally:
        await bot.shutdown()


async def _serve(desk: Desk, settings: BotSettings, *, holder: str, stop: asyncio.Event) -> None:
    seal = seal_of(settings.token)
    terms = _Terms(desk, seal)
    tasks: list[asyncio.Task[None]] = [
        asyncio.create_task(_open_up(desk, settings), name="open up"),
        asyncio.create_task(poll_for_ever(desk, holder=holder, begin=terms.begin), name="inbox"),
        asyncio.create_task(deliver_for_ever(desk, seal), name="outbox"),
        asyncio.create_task(Watch(desk, holder=holder).for_ever(), name="progress"),
    ]
    stopped: asyncio.Task[Any] = asyncio.create_task(stop.wait())
    try:
        while not stopped.done():
            done, _ = await asyncio.wait({*tasks, stopped}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
            tasks = [task for task in tasks if not task.done()]
    finally:
        stopped.cancel()
        tasks_left = [task for task in tasks if not task.done()]
        for task in tasks_left:
            task.cancel()
        await terms.end()
        await asyncio.gather(*tasks_left, stopped, return_exceptions=True)


class _Terms:
    """Each term as the polling process begins with nothing in hand."""

    def __init__(self, desk: Desk, seal: Seal) -> None:
        self._desk, self._seal = desk, seal
        self._dispatch: Dispatch | None = None

    async def begin(self) -> Handle:
        await self.end()
        self._dispatch = Dispatch(self._desk, self._seal)
        return self._dispatch.accept

    async def end(self) -> None:
        if self._dispatch is not None:
            await self._dispatch.stop(patience_s=GOODBYE_S)
            self._dispatch = None


async def _open_up(desk: Desk, settings: BotSettings) -> None:
    """Enrol the admin of the settings and set everybody's menu."""
    admin_id = settings.admin_id
    while True:
        try:
            if admin_id is not None:
                await desk.write(
                    lambda session: enroll_first_admin(session, admin_id, now=desk.now())
                )
            await menus.show_to_everybody(desk)
        except SQLAlchemyError as error:
            _log.warning("opening_waits_for_database", cause=str(error))
            await asyncio.sleep(PAUSE_S)
        else:
            return


def _bot(settings: BotSettings) -> ExtBot[None]:
    def line(connections: int) -> HTTPXRequest:
        return HTTPXRequest(
            connection_pool_size=connections,
            connect_timeout=CONNECT_S,
            read_timeout=READ_S,
            write_timeout=READ_S,
            media_write_timeout=UPLOAD_S,
            pool_timeout=READ_S,
        )

    return ExtBot(
        settings.token,
        base_url=settings.base_url,
        base_file_url=settings.base_file_url,
        local_mode=settings.local_mode,
        request=line(CONNECTIONS),
        get_updates_request=line(2),
    )


async def _initialised(bot: ExtBot[None]) -> None:
    """Learn one's own name; Telegram may not be there yet."""
    pause = PAUSE_S
    while True:
        try:
            await bot.initialize()
        except InvalidToken:
            raise
        except RetryAfter as error:
            await asyncio.sleep(pause_s(error))
        except TelegramError as error:
            _log.info("telegram_out_of_reach", cause=str(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2, PAUSE_LONGEST_S)
        else:
            return


async def _unless_stopped(deed: Coroutine[None, None, None], stop: asyncio.Event) -> bool:
    """Do it unless told to stop meanwhile; whether it was done."""
    doing, stopped = asyncio.create_task(deed), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({doing, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if doing.done():
            doing.result()
            return True
        return False
    finally:
        doing.cancel()
        stopped.cancel()
        await asyncio.gather(doing, stopped, return_exceptions=True)
