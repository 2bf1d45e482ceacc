"""Hello, help, and letting people in."""

from sqlalchemy.orm import Session

from bot import menus
from bot.messages import Html
from bot.tellings import Telling
from bot.turn import Turn
from catalog.deliveries import NewDelivery, write_delivery
from catalog.invites import use_invite
from catalog.people import Known, admins, may_tell_stranger
from catalog.tables import Role

#: What stands before the token in an invite's link; 4 + 43 characters of Telegram's 64.
INVITE_PREFIX = "inv_"


async def start(turn: Turn) -> None:
    """Welcome a person, let in whoever holds an invite, turn others away politely."""
    token = turn.words.removeprefix(INVITE_PREFIX) if turn.words.startswith(INVITE_PREFIX) else ""
    if token:
        known = await _let_in(turn, token)
        if known is not None:
            await menus.show_to(turn.desk, known)
            await turn.reply(_welcome(turn, known))
            return
    if turn.known is None:
        await turn_away(turn, "invite-unusable" if token else "stranger")
        return
    await menus.show_to(turn.desk, turn.known)  # before the first word there is no chat for it
    await turn.reply(_welcome(turn, turn.known))


async def help_(turn: Turn) -> None:
    """What one can do here, by role."""
    await turn.reply(turn.say("help-admin" if turn.person.is_admin else "help-worker"))


async def turn_away(turn: Turn, sentence: str = "stranger") -> None:
    """One polite sentence to a stranger, once an hour at most; nothing is given away."""
    telegram_id = turn.guest.telegram_id
    may_tell = await turn.desk.write(
        lambda session: may_tell_stranger(session, telegram_id, now=turn.desk.now())
    )
    if turn.press is not None:
        await turn.toast(turn.plain("stranger-toast", number=str(telegram_id)) if may_tell else "")
    elif may_tell:
        await turn.reply(turn.say(sentence, number=str(telegram_id)))


async def hint(turn: Turn) -> None:
    """Words that answer nothing."""
    if turn.chat.is_private:
        await turn.reply(turn.say("hint"))


async def other(turn: Turn) -> None:
    """Something that is neither photo nor part."""
    if turn.chat.is_private:
        await turn.reply(turn.say("hint-other"))


async def _let_in(turn: Turn, token: str) -> Known | None:
    now = turn.desk.now()

    def enter(session: Session) -> Known | None:
        known = use_invite(session, token, turn.guest, now=now)
        if known is not None:
            for admin in admins(session):
                if admin.id != known.id:
                    facts = {"name": known.name}
                    delivery = NewDelivery(
                        kind=Telling.JOINED.value, chat_id=admin.telegram_id, facts=facts
                    )
                    write_delivery(session, delivery, now=now)
        return known

    return await turn.desk.write(enter)


def _welcome(turn: Turn, known: Known) -> Html:
    sentence = "welcome-admin" if known.role is Role.ADMIN else "welcome-worker"
    return turn.say(sentence, person=known.name)
