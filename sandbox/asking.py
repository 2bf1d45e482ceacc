"""The Bot API methods that ask about things: the bot itself, chats, files, menus, buttons."""

import re
from typing import Any

from sandbox.calls import BotCall
from sandbox.entities import utf16_length
from sandbox.errors import bad_request
from sandbox.shapes import BotCommand, ChatKind, Toast
from sandbox.state import MenuKey, World
from sandbox.wire import Json, chat_json, file_json, user_json

MOST_COMMANDS = 100
MOST_DESCRIPTION_UNITS = 256
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SCOPES_OF_A_CHAT = ("chat", "chat_administrators", "chat_member")
_SCOPES = (
    "default",
    "all_private_chats",
    "all_group_chats",
    "all_chat_administrators",
    *_SCOPES_OF_A_CHAT,
)


def get_me(world: World, _call: BotCall) -> Json:
    """Who the bot is."""
    return {
        **user_json(world.bot),
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy_mode,
        "supports_inline_queries": False,
    }


def delete_webhook(world: World, call: BotCall) -> bool:
    """The sandbox has no webhooks; waiting updates may be dropped."""
    if call.flag("drop_pending_updates"):
        world.updates.drop_all()
    return True


def get_webhook_info(world: World, _call: BotCall) -> Json:
    """No webhook, and how many updates wait."""
    return {
        "url": "",
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.waiting()),
    }


def leave(_world: World, _call: BotCall) -> bool:
    """Both logOut and close: the sandbox has nothing to leave."""
    return True


def get_chat(world: World, call: BotCall) -> Json:
    """A chat with the fields that python-telegram-bot insists on."""
    room = world.room_for_bot(call.chat_id)
    return {
        **chat_json(room.chat),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }


def get_chat_member(world: World, call: BotCall) -> Json:
    """The first member of a group made it; everybody else is a member."""
    room = world.room_for_bot(call.chat_id)
    user_id = call.integer("user_id")
    if user_id == world.bot.user_id:
        return {"user": user_json(world.bot), "status": "member"}
    member = next((m for m in room.members if m.user_id == user_id), None)
    if member is None:
        raise bad_request("PARTICIPANT_ID_INVALID")
    made_it = room.chat.kind is ChatKind.GROUP and member == room.members[0]
    if made_it:
        return {"user": user_json(member), "status": "creator", "is_anonymous": False}
    return {"user": user_json(member), "status": "member"}


def get_file(world: World, call: BotCall) -> Json:
    """Where a file can be downloaded, if it is small enough."""
    if not call.text("file_id"):
        raise bad_request("file_id is empty")
    return file_json(world, world.shelf.file(call.text("file_id")))


def answer_callback_query(world: World, call: BotCall) -> bool:
    """Give a pressed button its toast."""
    text = call.text("text")
    if utf16_length(text) > world.limits.toast_units:
        raise bad_request("MESSAGE_TOO_LONG")
    world.answer_press(
        call.text("callback_query_id"), Toast(text=text, is_alert=call.flag("show_alert"))
    )
    return True


def set_my_commands(world: World, call: BotCall) -> bool:
    """Put up a commands menu for a scope and a language."""
    given = call.parsed("commands")
    if not isinstance(given, list):
        raise bad_request("can't parse commands JSON object")
    if len(given) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    key = _menu_key(world, call)
    commands = tuple(_command(item) for item in given)
    with world.bell.lock:
        world.menus[key] = commands
        world.menus_changed()
    return True


def get_my_commands(world: World, call: BotCall) -> list[Json]:
    """The menu of exactly this scope and language."""
    key = _menu_key(world, call)
    with world.bell.lock:
        return [
            {"command": c.command, "description": c.description} for c in world.menus.get(key, ())
        ]


def delete_my_commands(world: World, call: BotCall) -> bool:
    """Take a menu down; a wider one shows again."""
    key = _menu_key(world, call)
    with world.bell.lock:
        world.menus.pop(key, None)
        world.menus_changed()
    return True


def _command(given: dict[str, Any]) -> BotCommand:
    name = str(given.get("command") or "").removeprefix("/")
    description = str(given.get("description") or "").strip()
    if not _COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= utf16_length(description) <= MOST_DESCRIPTION_UNITS:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return BotCommand(command=name, description=description)


def _menu_key(world: World, call: BotCall) -> MenuKey:
    scope = call.parsed("scope") or {"type": "default"}
    kind = scope.get("type")
    if kind not in _SCOPES:
        raise bad_request("unsupported type specified")
    chat_id = user_id = None
    if kind in _SCOPES_OF_A_CHAT:
        chat_id = int(scope.get("chat_id") or 0)
        world.room_for_bot(chat_id)
    if kind == "chat_member":
        user_id = int(scope.get("user_id") or 0)
    return MenuKey(kind, chat_id, user_id, call.text("language_code"))
