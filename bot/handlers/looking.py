"""A photo comes in: show life, fetch it, open a sighting and its job in one transaction."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session
from telegram import Message

from bot.desk import AT_ONCE, DOWNLOAD_BYTES
from bot.line import FileTooBig, download
from bot.messages import Html, clipped
from bot.part_words import NAME_UNITS
from bot.reading import SentFile, batch_in, picture_in, replies_to_bot
from bot.tellings import Telling
from bot.turn import Turn
from catalog.batches import batch_of_chat, find_batch, narrow
from catalog.deliveries import NewDelivery, write_delivery
from catalog.files import FileKey
from catalog.groups import group_of
from catalog.jobs import NewJob, begin_anew, job_of_sighting, postpone, queue_job
from catalog.sightings import (
    PHOTOS_MAX,
    NewSighting,
    SentPhoto,
    SightingOpened,
    add_photo,
    album_sighting,
    open_sighting,
    sightings_since,
)
from catalog.tables import JobKind, Queue

MINUTE = timedelta(minutes=1)
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A photo to be looked at.

    Attributes:
        message_id: the message that holds it, perhaps one sent days ago.
        batch_id: the build plate it is said to be from; None: the chat's, if it has one.
        key: its bytes, when they are kept already.
    """

    file: SentFile
    message_id: int
    whois: bool = False
    album: str | None = None
    key: FileKey | None = None
    batch_id: int | None = None


def sent_in(message: Message) -> Look | None:
    """The photo, or the file that is one, in a message; None: it holds none."""
    file = picture_in(message)
    if file is None:
        return None
    return Look(file=file, message_id=message.message_id, album=message.media_group_id)


async def photo(turn: Turn) -> None:
    """A photo, or a file that is one; in a group only those in reply, or when each is looked at."""
    wanted = None if turn.message is None else sent_in(turn.message)
    if turn.message is None or wanted is None:
        return
    is_asked = turn.chat.is_private or replies_to_bot(turn.message, turn.desk.bot.id)
    is_asked = is_asked or await _joins_album(turn, wanted)
    if not (is_asked or await _every_photo(turn)):
        return
    batch = batch_in(turn.message)
    await (look(turn, wanted) if batch is None else look_among(turn, wanted, batch))


async def look_among(turn: Turn, wanted: Look, batch: str) -> None:
    """Look at a photo among a batch's parts; where there is none so named, that is said first."""
    now = turn.desk.now()
    found = await turn.desk.read(lambda session: find_batch(session, batch, now=now))
    if found is None:
        name = clipped(batch, NAME_UNITS)
        await turn.reply(turn.say("batch-unknown-all", batch=name))
    await look(turn, replace(wanted, batch_id=None if found is None else found.id))


async def look(turn: Turn, wanted: Look) -> None:
    """Take a photo on: from here on it is answered, whatever happens to this process."""
    if is_too_large(turn, wanted):
        await turn.reply(too_large(turn))
        return
    joins = await _joins_album(turn, wanted)
    if not joins and await _is_too_fast(turn):
        limit = turn.desk.rules.photos_per_minute
        await turn.reply(turn.say("too-many-photos", limit=limit))
        return
    status_id = None
    if not joins:
        status_id = await turn.open_status(turn.say("looking"), reply_to=turn.message_id)
        await turn.show_life()
    try:
        key = wanted.key or await fetched(turn, wanted.file)
    except FileTooBig:
        await turn.close_status(too_large(turn))
        return
    job_id = await turn.settle(lambda session: take_on(session, turn, wanted, key, status_id))
    if job_id is not None:
        await turn.desk.ring(job_id, Queue.VISION, after=pause(turn, wanted))


async def fetched(turn: Turn, file: SentFile) -> FileKey:
    """Fetch a photo and keep it.

    Raises:
        FileTooBig: Telegram does not give it.
    """
    return await turn.desk.keep(await download(turn.desk.bot, file.file_id))


def is_too_large(turn: Turn, wanted: Look) -> bool:
    """Whether a photo is larger than can be fetched, by what was announced."""
    limit = turn.desk.rules.download_bytes
    return limit is not None and wanted.file.size_bytes > limit


def too_large(turn: Turn) -> Html:
    """What is said to that."""
    limit = (turn.desk.rules.download_bytes or DOWNLOAD_BYTES) // MEGABYTE
    return turn.say("trouble-picture_file_too_large", limit_mb=limit)


async def _every_photo(turn: Turn) -> bool:
    group = await turn.desk.read(lambda session: group_of(session, turn.chat.id))
    return group is not None and group.every_photo


async def _joins_album(turn: Turn, wanted: Look) -> bool:
    album = wanted.album
    if album is None:
        return False
    found = await turn.desk.read(lambda session: album_sighting(session, turn.chat.id, album))
    return found is not None


async def _is_too_fast(turn: Turn) -> bool:
    since = turn.desk.now() - MINUTE
    sent = await turn.desk.read(
        lambda session: sightings_since(session, person_id=turn.person.id, since=since)
    )
    return sent >= turn.desk.rules.photos_per_minute


def pause(turn: Turn, wanted: Look) -> timedelta:
    """How long is waited for more pictures of the same album."""
    return AT_ONCE if wanted.album is None else turn.desk.rules.album_pause


def take_on(
    session: Session, turn: Turn, wanted: Look, key: FileKey, status_id: int | None
) -> int | None:
    """Open a sighting and its job, whose id it is; None when the photo joined one that is there."""
    now = turn.desk.now()
    ready_at = now + pause(turn, wanted)
    opened = open_sighting(
        session,
        NewSighting(
            person_id=turn.person.id,
            chat_id=turn.chat.id,
            whois=wanted.whois,
            media_group_id=wanted.album,
        ),
        now=now,
    )
    sent = SentPhoto(
        chat_id=turn.chat.id,
        message_id=wanted.message_id,
        telegram_file_id=wanted.file.file_id,
        file_key=key,
    )
    added = add_photo(session, opened.sighting_id, sent)
    _narrow(session, turn, opened, wanted)
    if opened.joined:
        _join(session, turn, opened.sighting_id, ready_at=ready_at, added=added)
        return None
    return queue_job(
        session,
        NewJob(
            kind=JobKind.IDENTIFY,
            sighting_id=opened.sighting_id,
            person_id=turn.person.id,
            chat_id=turn.chat.id,
            status_message_id=status_id,
            not_before=ready_at,
        ),
        now=now,
    )


def _narrow(session: Session, turn: Turn, opened: SightingOpened, wanted: Look) -> None:
    """Of which build plate the print is: the caption's, else the one this chat has today."""
    batch_id = wanted.batch_id
    if batch_id is None and not opened.joined:
        today, now = turn.desk.messages.today, turn.desk.now()
        of_chat = batch_of_chat(session, turn.chat.id, day=today, now=now)
        batch_id = None if of_chat is None else of_chat.id
    if batch_id is not None:
        narrow(session, opened.sighting_id, batch_id)


def _join(
    session: Session, turn: Turn, sighting_id: int, *, ready_at: datetime, added: bool
) -> None:
    job_id = job_of_sighting(session, sighting_id)
    if job_id is None:
        return
    if added:
        if not postpone(session, job_id, until=ready_at):  # looked at already, without this one
            begin_anew(session, sighting_id, now=ready_at)
        return
    full = NewDelivery(
        kind=Telling.ALBUM_FULL.value,
        chat_id=turn.chat.id,
        job_id=job_id,
        facts={"limit": PHOTOS_MAX},
    )
    write_delivery(session, full, now=turn.desk.now())
