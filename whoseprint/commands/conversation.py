"""The command that talks: bot."""

from typing import Annotated

import typer

from whoseprint.logs import set_up_logs
from whoseprint.settings import read_settings
from whoseprint.talking import run_bot


def add_to(app: typer.Typer) -> None:
    """Declare the command."""
    app.command()(bot)


def bot(
    *,
    embedded: Annotated[
        bool, typer.Option("--embedded", help="Workers in this process; needs no Redis.")
    ] = False,
) -> None:
    """Talk to people until stopped."""
    settings = read_settings()
    set_up_logs(form=settings.log_format, level=settings.log_level)
    if embedded:
        from whoseprint.running import run_embedded_bot  # noqa: PLC0415  # see whoseprint.talking

        run_embedded_bot(settings)
    else:
        run_bot(settings)
