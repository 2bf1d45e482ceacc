"""Who works here: /invite makes a link for one person, /people lists and removes."""

from telegram.helpers import create_deep_linked_url

from bot import menus
from bot.buttons import Keyboard, button
from bot.handlers.greeting import INVITE_PREFIX
from bot.line import Speech
from bot.messages import Html, clipped
from bot.part_cards import LABEL_UNITS
from bot.turn import Turn
from bot.voice import paragraph
from catalog import people as register
from catalog.invites import make_invite
from catalog.people import Known
from catalog.tables import Role

ADMIN_WORD = "admin"
#: More people than this are counted; a keyboard has its limits, too.
PEOPLE_SHOWN = 40
_ROLE_LABELS = {Role.ADMIN: "role-admin", Role.WORKER: "role-worker"}


async def invite(turn: Turn) -> None:
    """A link that lets one person in, once, for a while."""
    role = Role.ADMIN if turn.words.casefold() == ADMIN_WORD else Role.WORKER
    rules = turn.desk.rules
    made = await turn.desk.write(
        lambda session: make_invite(
            session,
            role,
            made_by=turn.person.id,
            now=turn.desk.now(),
            good_for=rules.invite_good_for,
        )
    )
    link = create_deep_linked_url(turn.desk.bot.username, INVITE_PREFIX + made.token)
    sentence = "invite-admin" if role is Role.ADMIN else "invite-worker"
    await turn.reply(turn.say(sentence, link=link, until=made.expires_at))


async def people(turn: Turn) -> None:
    """Everybody, with a button to remove each but oneself."""
    speech = await _list(turn)
    await turn.reply(speech.text, keyboard=speech.keyboard)


async def ask_remove(turn: Turn) -> None:
    """Removing takes a second press."""
    person = await _pressed_person(turn)
    if person is None:
        return
    await turn.toast()
    keyboard = (
        (
            button(
                turn.plain("button-remove-sure"),
                turn.seal.data("remove-sure", person.id, chat_id=turn.chat.id),
            ),
            button(turn.plain("button-keep"), turn.seal.data("people", 0, chat_id=turn.chat.id)),
        ),
    )
    await turn.change_pressed(
        Speech(text=turn.say("ask-remove", person=person.name), keyboard=keyboard)
    )


async def remove(turn: Turn) -> None:
    """Make a person a stranger again."""
    person = await _pressed_person(turn)
    if person is None:
        return
    now = turn.desk.now()
    await turn.settle(lambda session: register.remove(session, person.id, now=now))
    await menus.take_from(turn.desk, person.telegram_id)
    await turn.toast(turn.plain("toast-removed", person=person.name))
    await turn.change_pressed(await _list(turn))


async def back(turn: Turn) -> None:
    """The list again."""
    await turn.toast()
    await turn.change_pressed(await _list(turn))


async def _pressed_person(turn: Turn) -> Known | None:
    person = await turn.desk.read(lambda session: register.person_of(session, turn.pressed.id))
    if person is None:
        await turn.toast(turn.plain("person-gone"))
        return None
    if person.id == turn.person.id:
        await turn.toast(turn.plain("not-yourself"))
        return None
    return person


async def _list(turn: Turn) -> Speech:
    everybody = await turn.desk.read(register.people)
    shown = everybody[:PEOPLE_SHOWN]
    lines = [_line(turn, each) for each in shown]
    head = turn.say("people-head", people=len(everybody))
    return Speech(text=paragraph(head, *lines), keyboard=_removals(turn, shown))


def _line(turn: Turn, each: Known) -> Html:
    role = turn.say(_ROLE_LABELS[each.role])
    return turn.say("people-line", person=clipped(each.name, LABEL_UNITS * 2), role=role)


def _removals(turn: Turn, shown: list[Known]) -> Keyboard:
    return tuple(
        (
            button(
                turn.plain("button-remove", person=clipped(each.name, LABEL_UNITS)),
                turn.seal.data("remove", each.id, chat_id=turn.chat.id),
            ),
        )
        for each in shown
        if each.id != turn.person.id
    )
