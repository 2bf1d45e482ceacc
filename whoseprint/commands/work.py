"""The command that works: worker."""

from typing import Annotated

import typer

from catalog.tables import Queue
from whoseprint.logs import set_up_logs
from whoseprint.running import warm_up
from whoseprint.settings import read_settings
from whoseprint.talking import NoRedis, serve_figures
from whoseprint.wiring import opened_shop
from workers.broker import open_redis_broker
from workers.figures import CountMessages, Figures
from workers.serve import run_worker


def add_to(app: typer.Typer) -> None:
    """Declare the command."""
    app.command()(worker)


def worker(
    queue: Annotated[Queue, typer.Argument(help="vision: photos. catalog: new parts.")],
) -> None:
    """Work on one queue until stopped; start as many as there are cores."""
    settings = read_settings()
    set_up_logs(form=settings.log_format, level=settings.log_level)
    if settings.redis_url is None:
        raise NoRedis
    figures = Figures()
    broker = open_redis_broker(settings.redis_url, middleware=[CountMessages(figures)])
    with opened_shop(settings, broker=broker, figures=figures) as shop:
        serve_figures(figures, shop.database, settings)
        if queue is Queue.VISION:
            warm_up(shop)
        run_worker(shop, broker, [queue])
