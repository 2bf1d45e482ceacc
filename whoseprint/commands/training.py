"""The command about networks of the shop's own: train."""

import json
import sys
from enum import Enum
from typing import Annotated

import typer

from whoseprint import tuning
from whoseprint.console import OUT
from whoseprint.logs import set_up_logs
from whoseprint.settings import read_settings
from whoseprint.wiring import opened_shop
from workers.shop import Shop


class Size(Enum):
    """How long a run learns; words of training's."""

    SHOP = "shop"
    #: To see that everything is there; it learns nothing worth having.
    TOY = "toy"


class OneThingAtATime(typer.BadParameter):
    """Several orders in one command."""

    def __init__(self) -> None:
        super().__init__("Say one of --on-catalogue, --stop, --switch-in and --back.")


def add_to(app: typer.Typer) -> None:
    """Declare the command."""
    app.command()(train)


def train(  # noqa: PLR0913  # one option an order
    *,
    on_catalogue: Annotated[
        bool,
        typer.Option("--on-catalogue", help="Tune the networks to this shop's parts, in a worker."),
    ] = False,
    stop: Annotated[bool, typer.Option("--stop", help="End the run that is under way.")] = False,
    switch_in: Annotated[
        bool,
        typer.Option("--switch-in", help="Take the latest better networks again, after --back."),
    ] = False,
    back: Annotated[bool, typer.Option("--back", help="Let the shipped networks answer.")] = False,
    status: Annotated[  # noqa: ARG001  # what is told in any case; a word for those who want it
        bool, typer.Option("--status", help="Show how far it is and which networks answer.")
    ] = False,
    size: Annotated[Size, typer.Option(help="How long to learn.")] = Size.SHOP,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, nothing else.")] = False,
) -> None:
    """Tune the networks to the shop's own parts, in the background; without an option: how it is.

    What comes out is judged by held-out photos and switched in only if it is better; every photo is
    answered meanwhile.
    """
    if sum((on_catalogue, stop, switch_in, back)) > 1:
        raise OneThingAtATime
    settings = read_settings()
    set_up_logs(form=settings.log_format, level="warning")
    with opened_shop(settings) as shop:
        if on_catalogue:
            tuning.begin(shop, size=size.value)
        elif stop:
            tuning.stop(shop)
        elif switch_in:
            tuning.switch_in(shop)
        elif back:
            tuning.go_back(shop)
        _show(shop, as_json=as_json)


def _show(shop: Shop, *, as_json: bool) -> None:
    told = tuning.standing(shop)
    if as_json:
        sys.stdout.write(json.dumps(told.facts()) + "\n")
        return
    for sentence in told.sentences():
        OUT.print(sentence, highlight=False, markup=False)
