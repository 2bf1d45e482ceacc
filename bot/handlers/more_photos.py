"""One more photo of a print that the answer was not sure of.

A photo belongs to an older one only where its sender says so: by replying to the answer, or to one
of its photos, or by the button under it; after the button also what is sent in the same moment. A
worker who goes on to the next print is never asked twice and never misunderstood
(docs/decisions/0015-one-more-photo.md).
"""

from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.orm import Session
from telegram import Message
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
    await_more_at_once,
    await_no_photo,
    await_photo,
    awaiting_photo,
    join_photo,
    takes_photo,
)
from catalog.files import FileKey
from catalog.sightings import SentPhoto, album_sighting, sighting_of_message
from catalog.tables import Queue
from catalog.watching import tell_again_if_settled

_log = structlog.get_logger(__name__)


async def photo(turn: Turn) -> None:
    """A photo: a further one of a print that was asked about, or the first of another."""
    wanted = None if turn.message is None else looking.sent_in(turn.message)
    if wanted is None:
        return
    further = await turn.desk.read(lambda session: _belongs_to(session, turn, wanted))
    await (looking.photo(turn) if further is None else _add(turn, wanted, further))


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
    if taken and not turn.chat.is_private:
        await _insist(turn, until)


async def _insist(turn: Turn, until: datetime) -> None:
    """In a group the bot may see no more than replies to it: Telegram opens one for who pressed."""
    question = turn.say("photo-asked", until=until)
    number, hint = str(turn.guest.telegram_id), turn.plain("photo-asked-hint")
    asked = turn.say("asked-of", id=number, person=turn.guest.name, question=question)
    reply_to = turn.press.message_id if turn.press else None
    speech = Speech(text=asked, answer_hint=hint)
    await line.send(turn.desk.bot, turn.chat.id, speech, reply_to=reply_to)


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
    if card is None or card.outcome is None:  # the photo was faster than this line
        return
    voice = Voice(turn.desk.messages, turn.language)
    reply = answers.answer(card, voice, reader_id=turn.person.id)
    await turn.change_pressed(await speech_of(reply, turn.desk))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Further:
    """A further photo, and how that is known.

    Attributes:
        by_word: its sender pressed the button; else it is a reply.
        is_looked_at: there is no answer yet that it takes the place of.
    """

    sighting_id: int
    by_word: bool
    is_looked_at: bool


def _belongs_to(session: Session, turn: Turn, wanted: Look) -> _Further | None:
    """The sighting of which this is said to be a further photo."""
    message = turn.message
    if message is None or batch_in(message) is not None or turn.known is None:
        return None
    if wanted.album is not None and album_sighting(session, turn.chat.id, wanted.album):
        return None
    replied, by_word = message.reply_to_message, False
    sighting_id = None if replied is None else _replied(session, turn, replied)
    if sighting_id is None and (replied is None or _is_of_the_bot(session, turn, replied)):
        sighting_id, by_word = _by_word(session, turn, message), True
    card = None if sighting_id is None else sighting_card(session, sighting_id)
    if card is None:
        return None
    return _Further(sighting_id=card.id, by_word=by_word, is_looked_at=card.outcome is None)


def _replied(session: Session, turn: Turn, replied: Message) -> int | None:
    meant = _sighting_of(session, turn, replied)
    return meant if meant is not None and takes_photo(session, meant) else None


def _is_of_the_bot(session: Session, turn: Turn, replied: Message) -> bool:
    """Whether a message is the bot's and about no print, like that which asks for the photo."""
    is_mine = replied.from_user is not None and replied.from_user.id == turn.desk.bot.id
    return is_mine and _sighting_of(session, turn, replied) is None


def _sighting_of(session: Session, turn: Turn, message: Message) -> int | None:
    return sighting_of_message(session, chat_id=turn.chat.id, message_id=message.message_id)


def _by_word(session: Session, turn: Turn, message: Message) -> int | None:
    return awaiting_photo(
        session,
        person_id=turn.person.id,
        chat_id=turn.chat.id,
        sent_at=message.date,
        now=turn.desk.now(),
    )


async def _add(turn: Turn, wanted: Look, further: _Further) -> None:
    """Take it on: what is known so far waits until both are looked at."""
    if looking.is_too_large(turn, wanted):
        await turn.reply(looking.too_large(turn))
        return
    if not further.is_looked_at:
        await turn.open_status(turn.say("looking-both"), reply_to=turn.message_id)
    await turn.show_life()
    try:
        key = await looking.fetched(turn, wanted.file)
    except FileTooBig:
        await turn.close_status(looking.too_large(turn))
        return
    joined = await turn.settle(
        lambda session: (
            _join(session, turn, wanted, key=key, further=further)
            or _open(session, turn, wanted, key=key)
        )
    )
    if joined is not None:
        await turn.desk.ring(joined.job_id, Queue.VISION, after=looking.pause(turn, wanted))
        await _show_below(turn, joined)


def _open(session: Session, turn: Turn, wanted: Look, *, key: FileKey) -> Joined | None:
    """Somebody said meanwhile what the other print is: then this is one of its own."""
    job_id = looking.take_on(session, turn, wanted, key, turn.traces.status_message_id)
    return None if job_id is None else Joined(job_id=job_id, answer_message_id=None)


def _join(
    session: Session, turn: Turn, wanted: Look, *, key: FileKey, further: _Further
) -> Joined | None:
    sent = SentPhoto(
        chat_id=turn.chat.id,
        message_id=wanted.message_id,
        telegram_file_id=wanted.file.file_id,
        file_key=key,
        album=wanted.album,
    )
    joined = join_photo(
        session,
        further.sighting_id,
        sent,
        status_message_id=turn.traces.status_message_id,
        ready_at=turn.desk.now() + looking.pause(turn, wanted),
    )
    if joined is not None and further.by_word and not further.is_looked_at and turn.message:
        person_id, sent_at = turn.person.id, turn.message.date
        await_more_at_once(session, further.sighting_id, person_id=person_id, sent_at=sent_at)
    return joined


async def _show_below(turn: Turn, joined: Joined) -> None:
    """Say in the old answer's message what becomes of it; its buttons are void in any case.

    Where a status message was opened for the new one, that is below.
    """
    if joined.answer_message_id is None:
        return
    has_status = turn.traces.status_message_id is not None
    text = turn.say("answer-below" if has_status else "looking-both")
    place = Place(turn.chat.id, joined.answer_message_id)
    try:
        await line.change_somehow(turn.desk.bot, place, Speech(text=text))
    except (line.MessageGone, TelegramError) as error:
        _log.info("old_answer_not_changed", cause=str(error))
    if not has_status:  # a worker may have been faster: then this was written over the answer
        await turn.desk.write(lambda session: tell_again_if_settled(session, joined.job_id))
