"""From an update to the deed it asks for, by somebody who may.

The one place where access is checked. What is not in the table cannot be done.
"""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session
from telegram import Update

from bot import menus, reading
from bot.buttons import Seal
from bot.desk import Desk
from bot.handlers.greeting import hint, turn_away
from bot.reading import Content
from bot.table import ANSWERS, COMMANDS, CONTENTS, SEALED_PRESSES, SIGHTING_PRESSES, Deed
from bot.turn import Chat, Traces, Turn
from catalog.people import Guest, Known, find_person, note_contact
from catalog.questions import OpenQuestion, open_question
from catalog.updates import KeptUpdate

#: As long as the register has room for.
NAME_CHARACTERS = 200
LANGUAGE_CHARACTERS = 16


class UpdateUnreadable(Exception):
    """Telegram says something in a shape that the library does not know."""

    def __init__(self, update_id: int) -> None:
        super().__init__(update_id)
        self.update_id = update_id

    def __str__(self) -> str:
        return f"update {self.update_id} cannot be read"


@dataclass(frozen=True, slots=True)
class Met:
    """Who it is, and what they were last asked in this chat."""

    known: Known | None
    question: OpenQuestion | None
    language_changed: bool


async def turn_of(kept: KeptUpdate, traces: Traces, *, desk: Desk, seal: Seal) -> Turn | None:
    """An update as a turn in the conversation; None when nobody we could answer is behind it.

    Raises:
        UpdateUnreadable: the library does not understand it; trying again would not help.
    """
    try:
        update = Update.de_json(dict(kept.body), desk.bot)
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise UpdateUnreadable(kept.id) from error
    user, chat = reading.user_of(update), reading.chat_of(update)
    if user is None or chat is None:
        return None
    guest = reading.guest_of(user)
    met = await desk.read(lambda session: _meet(session, guest, chat, desk))
    if met.known is not None and (met.known.name, met.known.language) != _contact(guest):
        met = await desk.write(lambda session: _meet_anew(session, guest, chat, desk))
    if met.known is not None and met.language_changed:
        await menus.show_to(desk, met.known)
    query = update.callback_query
    return Turn(
        desk=desk,
        seal=seal,
        update_id=kept.id,
        chat=chat,
        guest=guest,
        known=met.known,
        message=update.message,
        press=None if query is None else reading.press_of(query),
        question=met.question,
        traces=traces,
    )


async def take(turn: Turn) -> None:
    """Do what the turn asks for, or say why not."""
    if turn.press is not None:
        await _take_press(turn)
        return
    if turn.message is None:
        return
    command = reading.command_of(turn.message, turn.desk.bot.username)
    if command is not None:
        await _take_command(turn, command)
        return
    content = reading.content_of(turn.message)
    if turn.known is None and not turn.chat.is_private and content is not Content.SERVICE:
        return  # people talk in groups; only who speaks to the bot is answered
    question = turn.question
    if content is Content.TEXT and question is not None and _may_answer(turn):
        asked = replace(turn, words=turn.message.text or "", answers=question.facts)
        await _take_deed(asked, ANSWERS[question.about])
        return
    if turn.chat.is_private:
        await turn.forget_question()
    await _take_deed(turn, CONTENTS[content])


def _may_answer(turn: Turn) -> bool:
    """Whether a text answers the open question: in a group only in reply, people talk there."""
    if turn.message is None or turn.question is None or turn.question.about not in ANSWERS:
        return False
    return turn.chat.is_private or reading.replies_to_bot(turn.message, turn.desk.bot.id)


async def _take_command(turn: Turn, command: reading.Command) -> None:
    await turn.forget_question()  # who asks for something else is not answering any more
    deed = COMMANDS.get(command.name)
    if turn.message is not None and reading.sets_batch(turn.message, command):
        deed = CONTENTS[Content.BATCH]
    if deed is not None:
        await _take_deed(replace(turn, words=command.words), deed)
    elif turn.known is None and turn.chat.is_private:
        await turn_away(turn)
    elif turn.known is not None:
        await _take_unknown(turn)


async def _take_unknown(turn: Turn) -> None:
    """A command nobody knows; a photo under it is still a photo."""
    if turn.message is not None and reading.picture_in(turn.message) is not None:
        await _take_deed(turn, CONTENTS[Content.PICTURE])
        return
    await hint(turn)


async def _take_press(turn: Turn) -> None:
    pressed = turn.pressed
    deed = SIGHTING_PRESSES.get(pressed.verb) or SEALED_PRESSES.get(pressed.verb)
    if turn.known is None:
        await turn_away(turn)
        return
    sealed = pressed.verb in SEALED_PRESSES
    if deed is None or (sealed and not turn.seal.is_whole(pressed, chat_id=turn.chat.id)):
        await turn.toast(turn.plain("press-old"))
        return
    await turn.forget_question()
    await _take_deed(turn, deed)
    await turn.toast()


async def _take_deed(turn: Turn, deed: Deed) -> None:
    if deed.access.admits(turn.known):
        await deed.do(turn)
    elif turn.known is None:
        await turn_away(turn)
    elif deed.refusal is not None:
        await deed.refusal(turn)
    elif turn.press is not None:
        await turn.toast(turn.plain("admins-only-toast"))
    else:
        await turn.reply(turn.say("admins-only"))


def _contact(guest: Guest) -> tuple[str, str]:
    """Name and language as the register keeps them."""
    return guest.name[:NAME_CHARACTERS], guest.language[:LANGUAGE_CHARACTERS]


def _meet(session: Session, guest: Guest, chat: Chat, desk: Desk) -> Met:
    known = find_person(session, guest.telegram_id)
    question = None
    if known is not None:
        question = open_question(session, person_id=known.id, chat_id=chat.id, now=desk.now())
    return Met(known, question, language_changed=False)


def _meet_anew(session: Session, guest: Guest, chat: Chat, desk: Desk) -> Met:
    """Keep up with a name or a language that has changed."""
    before = find_person(session, guest.telegram_id)
    if before is None:
        return Met(None, None, language_changed=False)
    name, language = _contact(guest)
    note_contact(session, before.id, name=name, language=language)
    met = _meet(session, guest, chat, desk)
    return replace(met, language_changed=before.language != language)
