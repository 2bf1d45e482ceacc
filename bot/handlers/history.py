"""/last: one's own latest sightings. /open: what is still to be found, in pages with previews."""

from bot.answers import reason_sentence
from bot.buttons import Keyboard, button
from bot.drawing import list_of
from bot.line import Speech
from bot.messages import Due, Html, Share, clipped, isolated
from bot.part_words import customer_name, part_name
from bot.turn import Turn
from bot.voice import Voice, dotted, paragraph
from catalog.answers import SightingCard, last_sightings
from catalog.cards import OpenLine, Page, open_page
from catalog.tables import SightingOutcome

LAST_SHOWN = 5
OPEN_ON_A_PAGE = 5
#: Names in a picture's row, where the font allows about this many letters.
ROW_UNITS = 60
#: Five rows share one caption of 1,024.
LIST_NAME_UNITS = 48
LIST_CUSTOMER_UNITS = 28
LIST_REFERENCE_UNITS = 20


async def last(turn: Turn) -> None:
    """The last five sightings of this person with their answers."""
    cards = await turn.desk.read(
        lambda session: last_sightings(session, turn.person.id, limit=LAST_SHOWN)
    )
    if not cards:
        await turn.reply(turn.say("last-none"))
        return
    voice = Voice(turn.desk.messages, turn.language)
    lines = [_seen_line(card, voice) for card in cards]
    await turn.reply(paragraph(turn.say("last-head", sightings=len(cards)), *lines))


async def open_list(turn: Turn) -> None:
    """What is still to be found, first page."""
    speech = await _open_speech(turn, 0)
    await turn.reply(speech.text, keyboard=speech.keyboard, picture=speech.picture)


async def open_turn(turn: Turn) -> None:
    """Another page of it, in the same message."""
    await turn.toast()
    await turn.change_pressed(await _open_speech(turn, turn.pressed.id))


async def _open_speech(turn: Turn, number: int) -> Speech:
    page = await turn.desk.read(
        lambda session: open_page(session, number=number, size=OPEN_ON_A_PAGE)
    )
    voice = Voice(turn.desk.messages, turn.language)
    if not page.rows:
        return Speech(text=turn.say("open-none"))
    rows = [
        (each.preview_key, clipped(each.part_name, ROW_UNITS), _row_below(each, voice))
        for each in page.rows
    ]
    return Speech(
        text=paragraph(
            turn.say("open-head", lines=page.total), *[_open_line(row, voice) for row in page.rows]
        ),
        keyboard=pages(turn, "open", page),
        picture=await list_of(rows, turn.desk),
    )


def pages(turn: Turn, verb: str, page: Page[object], *, argument: str = "") -> Keyboard:
    """Buttons to turn pages; none for a single one."""
    if page.pages == 1:
        return ()

    def to(label: str, number: int) -> tuple[str, str]:
        data = turn.seal.data(verb, number, chat_id=turn.chat.id, argument=argument)
        return turn.plain(label, page=number + 1, pages=page.pages), data

    ways = []
    if page.number > 0:
        ways.append(to("button-previous", page.number - 1))
    if page.number < page.pages - 1:
        ways.append(to("button-next", page.number + 1))
    return (tuple(button(label, data) for label, data in ways),)


def _open_line(row: OpenLine, voice: Voice) -> Html:
    line = row.line
    reference = clipped(line.order_reference, LIST_REFERENCE_UNITS)
    return dotted(
        voice.say("list-part", part=clipped(row.part_name, LIST_NAME_UNITS)),
        voice.say("line-customer", customer=clipped(line.customer, LIST_CUSTOMER_UNITS))
        if line.customer
        else voice.say("line-nobody"),
        voice.say("line-order", reference=reference) if reference else None,
        voice.say("line-found", found=line.found, quantity=line.quantity),
        voice.say("line-due", due=Due(line.due)) if line.due else None,
    )


def _row_below(row: OpenLine, voice: Voice) -> str:
    pieces = [
        isolated(clipped(row.line.customer or "", ROW_UNITS)),
        voice.plain("line-found", found=row.line.found, quantity=row.line.quantity),
        voice.plain("line-due", due=Due(row.line.due)) if row.line.due else "",
    ]
    return "  ·  ".join(piece for piece in pieces if piece)


def _seen_line(card: SightingCard, voice: Voice) -> Html:
    return voice.say("last-line", when=card.created_at, what=_what(card, voice))


def _what(card: SightingCard, voice: Voice) -> Html:
    if card.verdict is not None and card.verdict.part_name is not None:
        return voice.say("last-confirmed", part=part_name(card.verdict.part_name))
    if card.verdict is not None:
        return voice.say("last-none-of-them")
    if not card.candidates or card.outcome is SightingOutcome.UNKNOWN:
        return reason_sentence(card, voice)
    best = card.candidates[0]
    if card.outcome is not SightingOutcome.ACCEPTED:  # a customer would look like an answer
        perhaps = voice.say("last-unsure", part=part_name(best.part.name))
        return dotted(perhaps, voice.say("share", share=Share(best.probability)))
    customer = best.part.customer
    return dotted(
        voice.say("list-part", part=part_name(best.part.name)),
        voice.say("line-customer", customer=customer_name(customer)) if customer else None,
        voice.say("share", share=Share(best.probability)),
    )
