"""The demo command: everything on this machine, with a chat page or with Telegram."""

import os
import signal
import threading
import webbrowser
from typing import Annotated

import typer
from rich.markup import escape

from catalog.errors import Complaint
from sandbox import NeverHappened
from whoseprint.console import ERR, OUT
from whoseprint.demo import (
    OnceAnswer,
    ask_once,
    demo_settings,
    demo_shop,
    fill_catalogue,
    open_demo,
)
from whoseprint.logs import set_up_logs
from whoseprint.running import run_embedded_bot
from whoseprint.settings import Settings, read_settings
from workers.shop import Shop

PORT = 8080


class PortTaken(Complaint):
    """Somebody else listens there."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.port = port

    def __str__(self) -> str:
        return f"Port {self.port} is taken. Try another one: whoseprint demo --port 8090"


def add_to(app: typer.Typer) -> None:
    """Declare the command."""
    app.command()(demo)


def demo(
    *,
    once: Annotated[bool, typer.Option("--once", help="Send one photo, check, leave.")] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Of the chat page.")] = PORT,
) -> None:
    """Try everything: a sample catalogue, the bot, and a chat page in the browser."""
    given = read_settings()
    settings = demo_settings(given)
    set_up_logs(form=settings.log_format, level="warning" if once else settings.log_level)
    ERR.print("Building the sample catalogue (the first time takes a minute or two)")
    with demo_shop(settings) as shop:
        report = fill_catalogue(settings, shop=shop, threads=os.cpu_count() or 1)
        ERR.print(f"{len(report.added) + len(report.known)} parts are searchable", highlight=False)
        if given.telegram_token is None:
            _in_the_sandbox(settings, shop, port=0 if once and port == PORT else port, once=once)
            return
    run_embedded_bot(settings)


def _in_the_sandbox(settings: Settings, shop: Shop, *, port: int, once: bool) -> None:
    try:
        with open_demo(settings, shop, port=port) as running:
            if once:
                _tell(ask_once(running), settings)
                return
            OUT.print(f"The chat is at [bold]{running.sandbox.page_url}[/bold]  (Ctrl-C ends it)")
            webbrowser.open(running.sandbox.page_url)
            _wait_for_the_end()
    except OSError as error:
        raise PortTaken(port) from error
    except NeverHappened as silence:
        ERR.print(escape(str(silence)))
        raise typer.Exit(code=1) from None


def _tell(answer: OnceAnswer, settings: Settings) -> None:
    OUT.print(f"photo    {answer.photo.path.name} (shows {answer.photo.part})", highlight=False)
    OUT.print(escape(answer.text), highlight=False)
    if answer.picture is not None:
        path = settings.data_dir / "answer.jpg"
        path.write_bytes(answer.picture)
        OUT.print(f"picture  {path}", highlight=False)
    if not answer.is_right:
        ERR.print("That is not the right answer.", style="red")
        raise typer.Exit(code=1)


def _wait_for_the_end() -> None:
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    ended.wait()
