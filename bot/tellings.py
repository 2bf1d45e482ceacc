"""What each kind of delivery says: the words and the picture are put together when it goes out.

Reads the database and the file store, sends nothing. A delivery whose subject is gone has nothing
to say and is None.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from sqlalchemy.orm import Session

from bot.answers import answer
from bot.buttons import Keyboard, Seal
from bot.complaints import complaint
from bot.desk import Desk
from bot.drawing import sheet_of, speech_of
from bot.line import Speech
from bot.messages import Html
from bot.part_cards import part_keyboard, searchable, whose
from bot.part_words import REFERENCE_UNITS, customer_name
from bot.summaries import Taken, many_parts_text, one_part_text, taken_from
from bot.voice import Voice, paragraph
from catalog.answers import SightingCard, sighting_card
from catalog.cards import PartCard, part_cards
from catalog.deliveries import WaitingDelivery
from catalog.orders import KnownCustomer, recent_customers
from catalog.people import find_person, person_of

CUSTOMERS_OFFERED = 6


class Telling(Enum):
    """Kinds of deliveries; the first five are written by workers."""

    ANSWER = "answer"
    REFUSED = "refused"
    GIVEN_UP = "given_up"
    RECEIVED = "received"
    INDEXED = "indexed"
    ALBUM_FULL = "album_full"
    ORDER_COMPLETE = "order_complete"
    JOINED = "joined"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A message to send.

    Attributes:
        takes_status: it takes the place of the job's status message.
        sighting: whose answer it is; its message is remembered.
    """

    speech: Speech
    takes_status: bool = True
    sighting: SightingCard | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """One delivery and what is needed to word it."""

    delivery: WaitingDelivery
    desk: Desk
    seal: Seal
    voice: Voice
    reader_id: int | None


async def told(delivery: WaitingDelivery, desk: Desk, seal: Seal) -> Told | None:
    """The message that a delivery becomes."""
    telling = _TELLINGS.get(delivery.kind)
    if telling is None:
        return None
    reader_id, language = await desk.read(lambda session: _reader(session, delivery))
    voice = Voice(desk.messages, language)
    return await telling(
        Occasion(delivery=delivery, desk=desk, seal=seal, voice=voice, reader_id=reader_id)
    )


def _reader(session: Session, delivery: WaitingDelivery) -> tuple[int | None, str]:
    """Who will read it: the one who asked, or the owner of the private chat."""
    asked_by = delivery.person_id or delivery.facts.get("person_id")
    known = None if asked_by is None else person_of(session, asked_by)
    known = known or find_person(session, delivery.chat_id)
    return (None, "en") if known is None else (known.id, known.language)


async def _answer(occasion: Occasion) -> Told | None:
    delivery = occasion.delivery
    sighting_id = delivery.sighting_id or delivery.facts.get("sighting_id")
    if sighting_id is None:
        return None
    card = await occasion.desk.read(lambda session: sighting_card(session, sighting_id))
    if card is None:
        return None
    is_asked = bool(delivery.facts.get("whois"))
    if card.outcome is None:  # it is looked at again since: there will be another answer
        at_it = Speech(text=occasion.voice.say("toast-at-it"))
        return Told(speech=at_it) if is_asked else None
    if is_asked:
        card = replace(card, whois=True)
    reply = answer(card, occasion.voice, reader_id=occasion.reader_id)
    return Told(speech=await speech_of(reply, occasion.desk), sighting=card)


async def _refused(occasion: Occasion) -> Told:
    facts = occasion.delivery.facts
    text = complaint(str(facts.get("code", "")), facts.get("arguments", {}), occasion.voice)
    return await _standing(occasion, text) or Told(speech=Speech(text=text))


async def _given_up(occasion: Occasion) -> Told:
    has_photo = occasion.delivery.sighting_id is not None
    sentence = "given-up-photo" if has_photo else "given-up-file"
    standing = await _standing(occasion, occasion.voice.say("given-up-one-more"))
    return standing or Told(speech=Speech(text=occasion.voice.say(sentence)))


async def _standing(occasion: Occasion, trouble: Html) -> Told | None:
    """What there is to say of further photos that could not be looked at, and what stands."""
    sighting_id = occasion.delivery.sighting_id
    if sighting_id is None:
        return None
    card = await occasion.desk.read(lambda session: sighting_card(session, sighting_id))
    if card is None or card.outcome is None:
        return None
    reply = answer(card, occasion.voice, reader_id=occasion.reader_id)
    text = paragraph(trouble, occasion.voice.say("answer-stands"), reply.text)
    speech = await speech_of(replace(reply, text=text), occasion.desk)
    return Told(speech=speech, sighting=card)


async def _received(occasion: Occasion) -> Told:
    taken = taken_from(occasion.delivery.facts)
    cards, customers = await occasion.desk.read(lambda session: _cards_for(session, taken))
    only = cards.get(taken.only_part) if taken.only_part is not None else None
    keyboard = _keyboard(occasion, taken, only, customers)
    if only is None:
        text = many_parts_text(taken, cards, occasion.voice)
        return Told(speech=Speech(text=text, keyboard=keyboard))
    picture = await sheet_of(only.sheet_key, occasion.desk)
    text = one_part_text(taken, only, occasion.voice)
    return Told(speech=Speech(text=text, keyboard=keyboard, picture=picture))


def _cards_for(session: Session, taken: Taken) -> tuple[dict[int, PartCard], list[KnownCustomer]]:
    return part_cards(session, taken.part_ids), recent_customers(session, CUSTOMERS_OFFERED)


def _keyboard(
    occasion: Occasion, taken: Taken, only: PartCard | None, customers: list[KnownCustomer]
) -> Keyboard:
    chat_id, job_id = occasion.delivery.chat_id, occasion.delivery.job_id
    if taken.unclaimed and job_id is not None:
        return whose(job_id, customers, occasion.voice, occasion.seal, chat_id=chat_id)
    if only is None:
        return ()
    return part_keyboard(only, occasion.voice, occasion.seal, chat_id=chat_id)


async def _indexed(occasion: Occasion) -> Told | None:
    part_id = int(occasion.delivery.facts["part_id"])
    cards = await occasion.desk.read(lambda session: part_cards(session, [part_id]))
    part = cards.get(part_id)
    if part is None:
        return None
    elapsed_s = float(occasion.delivery.facts.get("elapsed_s", 0.0))
    chat_id = occasion.delivery.chat_id
    speech = Speech(
        text=searchable(part, elapsed_s, occasion.voice),
        keyboard=part_keyboard(part, occasion.voice, occasion.seal, chat_id=chat_id),
        picture=await sheet_of(part.sheet_key, occasion.desk),
    )
    return Told(speech=speech)


async def _album_full(occasion: Occasion) -> Told:
    text = occasion.voice.say("album-full", limit=int(occasion.delivery.facts["limit"]))
    return Told(speech=Speech(text=text), takes_status=False)


async def _order_complete(occasion: Occasion) -> Told:
    facts = occasion.delivery.facts
    text = occasion.voice.say(
        "order-complete-admins",
        reference=str(facts["reference"])[:REFERENCE_UNITS],
        customer=customer_name(str(facts["customer"])),
    )
    return Told(speech=Speech(text=text), takes_status=False)


async def _joined(occasion: Occasion) -> Told:
    person = str(occasion.delivery.facts["name"])
    return Told(speech=Speech(text=occasion.voice.say("joined", person=person)), takes_status=False)


async def _trouble(occasion: Occasion) -> Told:
    person = str(occasion.delivery.facts["person"])
    text = occasion.voice.say("trouble-of-somebody", person=person)
    return Told(speech=Speech(text=text), takes_status=False)


_TELLINGS: Mapping[str, Callable[[Occasion], Awaitable[Told | None]]] = {
    Telling.ANSWER.value: _answer,
    Telling.REFUSED.value: _refused,
    Telling.GIVEN_UP.value: _given_up,
    Telling.RECEIVED.value: _received,
    Telling.INDEXED.value: _indexed,
    Telling.ALBUM_FULL.value: _album_full,
    Telling.ORDER_COMPLETE.value: _order_complete,
    Telling.JOINED.value: _joined,
    Telling.TROUBLE.value: _trouble,
}
