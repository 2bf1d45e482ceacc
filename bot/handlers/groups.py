"""A group's switch: look at each photo there, or only at those that somebody asks about."""

from sqlalchemy.orm import Session

from bot.buttons import Keyboard, button
from bot.line import Speech
from bot.turn import Turn
from catalog.batches import move_chat
from catalog.groups import group_of, look_at_every_photo, move

ON_WORDS = frozenset({"on", "yes", "si", "sí", "1"})
OFF_WORDS = frozenset({"off", "no", "0"})


async def every_photo(turn: Turn) -> None:
    """Switch it by a word, or show how it stands with buttons."""
    if turn.chat.is_private:
        await turn.reply(turn.say("everyphoto-only-groups"))
        return
    word = turn.words.casefold()
    if word in ON_WORDS | OFF_WORDS:
        await _set(turn, wanted=word in ON_WORDS)
    group = await turn.desk.read(lambda session: group_of(session, turn.chat.id))
    is_on = group is not None and group.every_photo
    speech = await _speech(turn, is_on=is_on)
    await turn.reply(speech.text, keyboard=speech.keyboard)


async def switch_on(turn: Turn) -> None:
    """Each photo of the group is looked at."""
    await _set(turn, wanted=True)
    await turn.toast(turn.plain("toast-saved"))
    await turn.change_pressed(await _speech(turn, is_on=True))


async def switch_off(turn: Turn) -> None:
    """Only photos that somebody asks about."""
    await _set(turn, wanted=False)
    await turn.toast(turn.plain("toast-saved"))
    await turn.change_pressed(await _speech(turn, is_on=False))


async def service(turn: Turn) -> None:
    """A group may have got another id; its setting goes along."""
    new_id = None if turn.message is None else turn.message.migrate_to_chat_id
    if new_id is not None:
        old_id = turn.chat.id

        def along(session: Session) -> None:
            move(session, old_chat_id=old_id, new_chat_id=new_id)
            move_chat(session, old_chat_id=old_id, new_chat_id=new_id)

        await turn.desk.write(along)


async def _set(turn: Turn, *, wanted: bool) -> None:
    await turn.desk.write(
        lambda session: look_at_every_photo(
            session, turn.chat.id, title=turn.chat.title, wanted=wanted
        )
    )


async def _speech(turn: Turn, *, is_on: bool) -> Speech:
    me = await turn.desk.bot.get_me()  # asked anew: the switch at @BotFather may have moved
    sentence = "everyphoto-off"
    if is_on:
        sentence = "everyphoto-on" if me.can_read_all_group_messages else "everyphoto-on-privacy"
    verb = "every-off" if is_on else "every-on"
    keyboard: Keyboard = (
        (button(turn.plain(f"button-{verb}"), turn.seal.data(verb, 0, chat_id=turn.chat.id)),),
    )
    return Speech(text=turn.say(sentence, bot=me.username or me.first_name), keyboard=keyboard)
