"""The command line: each command reads its words, opens a shop, and says what came of it.

Answers go to standard output, progress and complaints to standard error. A complaint is a sentence
and exit code 1; a traceback is our fault, never the person's.
"""

import sys

import structlog
import typer

from catalog.errors import Complaint
from whoseprint.commands import catalogue, demo, house, photos, service
from whoseprint.console import ERR
from whoseprint.settings import SettingsRefused
from whoseprint.wiring import NotMigrated

app = typer.Typer(
    name="whoseprint",
    help="Tell from a photo which STL a 3D print came from, and whose it is.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
catalogue.add_to(app)
photos.add_to(app)
service.add_to(app)
demo.add_to(app)
house.add_to(app)


def main() -> None:
    """Run a command; what people can mend is said in one sentence."""
    try:
        app()
    except (Complaint, SettingsRefused, NotMigrated) as complaint:
        structlog.contextvars.clear_contextvars()
        ERR.print(str(complaint), style="red", markup=False, highlight=False)
        sys.exit(1)
