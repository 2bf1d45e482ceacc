"""The commands menu of each person, by role and language; strangers see /start alone."""

import structlog
from telegram import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from telegram.error import TelegramError

from bot.desk import Desk
from bot.messages import LANGUAGES
from catalog.people import Known, people
from catalog.tables import Role

_log = structlog.get_logger(__name__)

WORKER_MENU = ("whois", "open", "last", "batch", "help")
ADMIN_MENU = (*WORKER_MENU, "parts", "part", "invite", "people", "health", "everyphoto")
STRANGER_MENU = ("start",)
GROUP_MENU = ("whois",)


async def show_to_everybody(desk: Desk) -> None:
    """Set all menus, at start."""
    for language in LANGUAGES:
        code = None if language == "en" else language
        await _set(desk, STRANGER_MENU, language, BotCommandScopeDefault(), code)
        await _set(desk, GROUP_MENU, language, BotCommandScopeAllGroupChats(), code)
    for known in await desk.read(people):
        await show_to(desk, known)


async def show_to(desk: Desk, known: Known) -> None:
    """Set one person's menu, when they come in or change role or language."""
    menu = ADMIN_MENU if known.role is Role.ADMIN else WORKER_MENU
    await _set(desk, menu, known.language, BotCommandScopeChat(known.telegram_id), None)


async def take_from(desk: Desk, telegram_id: int) -> None:
    """A person left the shop: back to the stranger's menu."""
    try:
        await desk.bot.delete_my_commands(BotCommandScopeChat(telegram_id))
    except TelegramError as error:
        _log.info("menu_not_taken", cause=str(error))


async def _set(
    desk: Desk,
    names: tuple[str, ...],
    language: str,
    scope: BotCommandScopeDefault | BotCommandScopeAllGroupChats | BotCommandScopeChat,
    language_code: str | None,
) -> None:
    commands = [
        BotCommand(name, desk.messages.plain(f"command-{name}", language)) for name in names
    ]
    try:
        await desk.bot.set_my_commands(commands, scope=scope, language_code=language_code)
    except TelegramError as error:  # somebody who never wrote to the bot has no chat yet
        _log.info("menu_not_set", cause=str(error))
