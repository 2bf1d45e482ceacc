"""Talking to Telegram: send, edit, answer a press, download, with the patience each needs.

Knows no shop. A 429 is waited out when it is short, so that a handler need not begin again.
"Message is not modified" is no failure: the message says what it should. Editing what is gone
raises MessageGone, so that the caller may send anew.
"""

import asyncio
import warnings
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from telegram import Bot, ForceReply, InputMediaPhoto, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, RetryAfter
from telegram.warnings import PTBDeprecationWarning

from bot.buttons import Keyboard, markup
from bot.messages import Html, clipped, fitted

Got = TypeVar("Got")

#: A 429 that asks for longer than this is left to whoever called.
PATIENCE_S = 5.0
TRIES = 3
TOAST_UNITS = 200
TEXT_UNITS = 4_096
CAPTION_UNITS = 1_024
HINT_UNITS = 64
PICTURE_NAME = "whoseprint.jpg"
_NOT_MODIFIED = "message is not modified"
_GONE = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "there is no text in the message to edit",
    "there is no caption in the message to edit",
    "message to be replied not found",
)
_LATE_PRESS = ("query is too old", "query id is invalid")


class MessageGone(Exception):
    """The message to be changed is not there, or is not of a kind that can be changed so."""

    def __init__(self, chat_id: int, message_id: int) -> None:
        super().__init__(chat_id, message_id)
        self.chat_id, self.message_id = chat_id, message_id

    def __str__(self) -> str:
        return f"message {self.message_id} in chat {self.chat_id} cannot be edited"


class FileTooBig(Exception):
    """Telegram gives no file of this size to bots."""

    def __init__(self, file_id: str) -> None:
        super().__init__(file_id)
        self.file_id = file_id

    def __str__(self) -> str:
        return f"file {self.file_id} is too big to be fetched"


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """What a message says and shows.

    Attributes:
        picture: JPEG or PNG bytes; None for a message of words alone.
        answer_hint: not empty: Telegram opens an answer to this message by itself, for the person
            it replies to or mentions, with this in the empty field. There are no buttons then.
    """

    text: Html
    keyboard: Keyboard = ()
    picture: bytes | None = None
    answer_hint: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A message in a chat."""

    chat_id: int
    message_id: int


async def patiently(call: Callable[[], Awaitable[Got]]) -> Got:
    """Call Telegram, waiting out short 429s.

    Raises:
        RetryAfter: Telegram asks for more patience than a conversation has.
    """
    for _ in range(TRIES - 1):
        try:
            return await call()
        except RetryAfter as error:
            wait_s = pause_s(error)
            if wait_s > PATIENCE_S:
                raise
            await asyncio.sleep(wait_s)
    return await call()


async def send(bot: Bot, chat_id: int, speech: Speech, *, reply_to: int | None = None) -> int:
    """Send a message; its id."""
    reply = _reply(reply_to)
    below = _force_reply(speech.answer_hint) if speech.answer_hint else markup(speech.keyboard)

    async def call() -> Message:
        if speech.picture is None:
            return await bot.send_message(
                chat_id,
                fitted(speech.text, TEXT_UNITS),
                parse_mode=ParseMode.HTML,
                reply_markup=below,
                reply_parameters=reply,
                disable_web_page_preview=True,
            )
        return await bot.send_photo(
            chat_id,
            speech.picture,
            caption=fitted(speech.text, CAPTION_UNITS),
            parse_mode=ParseMode.HTML,
            reply_markup=below,
            reply_parameters=reply,
            filename=PICTURE_NAME,
        )

    return (await patiently(call)).message_id


async def send_file(
    bot: Bot, chat_id: int, content: bytes, *, name: str, reply_to: int | None
) -> None:
    """Send bytes as a file."""
    reply = _reply(reply_to)
    await patiently(
        lambda: bot.send_document(chat_id, content, filename=name, reply_parameters=reply)
    )


async def change(bot: Bot, place: Place, speech: Speech) -> None:
    """Make a message say and show something else; it may gain a picture, never lose one.

    Raises:
        MessageGone: it cannot be changed (so).
    """
    keyboard = markup(speech.keyboard)

    async def call() -> object:
        if speech.picture is None:
            return await bot.edit_message_text(
                fitted(speech.text, TEXT_UNITS),
                place.chat_id,
                place.message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard,
                disable_web_page_preview=True,
            )
        media = InputMediaPhoto(
            speech.picture,
            caption=fitted(speech.text, CAPTION_UNITS),
            parse_mode=ParseMode.HTML,
            filename=PICTURE_NAME,
        )
        return await bot.edit_message_media(
            media, place.chat_id, place.message_id, reply_markup=keyboard
        )

    await _changing(place, call)


async def change_somehow(bot: Bot, place: Place, speech: Speech) -> None:
    """Change a message that may hold a picture or not: words go where there is room for them.

    Raises:
        MessageGone: it cannot be changed.
    """
    try:
        await change(bot, place, speech)
    except MessageGone:
        if speech.picture is not None:
            raise
        await change_words(bot, place, speech)


async def change_words(bot: Bot, place: Place, speech: Speech) -> None:
    """Change what stands under a picture, and its buttons; the picture stays.

    Raises:
        MessageGone: it cannot be changed (so).
    """

    async def call() -> object:
        return await bot.edit_message_caption(
            place.chat_id,
            place.message_id,
            caption=fitted(speech.text, CAPTION_UNITS),
            parse_mode=ParseMode.HTML,
            reply_markup=markup(speech.keyboard),
        )

    await _changing(place, call)


async def answer_press(bot: Bot, press_id: str, toast: str = "") -> None:
    """Answer a pressed button; one that Telegram no longer waits for is let go."""

    async def call() -> object:
        shown = clipped(toast, TOAST_UNITS) or None
        return await bot.answer_callback_query(press_id, text=shown)

    try:
        await patiently(call)
    except BadRequest as error:
        if not any(words in error.message.lower() for words in _LATE_PRESS):
            raise


async def download(bot: Bot, file_id: str) -> bytes:
    """The bytes of a file somebody sent.

    Raises:
        FileTooBig: Telegram's limit, whatever size was announced.
    """

    async def call() -> bytes:
        file = await bot.get_file(file_id)
        return bytes(await file.download_as_bytearray())

    try:
        return await patiently(call)
    except BadRequest as error:
        if "file is too big" in error.message.lower():
            raise FileTooBig(file_id) from None
        raise


async def _changing(place: Place, call: Callable[[], Awaitable[object]]) -> None:
    try:
        await patiently(call)
    except BadRequest as error:
        said = error.message.lower()
        if _NOT_MODIFIED in said:
            return
        if any(words in said for words in _GONE):
            raise MessageGone(place.chat_id, place.message_id) from None
        raise


def _force_reply(hint: str) -> ForceReply:
    """Selective: the others of a group are left in peace."""
    return ForceReply(selective=True, input_field_placeholder=clipped(hint, HINT_UNITS))


def _reply(message_id: int | None) -> ReplyParameters | None:
    if message_id is None:
        return None
    return ReplyParameters(message_id, allow_sending_without_reply=True)


def pause_s(error: RetryAfter) -> float:
    """For how long Telegram asks to be left alone."""
    with warnings.catch_warnings():  # of a type to come; both are understood here
        warnings.simplefilter("ignore", PTBDeprecationWarning)
        pause = error.retry_after
    return float(pause) if isinstance(pause, int) else pause.total_seconds()
