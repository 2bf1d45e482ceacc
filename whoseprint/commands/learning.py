"""The command about what verdicts teach: learn."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from catalog.errors import Complaint
from catalog.switches import Turnable, is_on, turn
from whoseprint.console import OUT, progress_bar
from whoseprint.evaluation import read_photo_list
from whoseprint.learning import figures, study
from whoseprint.logs import set_up_logs
from whoseprint.settings import read_settings
from whoseprint.wiring import opened_shop
from workers.descriptions import fill_in_signatures
from workers.remembering import remember_all
from workers.shop import Shop

_COLUMNS = ("photos", "top1", "top3", "top10", "accepted", "accepted_wrong", "unknown")
_ROWS = {
    "without": "without verdicts",
    "with_verdicts": "with verdicts",
    "as_if_confirmed": "and the list's other photos",
}


class NothingToLearnWith(Complaint):
    """The describer in use cannot compare photos with photos."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug

    def __str__(self) -> str:
        return f"{self.slug} compares no photos with photos; WHOSEPRINT_DESCRIBER=learned does."


def add_to(app: typer.Typer) -> None:
    """Declare the command."""
    app.command()(learn)


def learn(
    photos_csv: Annotated[
        Path | None,
        typer.Argument(exists=True, dir_okay=False, help="Labelled photos to measure on."),
    ] = None,
    *,
    switch: Annotated[
        bool | None,
        typer.Option("--switch-in/--switch-out", help="Let confirmed photos count, or not."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, nothing else.")] = False,
) -> None:
    """Show what photos that people confirmed change, and let them count or not."""
    settings = read_settings()
    set_up_logs(form=settings.log_format, level="warning")
    with opened_shop(settings) as shop:
        if shop.recall is None:
            raise NothingToLearnWith(shop.recognition.describer.slug)
        remember_all(shop)
        told = _measured(photos_csv, shop) if photos_csv is not None else {}
        told["switched_in"] = _turned(shop, switch=switch)
        told["confirmed_photos"] = len(shop.recall.everything().part_ids)
    if as_json:
        sys.stdout.write(json.dumps(told) + "\n")
    else:
        _show(told)


def _measured(photos_csv: Path, shop: Shop) -> dict[str, Any]:
    photos = read_photo_list(photos_csv)
    with progress_bar() as bar:
        slug = shop.recognition.describer.slug
        described = bar.add_task(f"Describing for {slug}", total=None)
        fill_in_signatures(
            slug, shop, lambda done, total: bar.update(described, completed=done, total=total)
        )
        bar.remove_task(described)
        task = bar.add_task("Asking", total=len(photos))
        studied = []
        for each in study(photos, shop=shop):
            studied.append(each)
            bar.advance(task)
    return figures(studied, shop=shop)


def _turned(shop: Shop, *, switch: bool | None) -> bool:
    if switch is not None:
        with shop.database.transaction() as session:
            turn(session, Turnable.VERDICTS, on=switch, now=shop.clock())
    with shop.database.reading() as session:
        return is_on(session, Turnable.VERDICTS)


def _show(told: dict[str, Any]) -> None:
    if "without" in told:
        OUT.print(_table("All photos", told))
    if told.get("parts_twice"):
        OUT.print(_table("Photos of parts that the list shows twice or more", told["parts_twice"]))
    state = "count" if told["switched_in"] else "do not count (--switch-in lets them)"
    OUT.print(f"{told['confirmed_photos']} confirmed photos; they {state}.", highlight=False)


def _table(title: str, figures: dict[str, Any]) -> Table:
    table = Table(title=title, caption="lenient; no photo helps itself")
    for heading in ("", *_COLUMNS):
        table.add_column(heading.replace("_", " "), justify="right")
    for name, words in _ROWS.items():
        if name in figures:
            row = figures[name]
            shares = (f"{row[column]:.1%}" for column in _COLUMNS[1:])
            table.add_row(words, str(row["photos"]), *shares)
    return table
