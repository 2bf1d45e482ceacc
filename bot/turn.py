"""One update being handled: who speaks, where, with what, and how to answer.

Knows no deed; handlers are functions of a Turn.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeVar

import structlog
from sqlalchemy.orm import Session
from telegram import Message
from telegram.constants import ChatAction
from telegram.error import Forbidden, TelegramError

from bot import line
from bot.buttons import Keyboard, Pressed, Seal
from bot.desk import Desk
from bot.line import Place, Speech
from bot.messages import Fact, Html
from catalog.people import Guest, Known
from catalog.questions import OpenQuestion, ask, withdraw
from catalog.tables import Role
from catalog.updates import settle_handled

_log = structlog.get_logger(__name__)

Made = TypeVar("Made")


class Access(Enum):
    """Who may do a deed."""

    ANYONE = "anyone"
    WORKER = "worker"
    ADMIN = "admin"

    def admits(self, known: Known | None) -> bool:
        """Whether this person, or stranger, may."""
        match self:
            case Access.ANYONE:
                return True
            case Access.WORKER:
                return known is not None
            case Access.ADMIN:
                return known is not None and known.role is Role.ADMIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """Where an update came from."""

    id: int
    is_private: bool
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A pressed button; message_id is None when Telegram hides the message."""

    id: str
    pressed: Pressed
    message_id: int | None
    has_picture: bool


@dataclass(slots=True)
class Traces:
    """What earlier attempts at the same update left behind in this process."""

    status_message_id: int | None = None
    press_answered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One update being handled."""

    desk: Desk
    seal: Seal
    update_id: int
    chat: Chat
    guest: Guest
    known: Known | None
    message: Message | None = None
    press: Press | None = None
    #: What this person was last asked in this chat.
    question: OpenQuestion | None = None
    #: The words after the command, or the text that answers a question.
    words: str = ""
    #: What the question that the text answers was about.
    answers: Mapping[str, Any] = field(default_factory=dict)
    traces: Traces = field(default_factory=Traces)

    @property
    def person(self) -> Known:
        """The enrolled person; deeds for strangers never ask."""
        if self.known is None:
            raise ValueError("a stranger has no person; does the deed declare its access?")
        return self.known

    @property
    def language(self) -> str:
        """In which language to answer."""
        return self.guest.language

    @property
    def pressed(self) -> Pressed:
        """What the pressed button said; only deeds of buttons ask."""
        if self.press is None:
            raise ValueError("no button was pressed")
        return self.press.pressed

    @property
    def message_id(self) -> int | None:
        """The message this turn answers to."""
        return None if self.message is None else self.message.message_id

    def say(self, sentence: str, **facts: Fact) -> Html:
        """A sentence in the person's language, as HTML."""
        return self.desk.messages.say(sentence, self.language, **facts)

    def plain(self, sentence: str, **facts: Fact) -> str:
        """A sentence for a toast or a label."""
        return self.desk.messages.plain(sentence, self.language, **facts)

    async def reply(
        self, text: Html, *, keyboard: Keyboard = (), picture: bytes | None = None
    ) -> int:
        """Answer in the chat; in a group in reply, so that it is clear to whom."""
        reply_to = None if self.chat.is_private else self.message_id
        speech = Speech(text=text, keyboard=keyboard, picture=picture)
        return await line.send(self.desk.bot, self.chat.id, speech, reply_to=reply_to)

    async def toast(self, text: str = "") -> None:
        """Answer the pressed button, once."""
        if self.press is None or self.traces.press_answered:
            return
        await line.answer_press(self.desk.bot, self.press.id, text)
        self.traces.press_answered = True

    async def show_life(self) -> None:
        """Let the chat show that the bot is at it."""
        try:
            await self.desk.bot.send_chat_action(self.chat.id, ChatAction.TYPING)
        except Forbidden:
            raise
        except TelegramError as error:  # it is a courtesy; the photo matters
            _log.info("life_not_shown", cause=str(error))

    async def open_status(self, text: Html, *, reply_to: int | None = None) -> int:
        """Send the status message that becomes the answer; a repeated attempt reuses it."""
        if self.traces.status_message_id is None:
            self.traces.status_message_id = await line.send(
                self.desk.bot, self.chat.id, Speech(text=text), reply_to=reply_to
            )
        return self.traces.status_message_id

    async def close_status(self, text: Html) -> None:
        """Turn the status message into its last word, or say it anew."""
        if self.traces.status_message_id is None:
            await self.reply(text)
            return
        place = Place(self.chat.id, self.traces.status_message_id)
        await line.change(self.desk.bot, place, Speech(text=text))

    async def change_pressed(self, speech: Speech) -> None:
        """Change the message whose button was pressed; gone or hidden, it is sent anew."""
        if self.press is None or self.press.message_id is None:
            await self.reply(speech.text, keyboard=speech.keyboard, picture=speech.picture)
            return
        place = Place(self.chat.id, self.press.message_id)
        try:
            if speech.picture is None and self.press.has_picture:
                await line.change_words(self.desk.bot, place, speech)
            else:
                await line.change_somehow(self.desk.bot, place, speech)
        except line.MessageGone:
            await line.send(self.desk.bot, self.chat.id, speech)

    async def settle(self, deed: Callable[[Session], Made]) -> Made:
        """Do the deed and mark this update handled, in one transaction.

        Raises:
            HandledElsewhere: another process was faster; nothing was kept.
        """

        def both(session: Session) -> Made:
            settle_handled(session, self.update_id, now=self.desk.now())
            return deed(session)

        return await self.desk.write(both)

    async def settle_answer(self, deed: Callable[[Session], Made]) -> Made:
        """Settle a deed that a question led to; the question is answered then."""

        def answered(session: Session) -> Made:
            made = deed(session)
            withdraw(session, person_id=self.person.id, chat_id=self.chat.id)
            return made

        return await self.settle(answered)

    async def forget_question(self) -> None:
        """What was asked is not being answered: the next text is no answer either."""
        known = self.known
        if known is not None and self.question is not None:
            await self.desk.write(
                lambda session: withdraw(session, person_id=known.id, chat_id=self.chat.id)
            )

    async def ask(self, about: str, facts: dict[str, int], question: Html) -> None:
        """Ask something: the person's next text here, in a group in reply, is the answer."""
        await self.desk.write(
            lambda session: ask(
                session,
                person_id=self.person.id,
                chat_id=self.chat.id,
                about=about,
                facts=facts,
                now=self.desk.now(),
            )
        )
        await self.toast()
        await self.insist(about, question)

    async def insist(self, about: str, question: Html) -> None:
        """Say what an answer is wanted for; Telegram opens it, in a group for this person alone."""
        if not self.chat.is_private:
            number = str(self.guest.telegram_id)
            question = self.say("asked-of", id=number, person=self.guest.name, question=question)
        speech = Speech(text=question, answer_hint=self.plain(f"answer-hint-{about}"))
        reply_to = None if self.chat.is_private else self.message_id
        await line.send(self.desk.bot, self.chat.id, speech, reply_to=reply_to)
