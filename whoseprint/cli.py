"""The command line: each command reads its words, opens a shop, and says what came of it.

Answers go to standard output, progress and complaints to standard error. A complaint is a sentence
and exit code 1; a traceback is our fault, never the person's.

A command imports what it needs when it is asked for: everything together takes Python 7 seconds of
a core, and a bot that was killed is waited for.
"""

import importlib
import os
import sys

import structlog
import typer

from catalog.errors import Complaint
from whoseprint.console import ERR
from whoseprint.preparing import NotMigrated
from whoseprint.settings import SettingsRefused

#: Modules of whoseprint.commands by the commands in them, in the order that --help shows.
COMMANDS = {
    "catalogue": ("import",),
    "photos": ("identify", "evaluate"),
    "learning": ("learn",),
    "training": ("train",),
    "conversation": ("bot",),
    "work": ("worker",),
    "demo": ("demo",),
    "house": ("doctor", "migrate", "invite", "settings", "warm-up"),
}

#: Read by numpy when it is first imported, here and in every process that is started from here.
#: Photos are shared out among threads of our own; numpy's beside them wait for work by turning in
#: circles: 0.61 instead of 0.52 s a photo, 250 instead of 139 ms of CPU a cut-out (62 real photos,
#: two quiet cores, 22 Nov 2026). Who sets another number has it.
NUMPY_THREADS = {"OMP_NUM_THREADS": "1"}


def app_for(words: list[str]) -> typer.Typer:
    """The commands: the asked-for one's module alone, or all where the words name none."""
    app = typer.Typer(
        name="whoseprint",
        help="Tell from a photo which STL a 3D print came from, and whose it is.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
    )
    app.callback()(_commands)
    asked = [module for module, commands in COMMANDS.items() if words[:1] and words[0] in commands]
    for module in asked or COMMANDS:
        importlib.import_module(f"whoseprint.commands.{module}").add_to(app)
    return app


def _commands() -> None:
    """Let a single command keep its name: Typer would drop it."""


def main() -> None:
    """Run a command; what people can mend is said in one sentence."""
    for name, threads in NUMPY_THREADS.items():
        os.environ.setdefault(name, threads)
    try:
        app_for(sys.argv[1:])()
    except (Complaint, SettingsRefused, NotMigrated) as complaint:
        structlog.contextvars.clear_contextvars()
        ERR.print(str(complaint), style="red", markup=False, highlight=False)
        sys.exit(1)
