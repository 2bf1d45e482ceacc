"""Commands about photos: identify, evaluate."""

import json
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from bot import pictures
from catalog.unreadable import Unreadable
from vision import Outcome
from vision.describers import SLUGS
from whoseprint.console import OUT, progress_bar
from whoseprint.evaluation import LabelledPhoto, answers, read_photo_list
from whoseprint.logs import set_up_logs
from whoseprint.naming import Suspect, suspects
from whoseprint.scores import score
from whoseprint.settings import read_settings
from whoseprint.wiring import opened_shop
from workers.cut_outs import cut_out_png
from workers.descriptions import fill_in_signatures
from workers.identify import CANDIDATES, Identified, identify_photos
from workers.proof import drawings
from workers.shop import Shop

#: What can be asked for with --top.
_MOST = 100


def add_to(app: typer.Typer) -> None:
    """Declare the commands."""
    app.command()(identify)
    app.command()(evaluate)


def identify(
    photos: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="Photos.")],
    top: Annotated[int, typer.Option(min=1, max=_MOST, help="Candidates shown.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,  # noqa: FBT002  # Typer's way to say a switch
    picture: Annotated[
        Path | None, typer.Option(help="Save the photo beside its best candidate here.")
    ] = None,
) -> None:
    """Say which part each photo shows and whose it is."""
    settings = read_settings()
    set_up_logs(form=settings.log_format, level="warning")
    with opened_shop(settings) as shop:
        for number, photo in enumerate(photos):
            start = time.perf_counter()
            told = _identified(photo, shop, top)
            told["elapsed_ms"] = round((time.perf_counter() - start) * 1000, 1)
            drawn = told.pop("drawn")
            if as_json:
                sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
                sys.stdout.flush()
            else:
                _show(told)
            if picture is not None and drawn is not None:
                _numbered(picture, number).write_bytes(drawn)


def evaluate(
    photos_csv: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, nothing else.")] = False,  # noqa: FBT002  # Typer's way to say a switch
    describer: Annotated[
        str | None, typer.Option(help=f"One of {', '.join(SLUGS)}. Default: the active one.")
    ] = None,
    given_masks: Annotated[bool, typer.Option("--given-masks", help="Use its masks.")] = False,  # noqa: FBT002  # Typer's way to say a switch
) -> None:
    """Measure recognition on labelled photos (columns photo, stl, acceptable, difficulty, mask)."""
    settings = read_settings()
    set_up_logs(form=settings.log_format, level="warning")
    if describer is not None:
        if describer not in SLUGS:
            raise typer.BadParameter(f"there are {', '.join(SLUGS)}", param_hint="--describer")
        settings = settings.model_copy(update={"describer": describer})
    photos = read_photo_list(photos_csv)
    with opened_shop(settings) as shop:
        figures = _measured(photos, shop, given_masks=given_masks)
    figures = {**figures, "given_masks": given_masks, "photo_list": photos_csv.name}
    if as_json:
        sys.stdout.write(json.dumps(figures) + "\n")
    else:
        OUT.print(_table(figures))


def _measured(photos: list[LabelledPhoto], shop: Shop, *, given_masks: bool) -> dict[str, Any]:
    asked = [photo for photo in photos if photo.mask or not given_masks]
    with progress_bar() as bar:
        slug = shop.recognition.describer.slug
        described = bar.add_task(f"Describing for {slug}", total=None)
        fill_in_signatures(
            slug, shop, lambda done, total: bar.update(described, completed=done, total=total)
        )
        bar.remove_task(described)
        parts = shop.index.current().parts
        task = bar.add_task("Asking", total=len(asked))
        answered = []
        for answer in answers(asked, shop=shop, given_masks=given_masks):
            answered.append(answer)
            bar.advance(task)
    return score(answered, parts=parts, describer=slug)


def _identified(photo: Path, shop: Shop, top: int) -> dict[str, Any]:
    try:
        identified = identify_photos([photo.read_bytes()], shop=shop, k=max(top, CANDIDATES))
    except Unreadable as complaint:
        return {
            "photo": str(photo),
            "decision": Outcome.UNKNOWN.value,
            "reason": complaint.code,
            "candidates": [],
            "may_be": [],
            "may_be_none": True,
            "drawn": None,
        }
    named = suspects(identified, shop=shop)
    return {
        "photo": str(photo),
        "decision": identified.decision.outcome.value,
        "reason": identified.decision.reason.value,
        "candidates": [suspect.as_json() for suspect in named[:top]],
        "may_be": [suspect.card.name for suspect in named if suspect.likely],
        "may_be_none": identified.decision.answer_set.none_of_these,
        "drawn": _drawn(identified, named, shop),
    }


def _drawn(identified: Identified, named: list[Suspect], shop: Shop) -> bytes | None:
    if not named or named[0].card.preview_key is None:
        return None
    cut_out = cut_out_png(identified.cut_outs[0])
    [proof] = drawings(identified.matches[:1], identified.cut_outs, shop=shop)
    if proof is not None:
        return pictures.beside(cut_out, proof.view, proof.lines)
    return pictures.beside(cut_out, shop.files.read(named[0].card.preview_key))


def _numbered(path: Path, number: int) -> Path:
    return path if number == 0 else path.with_stem(f"{path.stem}-{number + 1}")


def _show(told: dict[str, Any]) -> None:
    words = told["decision"] if told["candidates"] else f"{told['decision']} ({told['reason']})"
    OUT.print(f"[bold]{escape(told['photo'])}[/bold]  {words}", highlight=False)
    for rank, candidate in enumerate(told["candidates"], start=1):
        customer = candidate["customer"] or "nobody's order"
        share = f"{candidate['probability']:.0%}"
        OUT.print(
            f"  {rank}  {escape(candidate['part'])}  {escape(customer)}  {share}", highlight=False
        )


def _table(figures: dict[str, Any]) -> Table:
    table = Table(
        title=f"{figures['photos']} photos, {figures['parts']} parts, {figures['describer']}",
        caption=f"lenient; {figures['ms_median']:.0f} ms a photo, "
        f"{figures['ms_p95']:.0f} ms at the 95th percentile",
    )
    columns = ("top1", "top3", "top10", "accepted", "accepted_wrong", "unknown")
    for heading in ("difficulty", "photos", *columns):
        table.add_column(heading.replace("_", " "), justify="right")
    for name, row in [*figures["by_difficulty"].items(), ("all", figures)]:
        table.add_row(name, str(row["photos"]), *(f"{row[column]:.1%}" for column in columns))
    strict = figures["strict"]
    table.add_row("all, strict", str(figures["photos"]), *(f"{strict[c]:.1%}" for c in columns[:3]))
    return table
