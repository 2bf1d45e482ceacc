"""A counter with everything real but the recognition: sandbox over HTTP, bot, database, files.

What a worker process would find out about a photo is written by the test itself, with the same
catalog functions that workers use.
"""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image, ImageDraw
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.desk import HouseRules
from bot.run import BotSettings, run
from catalog.awaited_photos import keep_answer
from catalog.database import Database
from catalog.deliveries import NewDelivery, write_delivery
from catalog.files import FileKey, FileStore
from catalog.jobs import told_of
from catalog.leases import Failure, LeasedJob, give_up, settle_done, take_lease
from catalog.order_fields import OrderDetails
from catalog.orders import add_order_line
from catalog.people import Guest, enroll
from catalog.sightings import Answer, NamedCandidate, SeenCutOut
from catalog.tables import (
    Job,
    JobKind,
    JobState,
    Part,
    PartState,
    Queue,
    Role,
    SightingOutcome,
    Update,
)
from catalog.unreadable import Fact, Trouble, Unreadable
from sandbox import Message, Person, Sandbox
from workers.work import write_given_up, write_refused

ADMIN_ID = 900
#: No promise, only the end of a test that hangs.
PATIENCE_S = 10.0
Also = Callable[[Session, LeasedJob], None]


class MovableClock:
    """The real time and as much as a test adds."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def advance(self, span: timedelta) -> None:
        self._ahead += span


@dataclass
class Bell:
    """Hears every ring."""

    rung: list[tuple[int, Queue]] = field(default_factory=list)

    def ring(self, job_id: int, queue: Queue, *, after: timedelta = timedelta(0)) -> bool:
        self.rung.append((job_id, queue))
        return after >= timedelta(0)


@dataclass(frozen=True)
class Floor:
    """What the bot needs of the shop."""

    database: Database
    files: FileStore
    doorbell: Bell
    clock: Callable[[], datetime]


class Counter:
    """A running bot, the phones that talk to it, and a hand behind the curtain."""

    def __init__(self, sandbox: Sandbox, database: Database, folder: Path) -> None:
        self.sandbox = sandbox
        self.database = database
        self.clock = MovableClock()
        self.bell = Bell()
        self.files = FileStore(str(folder / "files"))
        self.rules = HouseRules(album_pause=timedelta(seconds=0.2))
        self.local_mode = False
        self._running: dict[str, tuple[threading.Thread, Callable[[], object]]] = {}

    # -- the process

    def opens(self, holder: str = "test") -> None:
        ready = threading.Event()
        stops: list[Callable[[], object]] = []
        floor = Floor(self.database, self.files, self.bell, self.clock)
        settings = BotSettings(
            token=self.sandbox.token,
            base_url=self.sandbox.base_url,
            base_file_url=self.sandbox.base_file_url,
            admin_id=ADMIN_ID,
            zone=ZoneInfo("UTC"),
            rules=self.rules,
            local_mode=self.local_mode,
            holder=holder,
        )

        async def serve() -> None:
            stop, loop = asyncio.Event(), asyncio.get_running_loop()
            stops.append(lambda: loop.call_soon_threadsafe(stop.set))
            ready.set()
            await run(floor, settings, stop=stop)

        thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
        thread.start()
        ready.wait(PATIENCE_S)
        self._running[holder] = (thread, stops[0])

    def closes(self, *holders: str) -> None:
        """Stop these bots, or all of them."""
        for holder in holders or tuple(self._running):
            thread, stop = self._running.pop(holder)
            stop()
            thread.join(PATIENCE_S)
            assert not thread.is_alive()

    # -- people

    def worker(self, name: str = "Ana", *, user_id: int = 11, language: str = "en") -> Person:
        return self._person(name, user_id, language, Role.WORKER)

    def admin(self, name: str = "Boss", *, user_id: int = ADMIN_ID, language: str = "en") -> Person:
        return self._person(name, user_id, language, Role.ADMIN)

    def stranger(self, *, user_id: int = 666) -> Person:
        return self.sandbox.person(user_id=user_id, name="Mallory").is_acquainted()

    def _person(self, name: str, user_id: int, language: str, role: Role) -> Person:
        guest = Guest(telegram_id=user_id, name=name, language=language)
        with self.database.transaction() as session:
            enroll(session, guest, role=role, now=self.clock())
        return self.sandbox.person(user_id=user_id, name=name, language=language).is_acquainted()

    # -- the catalogue

    def part(self, name: str, *, state: PartState = PartState.READY) -> int:
        preview = self.files.keep(render(name))
        row = Part(
            name=name,
            state=state,
            file_key=preview,
            file_name=f"{name}.stl",
            mesh_key=self.files.keep(f"solid {name}".encode()),
            length_mm=42.0,
            width_mm=30.0,
            height_mm=12.0,
            triangles=38204,
            closed=True,
            preview_key=preview,
            sheet_key=preview,
            added_at=self.clock() - timedelta(days=1),
        )
        with self.database.transaction() as session:
            session.add(row)
            session.flush()
            return row.id

    def order(
        self,
        part_id: int,
        customer: str | None = "ACME",
        *,
        reference: str = "1042",
        quantity: int = 3,
        due: date | None = None,
    ) -> int:
        details = OrderDetails(
            customer=customer,
            order=reference,
            quantity=quantity,
            due=due,
            material="PLA black",
            note="left and right apart",
        )
        with self.database.transaction() as session:
            return add_order_line(session, part_id, order=details, now=self.clock())

    # -- what happened

    def handles(self, message: Message) -> None:
        """Wait until the bot is through with a message."""
        for _ in range(int(PATIENCE_S / 0.05)):
            with self.database.reading() as session:
                rows = session.scalars(select(Update).where(Update.handled_at.is_not(None)))
                if any(_is_about(row.body, message) for row in rows):
                    return
            threading.Event().wait(0.05)
        raise TimeoutError(f"message {message.message_id} is not handled")

    def until(self, happened: Callable[[], bool]) -> None:
        """Wait until something stands in the database."""
        for _ in range(int(PATIENCE_S / 0.05)):
            if happened():
                return
            threading.Event().wait(0.05)
        raise TimeoutError("it did not happen")

    # -- what a worker process does

    def waiting_job(self, kind: JobKind = JobKind.IDENTIFY) -> int:
        """The oldest job that waits, once there is one."""
        end = threading.Event()
        for _ in range(int(PATIENCE_S / 0.05)):
            with self.database.reading() as session:
                found = session.scalars(
                    select(Job.id)
                    .where(Job.kind == kind, Job.state == JobState.QUEUED)
                    .order_by(Job.id)
                    .limit(1)
                ).first()
            if found is not None:
                return found
            end.wait(0.05)
        raise TimeoutError(f"no {kind} job came")

    def finds(
        self,
        *parts: tuple[int, float],
        outcome: SightingOutcome = SightingOutcome.ACCEPTED,
        reason: str = "sure",
        job_id: int | None = None,
        seen: SeenCutOut | None = None,
        asked_view: bytes | None = None,
    ) -> None:
        """Answer the oldest waiting photo with these parts and their probabilities."""
        job_id = job_id or self.waiting_job()
        answer = Answer(
            outcome=outcome,
            reason=reason,
            slug="test",
            cut_out_key=self.files.keep(cut_out()) if parts or seen else None,
            seen=seen or SeenCutOut(),
            asked_view_key=None if asked_view is None else self.files.keep(asked_view),
            candidates=tuple(
                NamedCandidate(part_id=part_id, probability=share, score=1.0, rotation=(0.0,) * 9)
                for part_id, share in parts
            ),
        )
        self._settle(
            job_id,
            "answer",
            {},
            lambda session, job: keep_answer(session, job.sighting_id, answer, now=self.clock()),
        )

    def refuses(self, kind: JobKind, code: str, **arguments: Fact) -> None:
        job_id, complaint = self.waiting_job(kind), Unreadable(Trouble(code), **arguments)
        with self.database.transaction() as session:
            self._take(session, job_id)
            settle_done(session, job_id, holder="t", now=self.clock())
            write_refused(session, told_of(session, job_id), complaint, now=self.clock())

    def gives_up(self) -> None:
        """Give the oldest waiting photo up, as the sweeper does when its worker died each time."""
        job_id, failure = self.waiting_job(), Failure("crashed")
        with self.database.transaction() as session:
            self._take(session, job_id)
            give_up(session, job_id, failure, holder="t", now=self.clock())
            write_given_up(session, told_of(session, job_id), failure, now=self.clock())

    def receives(self, **facts: object) -> int:
        """Answer the oldest file an admin sent."""
        job_id = self.waiting_job(JobKind.RECEIVE)
        self._settle(job_id, "received", facts)
        return job_id

    def _settle(
        self, job_id: int, kind: str, facts: dict[str, Any], also: Also | None = None
    ) -> None:
        with self.database.transaction() as session:
            job = self._take(session, job_id)
            assert job.chat_id is not None
            settle_done(session, job_id, holder="t", now=self.clock())
            if also is not None:
                also(session, job)
            row = session.get_one(Job, job_id)
            row.facts = {**row.facts, **facts}
            delivery = NewDelivery(kind=kind, chat_id=job.chat_id, job_id=job_id, facts=facts)
            write_delivery(session, delivery, now=self.clock())

    def _take(self, session: Session, job_id: int) -> LeasedJob:
        later = self.clock() + timedelta(minutes=1)
        job = take_lease(session, job_id, holder="t", now=later, lease=timedelta(seconds=9))
        assert job is not None
        return job


def _is_about(body: dict[str, Any], message: Message) -> bool:
    said = body.get("message") or {}
    chat_id = (said.get("chat") or {}).get("id")
    return (said.get("message_id"), chat_id) == (message.message_id, message.chat.chat_id)


def render(name: str) -> bytes:
    """Something like a preview: a shaded shape on nothing."""
    image = Image.new("RGBA", (256, 256), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    tone = 90 + sum(name.encode()) % 120
    draw.rounded_rectangle((40, 70, 216, 190), 24, fill=(tone, 120, 170, 255))
    draw.ellipse((100, 100, 156, 156), fill=(240, 240, 245, 255))
    return _png(image)


def cut_out() -> bytes:
    """A photo with its print in the alpha channel."""
    image = Image.new("RGB", (400, 300), (150, 130, 110))
    draw = ImageDraw.Draw(image)
    draw.rectangle((120, 90, 290, 220), fill=(40, 40, 45))
    mask = Image.new("L", image.size, 0)
    ImageDraw.Draw(mask).rectangle((120, 90, 290, 220), fill=255)
    image.putalpha(mask)
    return _png(image)


def photo(shade: int = 120) -> bytes:
    held = BytesIO()
    Image.new("RGB", (320, 240), (shade, 140, 150)).save(held, "JPEG")
    return held.getvalue()


def _png(image: Image.Image) -> bytes:
    held = BytesIO()
    image.save(held, "PNG")
    return held.getvalue()


__all__ = ["ADMIN_ID", "Counter", "FileKey", "cut_out", "photo", "render"]
