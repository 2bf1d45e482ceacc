"""Run the bot, alone or with the workers in the same process, until somebody says stop."""

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import structlog
from telegram.error import InvalidToken

from bot.desk import DOWNLOAD_BYTES, HouseRules
from bot.run import BotSettings, run
from catalog.errors import Complaint
from vision import WeightsDamaged
from whoseprint.settings import Settings
from whoseprint.wiring import opened_shop
from workers.broker import open_redis_broker, open_stub_broker
from workers.embedded import run_embedded
from workers.figures import CountMessages, Figures
from workers.shop import Shop

_log = structlog.get_logger(__name__)

#: One name for all embedded bots of a database: after a kill -9 the next one polls at once.
EMBEDDED_HOLDER = "embedded"


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


def run_bot(settings: Settings, *, embedded: bool) -> None:
    """Talk to people until SIGTERM or SIGINT.

    Raises:
        NoToken, WrongToken, NoRedis, NoSuchZone: see there.
    """
    conversation = bot_settings(settings, holder=EMBEDDED_HOLDER if embedded else None)
    if embedded:
        with embedded_shop(settings) as shop:
            _talk(shop, conversation)
        return
    if settings.redis_url is None:
        raise NoRedis
    figures = Figures()
    broker = open_redis_broker(settings.redis_url, middleware=[CountMessages(figures)])
    with opened_shop(settings, broker=broker, figures=figures) as shop:
        serve_figures(shop, settings)
        _talk(shop, conversation)


@contextmanager
def embedded_shop(settings: Settings) -> Iterator[Shop]:
    """A shop with its workers running in this process."""
    figures = Figures()
    broker = open_stub_broker(middleware=[CountMessages(figures)])
    with opened_shop(settings, broker=broker, figures=figures) as shop:
        serve_figures(shop, settings)
        warm_up_aside(shop)
        with run_embedded(shop, broker):
            yield shop


def warm_up(shop: Shop) -> None:
    """Load what the first photo would otherwise wait for: network, index, the pictures' cell.

    Raises:
        WeightsDamaged: the shipped network is not the one that was measured.
    """
    shop.recognition.segmenter.network()
    shop.index.current()
    shop.cells.pictures.warm_up()


def warm_up_aside(shop: Shop) -> None:
    """Warm up in a thread, so that the first hello is not kept waiting."""

    def warm() -> None:
        try:
            warm_up(shop)
            shop.cells.meshes.warm_up()  # parts are taken in here, too
        except (WeightsDamaged, OSError) as error:
            _log.exception("not_warm", cause=str(error))

    threading.Thread(target=warm, name="warm-up", daemon=True).start()


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
            invite_good_for=timedelta(days=settings.invite_days),
            download_bytes=None if settings.telegram_local_mode else DOWNLOAD_BYTES,
        ),
        holder=holder,
    )


def serve_figures(shop: Shop, settings: Settings) -> None:
    """Answer Prometheus when a port is set."""
    if settings.metrics_port is not None:
        shop.figures.watch(shop.database)
        shop.figures.serve(settings.metrics_port)


def _talk(shop: Shop, conversation: BotSettings) -> None:
    async def talk() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await run(shop, conversation, stop=stop)

    try:
        asyncio.run(talk())
    except InvalidToken:
        raise WrongToken from None
