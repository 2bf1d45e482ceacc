"""Run the bot with the workers in the same process, until somebody says stop."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from vision import WeightsDamaged
from whoseprint.settings import Settings
from whoseprint.talking import bot_settings, serve_figures, talk
from whoseprint.wiring import opened_shop
from workers.broker import open_stub_broker
from workers.embedded import run_embedded
from workers.figures import CountMessages, Figures
from workers.shop import Shop

_log = structlog.get_logger(__name__)

#: One name for all embedded bots of a database: after a kill -9 the next one polls at once.
EMBEDDED_HOLDER = "embedded"


def run_embedded_bot(settings: Settings) -> None:
    """Talk to people and work until SIGTERM or SIGINT.

    Raises:
        NoToken, WrongToken, NoSuchZone: see there.
    """
    conversation = bot_settings(settings, holder=EMBEDDED_HOLDER)
    with embedded_shop(settings) as shop:
        talk(shop, conversation)


@contextmanager
def embedded_shop(settings: Settings) -> Iterator[Shop]:
    """A shop with its workers running in this process."""
    figures = Figures()
    broker = open_stub_broker(middleware=[CountMessages(figures)])
    with opened_shop(settings, broker=broker, figures=figures) as shop:
        serve_figures(shop.figures, shop.database, settings)
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
