"""A small bot with a script, built on python-telegram-bot, to give the page somebody to talk to.

Photo in: a status line that is edited and becomes a picture with four buttons. It polls in a
thread of its own until it is stopped.
"""

import asyncio
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from telegram import (
    Bot,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    Message,
    ReplyParameters,
    Update,
)
from telegram.ext import ExtBot

from sandbox import Sandbox

ANSWER = (
    "<b>Bracket M4</b> for <b>ACME &amp; Sons</b>\n"
    "Order 1042 · 3 of 10 found · due Thu 24 Dec\n"
    "PLA black · 42 × 30 × 12 mm\n"  # noqa: RUF001 - sizes are written with a multiplication sign
    "Note: left and right go in separate bags\n"
    "Sure: 97 %"
)
CONFIRMED = "✓ <b>Bracket M4</b> for <b>ACME &amp; Sons</b>, confirmed by you, 4 of 10 found"
NASTY = "<img src=x onerror=\"document.title='broken in'\">"
COMMANDS = [
    ("whois", "Who gets this print? Reply to a photo"),
    ("open", "What is still to be found"),
    ("last", "Your last five prints"),
    ("help", "What I can do"),
]


def buttons(*rows: list[tuple[str, str]]) -> InlineKeyboardMarkup:
    """An inline keyboard from rows of (label, data)."""
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=data) for label, data in row] for row in rows]
    )


class ScriptedBot:
    """Runs against a sandbox while it is entered; ``picture`` is what it answers photos with."""

    def __init__(self, sandbox: Sandbox, picture: Callable[[], bytes]) -> None:
        self._sandbox = sandbox
        self._picture = picture
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="scripted bot")
        self._polling: asyncio.Task[None] | None = None
        self._ready = threading.Event()
        #: The step between "Comparing" and the answer waits for this.
        self.may_answer = threading.Event()
        self.may_answer.set()

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(20)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.may_answer.set()
        if self._polling is not None:
            self._loop.call_soon_threadsafe(self._polling.cancel)
        self._thread.join(20)

    def _run(self) -> None:
        self._polling = self._loop.create_task(self._poll())
        try:
            self._loop.run_until_complete(self._polling)
        except asyncio.CancelledError:
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
        finally:
            self._loop.close()

    async def _poll(self) -> None:
        made: ExtBot[Any] = ExtBot(
            self._sandbox.token,
            base_url=self._sandbox.base_url,
            base_file_url=self._sandbox.base_file_url,
        )
        async with made as bot:
            await bot.set_my_commands(COMMANDS)
            self._ready.set()
            offset = None
            while True:
                for update in await bot.get_updates(offset=offset, timeout=20):
                    offset = update.update_id + 1
                    await self._handle(bot, update)

    async def _handle(self, bot: Bot, update: Update) -> None:
        if update.callback_query:
            await self._pressed(update)
        elif update.message and update.message.photo:
            if update.message.caption != "quiet":
                await self._photo(bot, update.message)
        elif update.message:
            await self._text(update.message)

    async def _text(self, message: Message) -> None:
        match (message.text or "").split():
            case ["/start", *_]:
                await message.reply_html("Hello <b>Ana</b>! Send me a photo of a print.")
            case ["/ask"]:
                markup = ForceReply(input_field_placeholder="Name of the customer")
                await message.reply_text("Whose part is it?", reply_markup=markup)
            case ["/nasty"]:
                await message.reply_text(NASTY)
            case ["/delete"]:
                await (await message.reply_text("Gone in a moment")).delete()
            case _ if message.reply_to_message:
                answered = message.reply_to_message.text or "a photo"
                await message.reply_text(f"You answered “{answered}” with “{message.text}”.")
            case _:
                await message.reply_text(f"You said {message.text or 'nothing'}.")

    async def _photo(self, bot: Bot, message: Message) -> None:
        await bot.send_chat_action(message.chat_id, "typing")
        status = await bot.send_message(
            message.chat_id,
            "Looking at it…",
            reply_parameters=ReplyParameters(message.message_id, allow_sending_without_reply=True),
        )
        await status.edit_text("Cut out. Comparing with 646 parts…")
        await asyncio.to_thread(self.may_answer.wait, 20)
        await status.edit_media(
            InputMediaPhoto(self._picture(), caption=ANSWER, parse_mode="HTML"),
            reply_markup=buttons(
                [("✓ Right", "right"), ("Not this", "next")],
                [("Other candidates", "others"), ("STL file", "stl")],
            ),
        )

    async def _pressed(self, update: Update) -> None:
        query = update.callback_query
        if query is None or not isinstance(query.message, Message):
            return
        if query.data == "right":
            await query.message.edit_caption(
                CONFIRMED, parse_mode="HTML", reply_markup=buttons([("Undo", "undo")])
            )
            await query.answer("Noted. Thank you!")
        elif query.data == "stl":
            await query.message.reply_document(
                b"solid\nendsolid\n" * 700, filename="bracket_m4.stl"
            )
            await query.answer()
        else:
            await query.answer(f"Nothing behind {query.data} here.", show_alert=True)
