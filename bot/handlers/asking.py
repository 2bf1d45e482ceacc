"""/whois: as a photo's caption, in reply to any photo, or alone for one's own last one."""

from dataclasses import dataclass

from sqlalchemy.orm import Session
from telegram import Message

from bot.handlers.looking import Look, look
from bot.reading import SentFile, picture_in
from bot.tellings import Telling
from bot.turn import Turn
from catalog.answers import (
    PhotoSource,
    SightingCard,
    ask_whois,
    is_newer_than_catalogue,
    photos_to_look_at,
    sighting_card,
)
from catalog.deliveries import NewDelivery, write_delivery
from catalog.jobs import job_of_sighting, progress_of
from catalog.sightings import last_sighting, sighting_of_message
from catalog.tables import JobState


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """A sighting that was asked about again.

    Attributes:
        is_fresh: no part has come in since it was answered.
        is_at_it: it is being looked at; refused or given up it is not, and has no answer either.
    """

    card: SightingCard
    photos: list[PhotoSource]
    is_fresh: bool
    is_at_it: bool


async def whois(turn: Turn) -> None:
    """Three candidates for the photo that is meant."""
    message = turn.message
    if message is None:
        return
    own = picture_in(message)
    if own is not None:
        album = message.media_group_id
        wanted = Look(file=own, message_id=message.message_id, whois=True, album=album)
        await look(turn, wanted)
        return
    if message.reply_to_message is not None:
        await _of_replied(turn, message.reply_to_message)
        return
    await _of_last(turn)


async def _of_replied(turn: Turn, replied: Message) -> None:
    sighting_id = await turn.desk.read(
        lambda session: sighting_of_message(
            session, chat_id=turn.chat.id, message_id=replied.message_id
        )
    )
    if sighting_id is not None:
        await _again(turn, sighting_id)
        return
    file = picture_in(replied)
    if file is None or replied.from_user == turn.desk.bot.bot:
        await turn.reply(turn.say("whois-no-photo"))
        return
    await look(turn, Look(file=file, message_id=replied.message_id, whois=True))


async def _of_last(turn: Turn) -> None:
    sighting_id = await turn.desk.read(
        lambda session: last_sighting(session, person_id=turn.person.id, chat_id=turn.chat.id)
    )
    if sighting_id is None:
        await turn.reply(turn.say("whois-no-photo"))
        return
    await _again(turn, sighting_id)


async def _again(turn: Turn, sighting_id: int) -> None:
    """Tell it from what is known; look again when it found nothing or new parts have come."""
    seen = await turn.desk.read(lambda session: _seen(session, sighting_id))
    if seen is None:
        await turn.reply(turn.say("whois-no-photo"))
    elif seen.is_at_it and await turn.settle(lambda session: ask_whois(session, sighting_id)):
        await turn.reply(turn.say("whois-at-it"))
    elif seen.card.candidates and seen.is_fresh:
        await _tell(turn, seen.card)
    elif seen.photos and seen.card.photo_message_id is not None:
        await _look_again(turn, seen.photos[0], seen.card.photo_message_id)
    else:
        await turn.reply(turn.say("whois-no-photo"))


def _seen(session: Session, sighting_id: int) -> _Seen | None:
    card = sighting_card(session, sighting_id)
    if card is None:
        return None
    return _Seen(
        card=card,
        photos=photos_to_look_at(session, sighting_id),
        is_fresh=is_newer_than_catalogue(session, card),
        is_at_it=card.outcome is None and _is_worked_on(session, sighting_id),
    )


def _is_worked_on(session: Session, sighting_id: int) -> bool:
    job_id = job_of_sighting(session, sighting_id)
    job = None if job_id is None else progress_of(session, job_id)
    return job is not None and job.state in (JobState.QUEUED, JobState.RUNNING)


async def _tell(turn: Turn, card: SightingCard) -> None:
    status_id = await turn.open_status(turn.say("looking"), reply_to=turn.message_id)
    delivery = NewDelivery(
        kind=Telling.ANSWER.value,
        chat_id=turn.chat.id,
        facts={
            "sighting_id": card.id,
            "person_id": turn.person.id,
            "status_message_id": status_id,
            "whois": True,
        },
    )
    await turn.settle(lambda session: write_delivery(session, delivery, now=turn.desk.now()))


async def _look_again(turn: Turn, source: PhotoSource, message_id: int) -> None:
    kept = source.file_key
    if kept is not None and not await turn.desk.has(kept):
        kept = None
    file = SentFile(file_id=source.telegram_file_id, name="photo.jpg", size_bytes=0)
    await look(turn, Look(file=file, message_id=message_id, whois=True, key=kept))
