"""What everybody at the counter works with: the shop's doors, its clock, its house rules.

Knows no conversation. Database and files are blocking, so they are used from threads; what a
transaction reads leaves it as frozen facts.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from sqlalchemy.orm import Session
from telegram import Bot

from bot.messages import Messages
from catalog.database import Database
from catalog.files import FileKey, FileStore
from catalog.tables import Queue

Made = TypeVar("Made")

AT_ONCE = timedelta(0)
EASELS = 2
#: Telegram's own limit on downloads, as python-telegram-bot reads it; a local server has none.
DOWNLOAD_BYTES = 20_000_000
#: What a picture may weigh wherever it comes from.
PICTURE_BYTES = 20_000_000


class Rings(Protocol):
    """Tells workers that a job waits; failing to is harmless."""

    def ring(self, job_id: int, queue: Queue, *, after: timedelta = ...) -> bool:
        """Ring for a job after its commit, perhaps a while later."""
        ...


class Floor(Protocol):
    """What the bot needs of the shop behind it."""

    @property
    def database(self) -> Database: ...

    @property
    def files(self) -> FileStore: ...

    @property
    def doorbell(self) -> Rings: ...

    @property
    def clock(self) -> Callable[[], datetime]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseRules:
    """What an operator decides about the conversation.

    Attributes:
        photos_per_minute: more from one person are turned away for a moment.
        download_bytes: None when a local Bot API server lifts the limit.
        second_photo_within: how long after the button a photo is of the same print.
    """

    photos_per_minute: int = 20
    invite_good_for: timedelta = timedelta(days=7)
    download_bytes: int | None = DOWNLOAD_BYTES
    second_photo_within: timedelta = timedelta(minutes=5)
    #: How long an album waits for its next picture.
    album_pause: timedelta = timedelta(seconds=1.2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One bot process's counter."""

    bot: Bot
    shop: Floor
    messages: Messages
    rules: HouseRules = field(default_factory=HouseRules)
    #: Few pictures are drawn at once: a hello must not wait for the processor.
    easel: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(EASELS))
    #: Set when something was put into the outbox here, so that it goes out at once.
    outbox_bell: asyncio.Event = field(default_factory=asyncio.Event)

    def now(self) -> datetime:
        """The shop's time, aware UTC."""
        return self.shop.clock()

    async def write(self, deed: Callable[[Session], Made]) -> Made:
        """Do something in one transaction."""

        def in_transaction() -> Made:
            with self.shop.database.transaction() as session:
                return deed(session)

        made = await asyncio.to_thread(in_transaction)
        self.outbox_bell.set()
        return made

    async def read(self, look: Callable[[Session], Made]) -> Made:
        """Look something up."""

        def in_reading() -> Made:
            with self.shop.database.reading() as session:
                return look(session)

        return await asyncio.to_thread(in_reading)

    async def keep(self, content: bytes) -> FileKey:
        """Keep bytes in the file store."""
        return await asyncio.to_thread(self.shop.files.keep, content)

    async def file(self, key: FileKey) -> bytes:
        """Bytes out of the file store.

        Raises:
            FileGone: they were forgotten.
        """
        return await asyncio.to_thread(self.shop.files.read, key)

    async def has(self, key: FileKey) -> bool:
        """Whether the file store still has a file."""
        return await asyncio.to_thread(self.shop.files.has, key)

    async def ring(self, job_id: int, queue: Queue, *, after: timedelta = AT_ONCE) -> None:
        """Tell the workers; a thread, because a broker may be slow to answer."""
        await asyncio.to_thread(self.shop.doorbell.ring, job_id, queue, after=after)
