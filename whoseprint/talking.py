"""Run the bot and nothing else, until somebody says stop: what it needs, opened from settings.

Imports nothing that looks at pixels or meshes: after a kill -9 the next bot talks as soon as Python
has read its modules, and recognition is more than half of those.
"""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dramatiq import Broker
from telegram.error import InvalidToken

from bot.desk import DOWNLOAD_BYTES, Floor, HouseRules
from bot.run import BotSettings, run
from catalog.database import Database, open_database
from catalog.errors import Complaint
from catalog.files import FileStore
from whoseprint.preparing import prepare_database
from whoseprint.settings import Settings
from workers.broker import open_redis_broker
from workers.clock import Clock, system_clock
from workers.doorbell import Doorbell
from workers.figures import CountMessages, Figures


class NoToken(Complaint):
    """There is no bot token."""

    def __str__(self) -> str:
        return (
            "WHOSEPRINT_TELEGRAM_TOKEN is not set. Ask @BotFather on Telegram for a token, "
            "or try `whoseprint demo`, which needs none."
        )


class WrongToken(Complaint):
    """Telegram does not know the token."""

    def __str__(self) -> str:
        return "Telegram does not know this token. Look it up with @BotFather once more."


class NoRedis(Complaint):
    """There is no Redis to queue work in."""

    def __str__(self) -> str:
        return (
            "WHOSEPRINT_REDIS_URL is not set. Set it, or run everything in one process: "
            "whoseprint bot --embedded"
        )


class NoSuchZone(Complaint):
    """The time zone's name is unknown."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"WHOSEPRINT_TIME_ZONE: {self.name} is no time zone; write it like Europe/Madrid."


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontRoom:
    """What a bot needs of its shop, the workers being elsewhere."""

    database: Database
    files: FileStore
    doorbell: Doorbell
    clock: Clock


def run_bot(settings: Settings) -> None:
    """Talk to people until SIGTERM or SIGINT; workers in other processes do the rest.

    Raises:
        NoToken, WrongToken, NoRedis, NoSuchZone: see there.
        NotMigrated: on PostgreSQL.
    """
    conversation = bot_settings(settings, holder=None)
    if settings.redis_url is None:
        raise NoRedis
    figures = Figures()
    broker = open_redis_broker(settings.redis_url, middleware=[CountMessages(figures)])
    with _opened_front_room(settings, broker) as room:
        serve_figures(figures, room.database, settings)
        talk(room, conversation)


@contextmanager
def _opened_front_room(settings: Settings, broker: Broker) -> Iterator[FrontRoom]:
    prepare_database(settings)
    database = open_database(settings.database)
    files = FileStore(settings.files)
    try:
        yield FrontRoom(
            database=database, files=files, doorbell=Doorbell(broker), clock=system_clock
        )
    finally:
        database.close()


def bot_settings(settings: Settings, *, holder: str | None) -> BotSettings:
    """What the conversation needs of the settings.

    Raises:
        NoToken: there is none.
        NoSuchZone: the shop's time zone is unknown.
    """
    if settings.telegram_token is None:
        raise NoToken
    try:
        zone = ZoneInfo(settings.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise NoSuchZone(settings.time_zone) from None
    server = settings.telegram_base_url.rstrip("/")
    return BotSettings(
        token=settings.telegram_token.get_secret_value(),
        base_url=f"{server}/bot",
        base_file_url=f"{server}/file/bot",
        local_mode=settings.telegram_local_mode,
        admin_id=settings.admin_id,
        zone=zone,
        rules=HouseRules(
            photos_per_minute=settings.photos_per_minute,
            second_photo_within=timedelta(minutes=settings.second_photo_minutes),
            invite_good_for=timedelta(days=settings.invite_days),
            download_bytes=None if settings.telegram_local_mode else DOWNLOAD_BYTES,
        ),
        holder=holder,
    )


def serve_figures(figures: Figures, database: Database, settings: Settings) -> None:
    """Answer Prometheus when a port is set."""
    if settings.metrics_port is not None:
        figures.watch(database)
        figures.serve(settings.metrics_port)


def talk(floor: Floor, conversation: BotSettings) -> None:
    """Talk until SIGTERM or SIGINT; call it in the main thread.

    Raises:
        WrongToken: Telegram does not know the token.
    """

    async def until_stopped() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await run(floor, conversation, stop=stop)

    try:
        asyncio.run(until_stopped())
    except InvalidToken:
        raise WrongToken from None
