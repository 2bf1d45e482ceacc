"""A part as admins see it: facts, orders, oddities of its mesh, and what can be done to it."""

from collections.abc import Mapping
from typing import Any

from bot.answers import Reply
from bot.buttons import Keyboard, Seal, button
from bot.look_alike_words import looks_like
from bot.messages import Html, Seconds, clipped
from bot.part_words import customer_name, order_lines, part_name, size_of
from bot.voice import Voice, dotted, paragraph
from catalog.cards import PartCard
from catalog.orders import KnownCustomer
from catalog.tables import PartState

#: More oddities of one mesh than this are not worth anybody's time.
FINDINGS_SHOWN = 3
#: A summary names this many, and counts the rest.
NAMED_IN_SUMMARY = 8
CUSTOMERS_OFFERED = 6
#: A button's label longer than this is cut by phones.
LABEL_UNITS = 28

_STATES: Mapping[PartState, str] = {
    PartState.PENDING: "part-pending",
    PartState.READY: "part-ready",
    PartState.RETIRED: "part-retired",
    PartState.FAILED: "part-failed",
}


def part_details(part: PartCard, voice: Voice) -> Html:
    """Size, mesh, oddities, orders and look-alikes."""
    mesh = dotted(
        voice.say("line-size", size=size_of(part)),
        voice.say("part-triangles", triangles=part.triangles),
        voice.say("part-closed") if part.closed else voice.say("part-open"),
    )
    return paragraph(
        mesh, *findings(part, voice), order_lines(part, voice), looks_like(part.kin, voice)
    )


def findings(part: PartCard, voice: Voice) -> list[Html]:
    """What is odd about a part's mesh, worst last as it was found."""
    return [
        voice.say(f"finding-{kind}", count=int(count))
        for kind, count in part.findings[:FINDINGS_SHOWN]
    ]


def part_card(part: PartCard, voice: Voice, seal: Seal, *, chat_id: int) -> Reply:
    """The card of /part."""
    head = voice.say(_STATES[part.state], part=part_name(part.name), id=str(part.id))
    return Reply(
        text=paragraph(head, part_details(part, voice)),
        keyboard=part_keyboard(part, voice, seal, chat_id=chat_id),
    )


def part_keyboard(part: PartCard, voice: Voice, seal: Seal, *, chat_id: int) -> Keyboard:
    """What can be done to a part; nothing any more to a retired one."""
    if part.state is PartState.RETIRED:
        return ()

    def one(verb: str) -> Any:  # noqa: ANN401  # telegram's button
        data = seal.data(verb, part.id, chat_id=chat_id)
        return button(voice.plain(f"button-{verb}"), data)

    return ((one("rename"), one("reorder"), one("retire")), (one("reindex"), one("part-stl")))


def searchable(part: PartCard, elapsed_s: float, voice: Voice) -> Html:
    """A part that has just become searchable."""
    head = voice.say(
        "part-searchable", part=part_name(part.name), elapsed=Seconds(max(0.1, elapsed_s))
    )
    return paragraph(head, part_details(part, voice))


def whose(
    job_id: int, customers: list[KnownCustomer], voice: Voice, seal: Seal, *, chat_id: int
) -> Keyboard:
    """Buttons with the most recent customers, and Someone new, for what one file brought."""
    offered = [
        button(
            clipped(customer_name(each.name), LABEL_UNITS),
            seal.data("whose", job_id, chat_id=chat_id, argument=str(each.id)),
        )
        for each in customers[:CUSTOMERS_OFFERED]
    ]
    new = button(
        voice.plain("button-someone-new"), seal.data("someone-new", job_id, chat_id=chat_id)
    )
    rows = [tuple(offered[place : place + 2]) for place in range(0, len(offered), 2)]
    return (*rows, (new,))
