"""People's word on an answer: Right, Not this, 1 2 3 None, Undo, and the STL of what it is."""

from dataclasses import replace

from sqlalchemy.orm import Session

from bot import answers, line
from bot.answers import Reply
from bot.drawing import file_or_none, speech_of
from bot.messages import without_turns
from bot.part_words import part_name
from bot.tellings import Telling
from bot.turn import Turn
from bot.voice import Voice
from catalog.answers import CandidateCard, SightingCard, sighting_card
from catalog.cards import LineCard, PartCard, line_card
from catalog.deliveries import NewDelivery, was_written, write_delivery
from catalog.people import admins
from catalog.tables import SightingOutcome
from catalog.verdicts import AlreadySaid, Counted, Said, say, undo

STL_SUFFIX = ".stl"


async def right(turn: Turn) -> None:
    """It is what the message shows."""
    card = await _card(turn)
    shown = None if card is None else card.candidate(_rank(turn))
    if card is None or shown is None:
        await turn.toast(turn.plain("press-old"))
        return
    await _say(turn, card, shown)


async def none(turn: Turn) -> None:
    """It is none of the candidates."""
    card = await _card(turn)
    if card is None:
        await turn.toast(turn.plain("press-old"))
        return
    await _say(turn, card, None)


async def not_this(turn: Turn) -> None:
    """Show the next candidate in the same message."""
    card = await open_card(turn)
    if card is None:
        return
    after = _rank(turn)
    following = next((each for each in card.candidates if each.rank > after), None)
    voice = _voice(turn)
    if following is None:
        await turn.toast()
        await _show(turn, answers.no_more(card, voice))
        return
    await turn.toast(turn.plain("toast-next", part=part_name(following.part.name)))
    await _show(turn, answers.one_part(card, following, voice))


async def others(turn: Turn) -> None:
    """Show the likeliest three in the same message."""
    card = await open_card(turn)
    if card is None:
        return
    await turn.toast()
    asked = card if card.outcome is SightingOutcome.UNSURE else replace(card, whois=True)
    await _show(turn, answers.three_candidates(asked, _voice(turn)))


async def undo_(turn: Turn) -> None:
    """Take the verdict back and offer the choice again."""
    card = await _card(turn)
    if card is None:
        await turn.toast(turn.plain("press-old"))
        return
    now = turn.desk.now()
    await turn.settle(
        lambda session: undo(session, sighting_id=card.id, person_id=turn.person.id, now=now)
    )
    await turn.toast(turn.plain("toast-undone" if card.verdict else "toast-nothing-to-undo"))
    await _show_now(turn, card.id)


async def stl(turn: Turn) -> None:
    """Send the STL of the part that the message shows."""
    card = await _card(turn)
    shown = None if card is None else card.candidate(_rank(turn))
    if shown is None:
        await turn.toast(turn.plain("press-old"))
        return
    await send_stl(turn, shown.part)


async def send_stl(turn: Turn, part: PartCard) -> None:
    """Send a part's mesh as a file."""
    content = await file_or_none(part.mesh_key, turn.desk)
    if content is None:
        await turn.toast(turn.plain("stl-gone"))
        return
    await turn.toast(turn.plain("toast-stl"))
    name = without_turns(part.name).replace("/", "_") + STL_SUFFIX
    reply_to = turn.press.message_id if turn.press else None
    await line.send_file(turn.desk.bot, turn.chat.id, content, name=name, reply_to=reply_to)


async def _say(turn: Turn, card: SightingCard, shown: CandidateCard | None) -> None:
    now, person_id = turn.desk.now(), turn.person.id
    part_id = None if shown is None else shown.part.id

    def record(session: Session) -> tuple[Said | AlreadySaid, LineCard | None]:
        said = say(session, sighting_id=card.id, part_id=part_id, person_id=person_id, now=now)
        on = None
        if isinstance(said, Said) and said.counted is not None:
            on = line_card(session, said.counted.order_line_id)
            _tell_admins(session, turn, said.counted, on)
        return said, on

    said, counted_on = await turn.settle(record)
    await turn.toast(_toast(turn, said, counted_on))
    await _show_now(turn, card.id)


def _tell_admins(session: Session, turn: Turn, counted: Counted, on: LineCard | None) -> None:
    """An order that is complete is told to each admin, once in its life."""
    if not counted.order_complete or on is None or on.customer is None:
        return
    facts = {"reference": on.order_reference, "customer": on.customer}
    kind = Telling.ORDER_COMPLETE.value
    for admin in admins(session):
        told = NewDelivery(kind=kind, chat_id=admin.telegram_id, facts=facts)
        if not was_written(session, told):
            write_delivery(session, told, now=turn.desk.now())


def _toast(turn: Turn, said: Said | AlreadySaid, on: LineCard | None) -> str:
    if isinstance(said, AlreadySaid):
        return _already(turn, said)
    if said.part_id is None:
        return turn.plain("toast-none")
    if said.counted is None or on is None:
        return turn.plain("toast-confirmed")
    if said.counted.order_complete:
        return turn.plain("toast-order-complete", reference=on.order_reference)
    if said.counted.line_complete:
        return turn.plain("toast-line-complete", quantity=on.quantity)
    return turn.plain("toast-counted", found=on.found, quantity=on.quantity)


def _already(turn: Turn, said: AlreadySaid) -> str:
    mine = said.person_id == turn.person.id
    by = "by-you" if mine else "by-person"
    person = turn.plain(by, person=said.person_name) if not mine else turn.plain(by)
    messages = turn.desk.messages
    said_on = messages.day_of(said.said_at)
    if said.part_name is None:
        return turn.plain("toast-already-none", by=person, when=said.said_at)
    if said_on == messages.today:
        return turn.plain("toast-already", by=person, when=said.said_at)
    part = part_name(said.part_name)
    return turn.plain("toast-settled", day=said_on, part=part)


async def _card(turn: Turn) -> SightingCard | None:
    """The sighting that the button is about, if it was made for it and for this chat."""
    pressed = turn.pressed
    card = await turn.desk.read(lambda session: sighting_card(session, pressed.id))
    if card is None or card.chat_id != turn.chat.id or not card.is_nonce(pressed.nonce):
        return None
    return card


async def open_card(turn: Turn) -> SightingCard | None:
    """The same, unless people have said what it is; then the press is answered here."""
    card = await _card(turn)
    if card is None:
        await turn.toast(turn.plain("press-old"))
        return None
    if card.verdict is not None:
        await turn.toast(_already(turn, card.verdict))
        await _show(turn, answers.answer(card, _voice(turn), reader_id=turn.person.id))
        return None
    return card


async def _show_now(turn: Turn, sighting_id: int) -> None:
    card = await turn.desk.read(lambda session: sighting_card(session, sighting_id))
    if card is not None:
        await _show(turn, answers.answer(card, _voice(turn), reader_id=turn.person.id))


async def _show(turn: Turn, reply: Reply) -> None:
    await turn.change_pressed(await speech_of(reply, turn.desk))


def _rank(turn: Turn) -> int:
    argument = turn.pressed.argument
    return int(argument) if argument.isascii() and argument.isdigit() else 0


def _voice(turn: Turn) -> Voice:
    return Voice(turn.desk.messages, turn.language)
