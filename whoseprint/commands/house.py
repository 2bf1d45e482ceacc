"""Commands that look after the shop: doctor, migrate, invite, settings."""

from datetime import timedelta
from typing import Annotated, cast

import numpy as np
import typer
from rich.markup import escape

import samples
from bot.handlers.greeting import INVITE_PREFIX
from catalog.database import open_database
from catalog.invites import make_invite
from catalog.migrations import migrate as bring_up_to_date
from catalog.tables import Role
from vision import CutOut, Signature
from whoseprint.checkup import Health, check_up
from whoseprint.console import OUT
from whoseprint.preparing import prepare_database
from whoseprint.settings import read_settings, settings_table
from whoseprint.wiring import recognition_of
from workers import mesh_tasks
from workers.clock import system_clock

_MARKS = {
    Health.WELL: "[green]ok[/green]     ",
    Health.NOT_SET: "[yellow]not set[/yellow]",
    Health.ILL: "[red]failed[/red] ",
}


def add_to(app: typer.Typer) -> None:
    """Declare the commands."""
    app.command()(doctor)
    app.command()(migrate)
    app.command()(invite)
    app.command("settings")(show_settings)
    app.command("warm-up", hidden=True)(warm_up_once)


def doctor() -> None:
    """Look at everything a shop needs and say what to do about what is missing."""
    findings = check_up(read_settings())
    for finding in findings:
        OUT.print(
            f"{_MARKS[finding.health]}  {finding.about:<11} {escape(finding.fact)}",
            highlight=False,
        )
        if finding.remedy:
            OUT.print(f"{'':9}{'':12}{escape(finding.remedy)}", style="bold", highlight=False)
    if any(finding.health is Health.ILL for finding in findings):
        raise typer.Exit(code=1)


def migrate() -> None:
    """Bring the database up to date; safe to repeat."""
    settings = read_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    bring_up_to_date(settings.database)
    OUT.print("The database is up to date.")


def invite(
    *,
    admin: Annotated[bool, typer.Option("--admin", help="Invite an admin, not a worker.")] = False,
) -> None:
    """Make a link that enrols one person, once."""
    settings = read_settings()
    prepare_database(settings)
    database = open_database(settings.database)
    with database.transaction() as session:
        made = make_invite(
            session,
            Role.ADMIN if admin else Role.WORKER,
            made_by=None,
            now=system_clock(),
            good_for=timedelta(days=settings.invite_days),
        )
    database.close()
    word = f"{INVITE_PREFIX}{made.token}"
    OUT.print("Let them send this to the bot, once:", highlight=False)
    OUT.print(f"/start {word}", style="bold", highlight=False, soft_wrap=True)
    OUT.print(f"or open https://t.me/<bot>?start={word}", highlight=False, soft_wrap=True)
    OUT.print(f"It is good until {made.expires_at:%Y-%m-%d %H:%M} UTC.", highlight=False)


def warm_up_once() -> None:
    """Import and compile what the first photo and the first part would wait for; once a setup."""
    settings = read_settings()
    mesh = next(iter(samples.catalogue())).mesh
    stl = cast(bytes, mesh.export(file_type="stl"))
    signature = Signature(mesh_tasks.describe(stl, settings.describer))
    photo = np.full((480, 640, 3), 128, np.uint8)
    mask = np.zeros(photo.shape[:2], np.float32)
    mask[100:300, 200:500] = 1
    recognition = recognition_of(settings)
    recognition.segmenter.probabilities(photo)
    cut = CutOut(rgb=photo, mask=mask, quality=1.0, touches_frame=False)
    recognition.describer.open_index([signature]).search([cut], 1)


def show_settings() -> None:
    """Print all settings as a Markdown table."""
    typer.echo(settings_table(), nl=False)
