"""Commands that change what the shop knows: import."""

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from whoseprint.console import ERR, OUT, progress_bar
from whoseprint.importing import Import, ImportReport, read_orders, sources
from whoseprint.logs import set_up_logs
from whoseprint.settings import read_settings
from whoseprint.wiring import opened_shop

#: Refusals shown in full; of thousands the first ones tell the story.
_SHOWN = 200
_NAMED = 5


def add_to(app: typer.Typer) -> None:
    """Declare the commands."""
    app.command("import")(import_parts)


def import_parts(
    path: Annotated[Path, typer.Argument(exists=True, help="Folder, part file or .zip archive.")],
    csv: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Order book.")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Parts worked on at once. Default: one per core.")
    ] = None,
) -> None:
    """Add parts, and orders from a CSV. Safe to repeat; go on after a break by the same words."""
    settings = read_settings()
    set_up_logs(form=settings.log_format, level="warning")
    report = ImportReport()
    orders = read_orders(csv, report) if csv else {}
    found = sources(path)
    with opened_shop(settings) as shop, progress_bar() as bar:
        task = bar.add_task("Importing", total=len(found))
        Import(orders, report).run(
            found,
            shop=shop,
            threads=min(jobs or os.cpu_count() or 1, max(1, len(found))),
            on_done=lambda: bar.advance(task),
        )
    _tell(report)
    if report.refused:
        raise typer.Exit(code=1 if not (report.added or report.known) else 0)


def _tell(report: ImportReport) -> None:
    for part, other in report.twins[:_SHOWN]:
        ERR.print(f"{escape(part)}: the very same mesh as {escape(other)}", highlight=False)
    for refused in sorted(report.refused, key=lambda each: each.name)[:_SHOWN]:
        ERR.print(f"[red]refused[/red] {escape(refused.name)}: {escape(refused.why)}")
    if report.orders_without_part:
        first = ", ".join(escape(name) for name in report.orders_without_part[:_NAMED])
        more = "" if len(report.orders_without_part) <= _NAMED else ", ..."
        count = len(report.orders_without_part)
        ERR.print(f"ordered, but there is no such part: {count} ({first}{more})", highlight=False)
    OUT.print(
        f"added {len(report.added)}, known {len(report.known)}, refused {len(report.refused)}",
        highlight=False,
    )
