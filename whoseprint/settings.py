"""Everything that can be set, read once, frozen.

From the environment (WHOSEPRINT_...) or a .env file in the working directory, which may hold names
of others as well (compose reads its own from there). Only this room knows settings; every function
below it is handed the values it needs.
"""

import os
from enum import Enum
from pathlib import Path
from typing import Annotated, Literal

from dotenv import dotenv_values
from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "WHOSEPRINT_"
ENV_FILE = ".env"


class LogFormat(Enum):
    """How log lines look."""

    CONSOLE = "console"
    JSON = "json"


class SettingsRefused(Exception):
    """A setting has a value that cannot be meant, or a name that nobody reads."""

    def __init__(self, complaints: tuple[str, ...]) -> None:
        super().__init__(complaints)
        self.complaints = complaints

    def __str__(self) -> str:
        return "\n".join(self.complaints)


class Settings(BaseSettings):
    """What an operator may decide; the description of each field is its documentation."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=ENV_FILE,
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",  # _unknown_names refuses ours; another program's are none of our business
    )

    data_dir: Annotated[
        Path, Field(description="Folder of the database, files and logs of an embedded shop.")
    ] = Path("var")
    database_url: Annotated[
        str | None,
        Field(
            description="SQLAlchemy URL; `postgresql://user:password@host/name` for more than one "
            "machine. Default: SQLite in the data folder."
        ),
    ] = None
    files_url: Annotated[
        str | None,
        Field(
            description="Folder or fsspec URL (`s3://bucket/prefix`, with the `s3` extra) of "
            "parts, renders and photos. Default: `files/` in the data folder."
        ),
    ] = None
    redis_url: Annotated[
        str | None,
        Field(
            description="`redis://host:6379/0`. Only without `--embedded`; a database of its own."
        ),
    ] = None

    telegram_token: Annotated[
        SecretStr | None, Field(description="The bot's token, from @BotFather.")
    ] = None
    telegram_base_url: Annotated[
        str,
        Field(description="Bot API server; a local one lifts the 20 MB limit on files."),
    ] = "https://api.telegram.org"
    telegram_local_mode: Annotated[
        bool,
        Field(
            description="The Bot API server runs with `--local` and shares its disk with the bot."
        ),
    ] = False
    admin_id: Annotated[
        int | None, Field(description="Telegram id of the first admin, enrolled at start.")
    ] = None
    time_zone: Annotated[
        str, Field(description="The shop's time zone, for dates and times in answers.")
    ] = "UTC"
    invite_days: Annotated[int, Field(ge=1, le=365, description="Days an invite link is good.")] = 7
    photos_per_minute: Annotated[
        int, Field(ge=1, description="Photos one person may send in a minute.")
    ] = 20
    second_photo_minutes: Annotated[
        int,
        Field(
            ge=1,
            le=60,
            description="Minutes in which a photo after *One more photo* counts as the same print.",
        ),
    ] = 5
    photo_retention_days: Annotated[
        int, Field(ge=1, description="Days photos are kept; then only what was answered stays.")
    ] = 90

    describer: Annotated[
        str, Field(description="How photos are compared: `learned`, `hash-aligned` or `seed6`.")
    ] = "learned"
    prior_open_orders: Annotated[
        float,
        Field(
            ge=1,
            le=1_000,
            description="How many times likelier a part is of which copies are still to be found. "
            "1: open orders do not count. It shifts, it never excludes.",
        ),
    ] = 1.0
    prior_batch: Annotated[
        float,
        Field(
            ge=1,
            le=1_000,
            description="How many times likelier a part of a photo's `/batch` is than one outside "
            "of it. 1: batches do not count.",
        ),
    ] = 50.0
    background_remover: Annotated[
        str,
        Field(
            description="`whoseprint` (ours, shipped) or the name of one of rembg's public models, "
            "which rembg then downloads."
        ),
    ] = "whoseprint"
    training_python: Annotated[
        Path | None,
        Field(
            description="A Python that has PyTorch, for `whoseprint train`. Default: what "
            "`make setup-train` makes in the checkout."
        ),
    ] = None
    triangle_limit: Annotated[
        int, Field(ge=1_000, description="Parts with more triangles are refused.")
    ] = 5_000_000

    log_format: Annotated[LogFormat, Field(description="`console` or `json`.")] = LogFormat.CONSOLE
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        BeforeValidator(str.lower),
        Field(description="`debug`, `info`, `warning` or `error`."),
    ] = "info"
    metrics_port: Annotated[
        int | None, Field(description="Serve Prometheus metrics on this port. Default: not at all.")
    ] = None

    @property
    def database(self) -> str:
        """The database's URL with its default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir / 'whoseprint.db'}"

    @property
    def files(self) -> str:
        """The file store's URL with its default filled in."""
        return self.files_url or str(self.data_dir / "files")


def read_settings() -> Settings:
    """Read environment and .env.

    Raises:
        SettingsRefused: with one sentence for each setting that is wrong or unknown.
    """
    unknown = _unknown_names()
    if unknown:
        raise SettingsRefused(tuple(f"{name} is not a setting." for name in unknown))
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsRefused(
            tuple(
                f"{PREFIX}{'.'.join(str(step) for step in each['loc']).upper()}: {each['msg']}."
                for each in error.errors()
            )
        ) from None


def settings_table() -> str:
    """All settings as a Markdown table: docs/settings.md is this, written by `make docs`."""
    rows = [
        "# Settings",
        "",
        "By environment or `.env`. Written by `make docs`; edit `whoseprint/settings.py`.",
        "",
        "| name | default | what it does |",
        "|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        default = field.default.value if isinstance(field.default, Enum) else field.default
        shown = "" if default is None else f"`{default}`"
        rows.append(f"| `{PREFIX}{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(rows) + "\n"


def _unknown_names() -> list[str]:
    """Names that look like ours and are none, in the environment and in .env.

    Raises:
        SettingsRefused: .env cannot be read as text.
    """
    try:
        in_file = dotenv_values(ENV_FILE, encoding="utf-8")
    except UnicodeDecodeError:
        raise SettingsRefused((f"{ENV_FILE} is no text in UTF-8.",)) from None
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    names = {name.upper() for name in (*os.environ, *in_file) if name.upper().startswith(PREFIX)}
    return sorted(names - known)
