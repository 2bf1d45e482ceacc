"""The whole path on one machine: sample catalogue, bot, and a chat page instead of Telegram.

The demo's shop lies in its own folder, so that it never mixes with a real one. Two people hold
phones in the sandbox: a worker and an admin. With a bot token in the settings the same shop talks
to Telegram and no sandbox is opened.
"""

import asyncio
import csv
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from pydantic import SecretStr

from bot.run import BotSettings, run
from catalog.people import Guest, enroll, enroll_first_admin
from catalog.tables import Role
from samples import SamplePart, catalogue
from sandbox import Message, Person, Sandbox
from whoseprint.importing import Import, ImportReport, read_orders, sources
from whoseprint.running import EMBEDDED_HOLDER, embedded_shop
from whoseprint.settings import Settings
from whoseprint.talking import bot_settings
from workers.shop import Shop

WORKER_ID, ADMIN_ID = 1001, 1002
ANA = Guest(telegram_id=WORKER_ID, name="Ana", language="en")
#: What the unattended demo sends, and how long it waits: a first photo compiles and loads much.
ONCE_PHOTO = "hook-on-desk.jpg"
PATIENCE_S = 300.0
#: 1 January 2026: keeps what is counted in seconds from it within 32 bits.
BORN_S = 1_767_225_600
#: How long a stopping bot may take to finish what it is sending.
GOODBYE_S = 30.0


@dataclass(frozen=True, slots=True)
class SamplePhoto:
    """A photo that lies ready, and the part it shows; None: no print at all."""

    path: Path
    part: str | None


@dataclass(frozen=True, slots=True)
class OpenDemo:
    """A running demo: the people in it, and where its chat page is."""

    sandbox: Sandbox
    worker: Person
    admin: Person
    shop: Shop


@dataclass(frozen=True, slots=True)
class OnceAnswer:
    """What came of the unattended demo."""

    photo: SamplePhoto
    text: str
    picture: bytes | None
    is_right: bool


def demo_settings(settings: Settings) -> Settings:
    """The same settings with a data folder of the demo's own."""
    return settings.model_copy(
        update={
            "data_dir": settings.data_dir / "demo",
            "database_url": None,
            "files_url": None,
            "redis_url": None,
        }
    )


def sample_photos() -> list[SamplePhoto]:
    """The photos that lie ready, with what they show."""
    folder = photos_folder()
    about = json.loads((folder / "photos.json").read_text(encoding="utf-8"))
    return [SamplePhoto(folder / each["photo"], each["part"]) for each in about]


def photos_folder() -> Path:
    """Where the sample photos lie."""
    return Path(str(resources.files("samples"))) / "photos"


def write_sample_parts(folder: Path) -> Path:
    """Write the sample parts as STL and their orders as CSV, as a shop would have them."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = catalogue()
    for part in parts:
        part.mesh.export(folder / f"{part.name}.stl")
    orders = folder / "orders.csv"
    with orders.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["part", "customer", "order", "quantity", "due", "material", "note"])
        rows.writerows(_row(part) for part in parts)
    return orders


def fill_catalogue(settings: Settings, *, shop: Shop, threads: int) -> ImportReport:
    """Import the sample parts; those that are there already are left alone."""
    folder = settings.data_dir / "parts"
    report = ImportReport()
    orders = read_orders(write_sample_parts(folder), report)
    job = Import(orders, report)
    job.run(sources(folder), shop=shop, threads=threads, on_done=lambda: None)
    return report


@contextmanager
def open_demo(settings: Settings, shop: Shop, *, port: int) -> Iterator[OpenDemo]:
    """Open the sandbox, enrol its two people and let the bot talk to it.

    Raises:
        OSError: the port is taken.
    """
    with Sandbox.start(port, samples=photos_folder(), first_id=ids_so_far()) as sandbox:
        worker = sandbox.person(user_id=WORKER_ID, name="Ana", language="en", label="Worker")
        admin = sandbox.person(user_id=ADMIN_ID, name="Ben", language="en", label="Admin")
        with shop.database.transaction() as session:
            now = shop.clock()
            enroll(session, ANA, role=Role.WORKER, now=now)
            enroll_first_admin(session, ADMIN_ID, now=now)
        told = settings.model_copy(
            update={
                "telegram_token": SecretStr(sandbox.token),
                "telegram_base_url": sandbox.page_url.rstrip("/"),
                "admin_id": ADMIN_ID,
            }
        )
        with talking(shop, bot_settings(told, holder=EMBEDDED_HOLDER)):
            for person in (worker, admin):
                hello = person.starts()
                person.waits_for(_is_anything, after=hello, timeout_s=PATIENCE_S)
            yield OpenDemo(sandbox, worker, admin, shop)


def ids_so_far() -> int:
    """Numbers from which a new sandbox may count: the shop remembers those of the last one."""
    return int(time.time()) - BORN_S


@contextmanager
def talking(shop: Shop, conversation: BotSettings) -> Iterator[None]:
    """Run the bot in a thread with a loop of its own until the block ends."""
    started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def talk() -> None:
        stop = asyncio.Event()
        started.set_result((asyncio.get_running_loop(), stop))
        await run(shop, conversation, stop=stop)

    thread = threading.Thread(target=lambda: asyncio.run(talk()), name="bot", daemon=True)
    thread.start()
    loop, stop = started.result()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(GOODBYE_S)


def ask_once(demo: OpenDemo) -> OnceAnswer:
    """Send one sample photo through the chat and wait for its answer.

    Raises:
        NeverHappened: no answer came.
    """
    photo = next(each for each in sample_photos() if each.path.name == ONCE_PHOTO)
    sent = demo.worker.sends_photo(photo.path.read_bytes())
    answer = demo.worker.waits_for(_is_answer, after=sent, timeout_s=PATIENCE_S)
    wanted = next(part for part in catalogue() if part.name == photo.part)
    return OnceAnswer(
        photo=photo,
        text=answer.text,
        picture=answer.photo,
        is_right=wanted.name in answer.first_line and wanted.customer in answer.first_line,
    )


@contextmanager
def demo_shop(settings: Settings) -> Iterator[Shop]:
    """The demo's own shop, workers running."""
    with embedded_shop(settings) as shop:
        yield shop


def _is_anything(message: Message) -> bool:
    return message.text != ""


def _is_answer(message: Message) -> bool:
    """A status message is edited until it has buttons or a picture."""
    return message.photo is not None or bool(message.buttons)


def _row(part: SamplePart) -> list[str]:
    return [
        part.name,
        part.customer,
        part.order,
        str(part.quantity),
        part.due.isoformat(),
        part.material,
        part.note,
    ]
