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

_COLUMNS = {
    "top1": "right 1st",
    "top3": "in 3",
    "top10": "in 10",
    "accepted": "named alone",
    "accepted_wrong": "wrong alone",
    "unknown": "unknown",
}
_ROWS = {
    "without": "without",
    "with_verdicts": "with",
    "as_if_confirmed": "list, too",
}
#: Photos that are named one by one.
_CHANGES_SHOWN = 20


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
        OUT.print(_table(f"All {told['without']['photos']} photos", told))
        twice = told["parts_twice"]
        if twice:
            photos = twice["without"]["photos"]
            OUT.print(_table(f"The {photos} photos of parts that the list shows twice", twice))
        for sentence in measured_sentences(told):
            OUT.print(sentence, highlight=False, markup=False)
    for sentence in switch_sentences(told):
        OUT.print(sentence, highlight=False, markup=False)


def measured_sentences(told: dict[str, Any]) -> list[str]:
    """What the tables mean, and which answers change."""
    said = [
        "Without and with confirmed photos; shares of all photos, any acceptable name is right. "
        "A photo never helps itself."
    ]
    if told["parts_twice"]:
        said.append('"list, too": as if the other photos of this list were confirmed, too.')
    if unknown := told["no_such_parts"]:
        said.append(
            f"The catalogue has no part called {', '.join(unknown[:3])}"
            f"{' or so' if unknown[3:] else ''}: photos of it count as wrong."
        )
    changed = told["changed"]
    if not changed:
        return [*said, "Confirmed photos change no answer of this list."]
    better = sum(each["after"]["right"] and not each["before"]["right"] for each in changed)
    worse = sum(each["before"]["right"] and not each["after"]["right"] for each in changed)
    answers = "one answer" if len(changed) == 1 else f"{len(changed)} answers"
    said.append(
        f"Confirmed photos change {answers} of this list; the right part comes first for "
        f"{better} more and for {worse} fewer:"
    )
    return [*said, *(_change(each) for each in changed[:_CHANGES_SHOWN])]


def _change(each: dict[str, Any]) -> str:
    before, after = each["before"], each["after"]
    return (
        f"  {each['photo']} ({each['truth']}): {before['first']}, {before['outcome']}, becomes "
        f"{after['first']}, {after['outcome']}"
    )


def switch_sentences(told: dict[str, Any]) -> list[str]:
    """How many photos are confirmed, whether they count, and how to change that."""
    count = told["confirmed_photos"]
    if not count:
        return [
            "No photo is confirmed yet: press “Right” below answers in the chat, or choose the "
            "right candidate."
        ]
    photos = "One confirmed photo is" if count == 1 else f"{count} confirmed photos are"
    if told["switched_in"]:
        return [f"{photos} remembered and counted (`whoseprint learn --switch-out` ends that)."]
    return [f"{photos} remembered and not counted (`whoseprint learn --switch-in` lets them)."]


def _table(title: str, figures: dict[str, Any]) -> Table:
    table = Table(title=title)
    table.add_column("")
    for heading in _COLUMNS.values():
        table.add_column(heading, justify="right")
    for name, words in _ROWS.items():
        if name in figures:
            shares = (f"{figures[name][column]:.1%}" for column in _COLUMNS)
            table.add_row(words, *shares)
    return table
