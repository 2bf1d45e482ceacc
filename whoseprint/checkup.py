"""Look at everything a shop needs and say what to do about what is missing.

Each look is a function that returns a Finding and never raises: a doctor who falls ill helps
nobody. Nothing is changed, but for a probe file in the data folder.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import httpx
import redis
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from catalog.migrations import is_current
from vision import WeightsDamaged
from vision.segmenter import checked, shipped
from whoseprint.settings import Settings

#: Less than this and photos will soon not fit.
DISK_WANTED_BYTES = 1_000_000_000
#: Draws a preview of a real part in a process of its own, as the workers do.
GL_PROBE = """
from samples import catalogue
from workers.mesh_tasks import portrait
drawn = portrait(catalogue()[0].mesh.export(file_type="stl"), "")
print(f"a preview was drawn ({len(drawn):,} bytes)")
"""
GL_PROBE_SECONDS = 120
NET_SECONDS = 10
#: Each shipped network has one of these beside it.
DIGEST = ".sha256"


class Health(Enum):
    """How it stands with one thing."""

    WELL = "ok"
    #: Fine for an embedded shop, missing for a distributed one.
    NOT_SET = "not set"
    ILL = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    about: str
    health: Health
    fact: str
    remedy: str = ""


def check_up(settings: Settings) -> list[Finding]:
    """Look at disk, GL, weights, database, migrations, Redis and token."""
    return [look(settings) for look in LOOKS]


def _gl(_settings: Settings) -> Finding:
    remedy = "sudo apt-get install -y libegl1 libgl1 libgl1-mesa-dri"
    try:
        done = subprocess.run(  # noqa: S603  # our own interpreter on our own words
            [sys.executable, "-W", "ignore", "-c", GL_PROBE],
            capture_output=True,
            text=True,
            timeout=GL_PROBE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Finding("GL", Health.ILL, "drawing a preview takes for ever", remedy)
    if done.returncode != 0:
        last_line = (done.stderr.strip().splitlines() or ["no word"])[-1]
        return Finding("GL", Health.ILL, last_line, remedy)
    return Finding("GL", Health.WELL, done.stdout.strip())


def _weights(_settings: Settings) -> Finding:
    files = [file.name for file in shipped().iterdir()]
    names = sorted(name.removesuffix(DIGEST) for name in files if name.endswith(DIGEST))
    try:
        for name in names:
            checked(name, folder=shipped())
    except (WeightsDamaged, OSError) as error:
        return Finding("weights", Health.ILL, str(error), "Install whoseprint again.")
    if not names:
        return Finding("weights", Health.ILL, "there are none", "Install whoseprint again.")
    return Finding("weights", Health.WELL, f"{', '.join(names)}: as they were measured")


def _database(settings: Settings) -> Finding:
    remedy = "Start it, or mend WHOSEPRINT_DATABASE_URL."
    try:
        engine = create_engine(settings.database)
    except (SQLAlchemyError, ValueError) as error:
        return Finding("database", Health.ILL, str(error).splitlines()[0], remedy)
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        return Finding("database", Health.ILL, str(error).splitlines()[0], remedy)
    finally:
        engine.dispose()
    return Finding("database", Health.WELL, engine.url.render_as_string(hide_password=True))


def _migrations(settings: Settings) -> Finding:
    try:
        current = is_current(settings.database)
    except (SQLAlchemyError, ValueError) as error:
        return Finding("migrations", Health.ILL, str(error).splitlines()[0], "See database above.")
    if not current:
        return Finding("migrations", Health.ILL, "some are missing", "whoseprint migrate")
    return Finding("migrations", Health.WELL, "none missing")


def _redis(settings: Settings) -> Finding:
    if settings.redis_url is None:
        return Finding("Redis", Health.NOT_SET, "none; fine for `whoseprint bot --embedded`")
    try:
        redis.Redis.from_url(settings.redis_url, socket_timeout=NET_SECONDS).ping()
    except (redis.RedisError, ValueError) as error:
        return Finding("Redis", Health.ILL, str(error), "Start it, or mend WHOSEPRINT_REDIS_URL.")
    return Finding("Redis", Health.WELL, "answers")


def _token(settings: Settings) -> Finding:
    if settings.telegram_token is None:
        return Finding("token", Health.NOT_SET, "none; `whoseprint demo` works without")
    secret = settings.telegram_token.get_secret_value()
    remedy = "Ask @BotFather for the token and set WHOSEPRINT_TELEGRAM_TOKEN."
    try:
        answer = httpx.get(
            f"{settings.telegram_base_url}/bot{secret}/getMe", timeout=NET_SECONDS
        ).json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        fact = f"{settings.telegram_base_url} does not answer ({type(error).__name__})"
        return Finding("token", Health.ILL, fact, "Is there a network? Is the address right?")
    if not answer.get("ok"):
        return Finding("token", Health.ILL, str(answer.get("description")), remedy)
    return Finding("token", Health.WELL, f"@{answer['result']['username']}")


def _disk(settings: Settings) -> Finding:
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        probe = settings.data_dir / ".doctor"
        probe.write_bytes(b"well")
        probe.unlink()
        free = shutil.disk_usage(settings.data_dir).free
    except OSError as error:
        return Finding("disk", Health.ILL, str(error), "Let whoseprint write there.")
    shown = f"{free / 1e9:,.1f} GB free in {settings.data_dir}"
    if free < DISK_WANTED_BYTES:
        return Finding("disk", Health.ILL, shown, "Make room, or lower the days photos are kept.")
    return Finding("disk", Health.WELL, shown)


LOOKS: tuple[Callable[[Settings], Finding], ...] = (
    _disk,  # first: SQLite's file lies in the folder that it makes
    _gl,
    _weights,
    _database,
    _migrations,
    _redis,
    _token,
)
