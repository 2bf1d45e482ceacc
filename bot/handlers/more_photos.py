"""One more photo of a print that the answer was not sure of.

A photo belongs to an older one only where its sender says so: by replying to the answer, or to one
of its photos, or by the button under it. A worker who goes on to the next print is never asked
twice and never misunderstood (docs/decisions/0015-one-more-photo.md).
"""

import structlog
from sqlalchemy.orm import Session
from telegram.error import TelegramError

from bot import answers, line
from bot.drawing import speech_of
from bot.handlers import looking
from bot.handlers.looking import Look
from bot.handlers.verdicts import open_card
from bot.line import FileTooBig, Place, Speech
from bot.reading import batch_in
from bot.turn import Turn
from bot.voice import Voice
from catalog.answers import SightingCard, sighting_card
from catalog.awaited_photos import (
    Joined,
    await_no_photo,
    await_photo,
    awaiting_photo,
    join_photo,
    takes_photo,
)
from catalog.files import FileKey
from catalog.sightings import SentPhoto, album_sighting, sighting_of_message
from catalog.tables import Queue

_log = structlog.get_logger(__name__)


async def photo(turn: Turn) -> None:
    """A photo: a further one of a print that was asked about, or the first of another."""
    wanted = None if turn.message is None else looking.sent_in(turn.message)
    if wanted is None:
        return
    sighting_id = await turn.desk.read(lambda session: _belongs_to(session, turn, wanted))
    await (looking.photo(turn) if sighting_id is None else _add(turn, wanted, sighting_id))


async def one_more(turn: Turn) -> None:
    """The button: this person's next photo here is of the same print."""
    card = await open_card(turn)
    if card is None:
        return
    until = turn.desk.now() + turn.desk.rules.second_photo_within
    taken = await turn.settle(
        lambda session: await_photo(session, card.id, person_id=turn.person.id, until=until)
    )
    await turn.toast(turn.plain("toast-send-it" if taken else "press-old"))
    if taken:
        await _show_now(turn, card)


async def never_mind(turn: Turn) -> None:
    """The button that takes that back."""
    card = await open_card(turn)
    if card is None:
        return
    await turn.settle(lambda session: await_no_photo(session, card.id))
    await turn.toast(turn.plain("toast-never-mind"))
    await _show_now(turn, card)


async def _show_now(turn: Turn, before: SightingCard) -> None:
    card = await turn.desk.read(lambda session: sighting_card(session, before.id))
    if card is None:
        return
    voice = Voice(turn.desk.messages, turn.language)
    reply = answers.answer(card, voice, reader_id=turn.person.id)
    await turn.change_pressed(await speech_of(reply, turn.desk))


def _belongs_to(session: Session, turn: Turn, wanted: Look) -> int | None:
    """The sighting of which this is said to be a further photo."""
    message = turn.message
    if message is None or batch_in(message) is not None or turn.known is None:
        return None
    if wanted.album is not None and album_sighting(session, turn.chat.id, wanted.album):
        return None
    if message.reply_to_message is not None:
        replied = message.reply_to_message.message_id
        meant = sighting_of_message(session, chat_id=turn.chat.id, message_id=replied)
        return meant if meant is not None and takes_photo(session, meant) else None
    person_id, now = turn.person.id, turn.desk.now()
    return awaiting_photo(session, person_id=person_id, chat_id=turn.chat.id, now=now)


async def _add(turn: Turn, wanted: Look, sighting_id: int) -> None:
    """Take it on: what is known so far waits until both are looked at."""
    if looking.is_too_large(turn, wanted):
        await turn.reply(looking.too_large(turn))
        return
    status_id = await turn.open_status(turn.say("looking-both"), reply_to=turn.message_id)
    await turn.show_life()
    try:
        key = await looking.fetched(turn, wanted.file)
    except FileTooBig:
        await turn.close_status(looking.too_large(turn))
        return
    joined = await turn.settle(
        lambda session: (
            _join(session, turn, wanted, key=key, sighting_id=sighting_id)
            or _open(session, turn, wanted, key=key)
        )
    )
    if joined is None:
        return
    await turn.desk.ring(joined.job_id, Queue.VISION, after=looking.pause(turn, wanted))
    if joined.answer_message_id not in {None, status_id}:
        await _point_down(turn, joined)


def _open(session: Session, turn: Turn, wanted: Look, *, key: FileKey) -> Joined | None:
    """Somebody said meanwhile what the other print is: then this is one of its own."""
    job_id = looking.take_on(session, turn, wanted, key, turn.traces.status_message_id)
    return None if job_id is None else Joined(job_id=job_id, answer_message_id=None)


def _join(
    session: Session, turn: Turn, wanted: Look, *, key: FileKey, sighting_id: int
) -> Joined | None:
    sent = SentPhoto(
        chat_id=turn.chat.id,
        message_id=wanted.message_id,
        telegram_file_id=wanted.file.file_id,
        file_key=key,
        album=wanted.album,
    )
    return join_photo(
        session,
        sighting_id,
        sent,
        status_message_id=turn.traces.status_message_id,
        ready_at=turn.desk.now() + looking.pause(turn, wanted),
    )


async def _point_down(turn: Turn, joined: Joined) -> None:
    """Say under the old answer that a new one comes; its buttons are void in any case."""
    place = Place(turn.chat.id, joined.answer_message_id or 0)
    try:
        await line.change_somehow(turn.desk.bot, place, Speech(text=turn.say("answer-below")))
    except (line.MessageGone, TelegramError) as error:
        _log.info("old_answer_not_changed", cause=str(error))
