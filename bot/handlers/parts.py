"""The catalogue in the chat: /part, /parts, and what can be done to a part."""

from sqlalchemy.orm import Session

from bot.answers import Reply
from bot.buttons import button
from bot.complaints import complaint
from bot.drawing import sheet_of
from bot.handlers.history import pages
from bot.handlers.verdicts import send_stl
from bot.line import Speech
from bot.messages import clipped, isolated
from bot.part_cards import LABEL_UNITS, part_card
from bot.part_words import part_name
from bot.turn import Turn
from bot.voice import Voice
from catalog.cards import PartCard, parts_page
from catalog.cards import part_card as read_card
from catalog.jobs import NewJob, queue_job
from catalog.order_caption import parse_caption
from catalog.order_changes import change_order
from catalog.parts import NameTaken, find_part, rename, retire
from catalog.tables import JobKind, PartState, Queue
from catalog.unreadable import Unreadable

PARTS_ON_A_PAGE = 10
NAME_CHARACTERS = 200
#: A search must fit into a button beside verb, page and nonce.
SEARCH_BYTES = 24


async def part(turn: Turn) -> None:
    """The card of one part, by name or number."""
    if not turn.words:
        await turn.reply(turn.say("part-usage"))
        return
    found = await turn.desk.read(lambda session: _found(session, turn.words))
    if found is None:
        await turn.reply(turn.say("part-unknown", name=part_name(turn.words)))
        return
    await _send_card(turn, found)


async def parts(turn: Turn) -> None:
    """All parts, or those whose name or customer holds a text."""
    speech = await _page(turn, 0, _short(turn.words))
    await turn.reply(speech.text, keyboard=speech.keyboard)


async def parts_turn(turn: Turn) -> None:
    """Another page, in the same message."""
    await turn.toast()
    await turn.change_pressed(await _page(turn, turn.pressed.id, turn.pressed.argument))


async def open_card(turn: Turn) -> None:
    """A part of the list was pressed."""
    found = await _pressed_part(turn)
    if found is not None:
        await turn.toast()
        await _send_card(turn, found)


async def stl(turn: Turn) -> None:
    """Send the part's STL."""
    found = await _pressed_part(turn)
    if found is not None:
        await send_stl(turn, found)


async def ask_name(turn: Turn) -> None:
    """The next text is the part's new name."""
    found = await _pressed_part(turn)
    if found is None:
        return
    question = turn.say("ask-name", part=part_name(found.name))
    await turn.ask("rename", {"part_id": found.id}, question)


async def new_name(turn: Turn) -> None:
    """The new name of a part."""
    name = " ".join(turn.words.split())
    if not name or len(name) > NAME_CHARACTERS:
        await turn.insist("rename", turn.say("name-unusable", limit=NAME_CHARACTERS))
        return
    part_id = int(turn.answers["part_id"])
    try:
        kept = await turn.settle_answer(lambda session: rename(session, part_id, name))
    except NameTaken:
        await turn.insist("rename", turn.say("name-taken", part=part_name(name)))
        return
    await turn.reply(turn.say("renamed", part=part_name(kept)))


async def ask_order(turn: Turn) -> None:
    """The next text says what changes about the order."""
    found = await _pressed_part(turn)
    if found is None:
        return
    question = turn.say("ask-order", part=part_name(found.name))
    await turn.ask("order", {"part_id": found.id}, question)


async def new_order(turn: Turn) -> None:
    """Fields of an order, as in a caption."""
    part_id = int(turn.answers["part_id"])
    try:
        details = parse_caption(turn.words)
    except Unreadable as error:
        voice = Voice(turn.desk.messages, turn.language)
        await turn.insist("order", complaint(error.code, error.facts, voice))
        return
    now = turn.desk.now()
    await turn.settle_answer(lambda session: change_order(session, part_id, details, now=now))
    changed = await turn.desk.read(lambda session: read_card(session, part_id))
    if changed is not None:
        await _send_card(turn, changed)


async def ask_retire(turn: Turn) -> None:
    """Retiring takes a second press."""
    found = await _pressed_part(turn)
    if found is None:
        return
    await turn.toast()
    keyboard = (
        (
            button(turn.plain("button-retire-sure"), _data(turn, "retire-sure", found.id)),
            button(turn.plain("button-keep"), _data(turn, "keep", found.id)),
        ),
    )
    text = turn.say("ask-retire", part=part_name(found.name))
    await turn.change_pressed(Speech(text=text, keyboard=keyboard))


async def retire_(turn: Turn) -> None:
    """Take a part out of the search."""
    found = await _pressed_part(turn)
    if found is None:
        return
    await turn.settle(lambda session: retire(session, found.id))
    await turn.toast(turn.plain("toast-retired"))
    await turn.change_pressed(Speech(text=turn.say("retired", part=part_name(found.name))))


async def keep(turn: Turn) -> None:
    """Not retired after all."""
    found = await _pressed_part(turn)
    if found is None:
        return
    await turn.toast(turn.plain("toast-kept"))
    reply = _card(turn, found)
    await turn.change_pressed(Speech(text=reply.text, keyboard=reply.keyboard))


async def reindex(turn: Turn) -> None:
    """Draw and describe a part anew."""
    found = await _pressed_part(turn)
    if found is None:
        return
    await turn.toast(turn.plain("toast-reindex"))
    status_id = await turn.open_status(turn.say("reading-file", file=part_name(found.name)))
    job = NewJob(
        kind=JobKind.INDEX,
        part_id=found.id,
        person_id=turn.person.id,
        chat_id=turn.chat.id,
        status_message_id=status_id,
    )
    job_id = await turn.settle(lambda session: queue_job(session, job, now=turn.desk.now()))
    await turn.desk.ring(job_id, Queue.CATALOG)


async def _page(turn: Turn, number: int, search: str) -> Speech:
    page = await turn.desk.read(
        lambda session: parts_page(session, search=search, number=number, size=PARTS_ON_A_PAGE)
    )
    if not page.rows:
        sentence = "parts-none-found" if search else "parts-none"
        return Speech(text=turn.say(sentence, search=search))
    rows = tuple((button(_label(turn, each), _data(turn, "card", each.id)),) for each in page.rows)
    head = turn.say("parts-head", parts=page.total, page=page.number + 1, pages=page.pages)
    turning = pages(turn, "parts", page, argument=search)
    return Speech(text=head, keyboard=(*rows, *turning))


def _label(turn: Turn, each: PartCard) -> str:
    name = isolated(clipped(each.name, LABEL_UNITS))
    if each.state is PartState.FAILED:
        return turn.plain("label-failed", part=name)
    if each.customer is None:
        return name
    return f"{name} · {isolated(clipped(each.customer, LABEL_UNITS))}"


async def _send_card(turn: Turn, found: PartCard) -> None:
    reply = _card(turn, found)
    picture = await sheet_of(found.sheet_key, turn.desk)
    await turn.reply(reply.text, keyboard=reply.keyboard, picture=picture)


def _card(turn: Turn, found: PartCard) -> Reply:
    voice = Voice(turn.desk.messages, turn.language)
    return part_card(found, voice, turn.seal, chat_id=turn.chat.id)


async def _pressed_part(turn: Turn) -> PartCard | None:
    """The part that the button is about; a retired one has no buttons any more."""
    found = await turn.desk.read(lambda session: read_card(session, turn.pressed.id))
    if found is None or found.state is PartState.RETIRED:
        await turn.toast(turn.plain("part-gone"))
        return None
    return found


def _found(session: Session, words: str) -> PartCard | None:
    known = find_part(session, words)
    return None if known is None else read_card(session, known.id)


def _data(turn: Turn, verb: str, part_id: int) -> str:
    return turn.seal.data(verb, part_id, chat_id=turn.chat.id)


def _short(search: str) -> str:
    """As much of a search as a button can carry."""
    return search.encode()[:SEARCH_BYTES].decode("utf-8", "ignore").replace(":", " ").strip()
