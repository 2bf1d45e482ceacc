"""/batch: photos of today, or one photo, show parts of one build plate.

A worker says which one; an admin says what is on it, with a file of the plate or a list of names.
"""

from sqlalchemy.orm import Session

from bot.buttons import Keyboard, button
from bot.handlers.intake import part_file
from bot.handlers.looking import Look, look_among
from bot.line import Speech
from bot.messages import Html, clipped, isolated
from bot.part_words import NAME_UNITS
from bot.reading import batch_list, part_file_in, picture_in
from bot.turn import Turn
from catalog.batches import (
    FoundParts,
    KnownBatch,
    batch_of,
    batch_of_chat,
    choose_for_chat,
    close_batch,
    find_batch,
    leave_for_chat,
    open_batches,
    parts_by_name,
    set_batch,
    tidy,
)

OFF_WORDS = frozenset({"off", "no", "fin"})
#: Batches that buttons offer, and what of a name fits on one.
OFFERED, LABEL_UNITS = 6, 40
#: Names that are repeated when nobody knows them.
UNKNOWN_NAMED = 5


async def batch(turn: Turn) -> None:
    """Narrow one photo, or this chat for today, or end that; without a name, how it stands."""
    message = turn.message
    file = None if message is None else picture_in(message)
    if message is not None and file is not None:
        album = message.media_group_id
        await look_among(
            turn, Look(file=file, message_id=message.message_id, album=album), turn.words
        )
    elif turn.words.casefold() in OFF_WORDS:
        await _leave(turn)
    elif turn.words:
        await _choose_named(turn)
    else:
        speech = await _standing(turn)
        await turn.reply(speech.text, keyboard=speech.keyboard)


async def set_(turn: Turn) -> None:
    """What is on the plate: the parts of a file, or those of a list."""
    listed = batch_list(turn.words)
    name = tidy(listed.name)
    if not name or name.casefold() in OFF_WORDS:
        await turn.reply(turn.say("batch-usage"))
    elif turn.message is not None and part_file_in(turn.message) is not None:
        await part_file(turn, batch=name)
    else:
        await _set_list(turn, name, listed.parts)


async def choose(turn: Turn) -> None:
    """A batch's button: this chat's photos of today are of it."""
    now = turn.desk.now()
    chosen = await turn.desk.read(lambda session: batch_of(session, turn.pressed.id, now=now))
    if chosen is None:
        await turn.toast(turn.plain("press-old"))
        return
    await _choose(turn, chosen)
    await turn.toast(turn.plain("toast-saved"))
    await turn.change_pressed(Speech(text=_chosen(turn, chosen), keyboard=_ends(turn, chosen)))


async def leave(turn: Turn) -> None:
    """The button that ends it."""
    await turn.settle(lambda session: leave_for_chat(session, turn.chat.id))
    await turn.toast(turn.plain("toast-saved"))
    await turn.change_pressed(Speech(text=turn.say("batch-left")))


async def close(turn: Turn) -> None:
    """An admin's button: the plate is handed out, nobody can choose it any more."""
    now, batch_id = turn.desk.now(), turn.pressed.id

    def end(session: Session) -> KnownBatch | None:
        known = batch_of(session, batch_id, now=now)
        return known if close_batch(session, batch_id, now=now) else None

    closed = await turn.settle(end)
    await turn.toast(turn.plain("press-old" if closed is None else "toast-saved"))
    if closed is not None:
        await turn.change_pressed(Speech(text=turn.say("batch-closed", batch=closed.name)))


async def _choose_named(turn: Turn) -> None:
    now, name = turn.desk.now(), turn.words
    found = await turn.desk.read(lambda session: find_batch(session, name, now=now))
    if found is None:
        sentence = "batch-unknown-admin" if turn.person.is_admin else "batch-unknown"
        unknown = turn.say(sentence, batch=clipped(name, NAME_UNITS))
        await turn.reply(unknown, keyboard=await _offered(turn))
        return
    await _choose(turn, found)
    await turn.reply(_chosen(turn, found), keyboard=_ends(turn, found))


async def _choose(turn: Turn, chosen: KnownBatch) -> None:
    def keep(session: Session) -> None:
        choose_for_chat(
            session,
            chosen.id,
            chat_id=turn.chat.id,
            person_id=turn.person.id,
            day=turn.desk.messages.today,
        )

    await turn.settle(keep)


async def _leave(turn: Turn) -> None:
    left = await turn.settle(lambda session: leave_for_chat(session, turn.chat.id))
    await turn.reply(turn.say("batch-left" if left else "batch-none"))


async def _standing(turn: Turn) -> Speech:
    now, day = turn.desk.now(), turn.desk.messages.today
    chosen = await turn.desk.read(
        lambda session: batch_of_chat(session, turn.chat.id, day=day, now=now)
    )
    if chosen is not None:
        return Speech(text=_chosen(turn, chosen), keyboard=_ends(turn, chosen))
    offered = await _offered(turn)
    sentence = "batch-choose" if offered else "batch-none"
    return Speech(text=turn.say(sentence), keyboard=offered)


async def _set_list(turn: Turn, name: str, names: tuple[str, ...]) -> None:
    """All names must be known, or nothing is changed."""
    now = turn.desk.now()

    def keep(session: Session) -> FoundParts:
        found = parts_by_name(session, names)
        if found.part_ids and not found.unknown:
            set_batch(session, name, found.part_ids, made_by=turn.person.id, now=now)
        return found

    found = await turn.settle(keep)
    if found.unknown:
        await turn.reply(_unknown_parts(turn, found.unknown))
        return
    await turn.reply(turn.say("batch-set", batch=name, parts=len(found.part_ids)))


def _unknown_parts(turn: Turn, names: tuple[str, ...]) -> Html:
    listed = ", ".join(clipped(name, NAME_UNITS) for name in names[:UNKNOWN_NAMED])
    return turn.say("batch-parts-unknown", names=listed, parts=len(names))


async def _offered(turn: Turn) -> Keyboard:
    now = turn.desk.now()
    found = await turn.desk.read(lambda session: open_batches(session, now=now, limit=OFFERED))
    return tuple(
        (
            button(
                turn.plain(
                    "button-batch",
                    batch=isolated(clipped(each.name, LABEL_UNITS)),
                    parts=each.parts,
                ),
                turn.seal.data("batch", each.id, chat_id=turn.chat.id),
            ),
        )
        for each in found
    )


def _ends(turn: Turn, chosen: KnownBatch) -> Keyboard:
    """Leave it here; an admin may close it for everybody."""
    off = turn.seal.data("batch-off", 0, chat_id=turn.chat.id)
    rows = [(button(turn.plain("button-batch-off"), off),)]
    if turn.person.is_admin:
        closed = turn.seal.data("batch-close", chosen.id, chat_id=turn.chat.id)
        rows.append((button(turn.plain("button-batch-close"), closed),))
    return tuple(rows)


def _chosen(turn: Turn, chosen: KnownBatch) -> Html:
    return turn.say("batch-chosen", batch=chosen.name, parts=chosen.parts)
