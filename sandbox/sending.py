"""The Bot API methods that put something into a chat.

Each method reads its call, changes the world and gives back what Telegram would.
"""

import secrets
from typing import Any

from sandbox.calls import BotCall
from sandbox.errors import bad_request
from sandbox.reading import (
    caption_words,
    input_media,
    markup,
    media_field,
    media_words,
    reply_target,
    text_words,
)
from sandbox.shapes import Content, MediaKind, Message
from sandbox.state import Draft, World
from sandbox.wire import Json, message_json

ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


def send_message(world: World, call: BotCall) -> Json:
    """Send text."""
    room = world.room_for_bot(call.chat_id)
    asked = markup(call, world.limits)
    draft = Draft(
        Content(words=text_words(call, world.limits), keyboard=asked.keyboard),
        reply_to_id=reply_target(call, world, room),
        asks_for_reply=asked.asks_for_reply,
    )
    return message_json(world, world.add(room, world.bot, draft))


def send_photo(world: World, call: BotCall) -> Json:
    """Send a picture as a photo."""
    return _send_media(world, call, MediaKind.PHOTO)


def send_document(world: World, call: BotCall) -> Json:
    """Send a file as it is."""
    return _send_media(world, call, MediaKind.DOCUMENT)


def _send_media(world: World, call: BotCall, kind: MediaKind) -> Json:
    room = world.room_for_bot(call.chat_id)
    asked = markup(call, world.limits)
    words = caption_words(call, world.limits)
    reply_to_id = reply_target(call, world, room)
    media = media_field(call, world, kind)
    draft = Draft(
        Content(words=words, media=media, keyboard=asked.keyboard),
        reply_to_id=reply_to_id,
        asks_for_reply=asked.asks_for_reply,
    )
    return message_json(world, world.add(room, world.bot, draft))


def send_media_group(world: World, call: BotCall) -> list[Json]:
    """Send an album; all of it or nothing."""
    room = world.room_for_bot(call.chat_id)
    reply_to_id = reply_target(call, world, room)
    contents = [_album_content(world, call, item) for item in _album_items(call, world)]
    kinds = {content.media.kind for content in contents if content.media}
    if len(kinds) > 1:
        raise bad_request("document can't be mixed with other media types")
    with world.bell.lock:
        album = str(secrets.randbits(53)) if len(contents) > 1 else None
        sent = [
            world.add(room, world.bot, Draft(content, reply_to_id, album)) for content in contents
        ]
    return [message_json(world, message) for message in sent]


def _album_items(call: BotCall, world: World) -> list[dict[str, Any]]:
    items = call.parsed("media")
    if not isinstance(items, list):
        raise bad_request("can't parse media JSON object")
    if not items:
        raise bad_request("there are no messages to send")
    if len(items) > world.limits.album_items:
        raise bad_request("too many messages to send as an album")
    return items


def _album_content(world: World, call: BotCall, item: dict[str, Any]) -> Content:
    return Content(words=media_words(item, world.limits), media=input_media(call, world, item))


def send_chat_action(world: World, call: BotCall) -> bool:
    """Show for five seconds that the bot is busy."""
    room = world.room_for_bot(call.chat_id)
    action = call.text("action").lower()
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.act(room, action)
    return True


def copy_message(world: World, call: BotCall) -> Json:
    """Send a message's content again, with another caption if one is given."""
    room = world.room_for_bot(call.chat_id)
    source = _source(world, call)
    words = source.content.words
    if call.has("caption") and source.content.media:
        words = caption_words(call, world.limits)
    content = Content(
        words=words,
        media=source.content.media,
        keyboard=markup(call, world.limits).keyboard,
    )
    draft = Draft(content, reply_to_id=reply_target(call, world, room))
    return {"message_id": world.add(room, world.bot, draft).message_id}


def _source(world: World, call: BotCall) -> Message:
    room = world.room_for_bot(call.integer("from_chat_id"))
    source = world.standing(room.chat.chat_id, call.integer("message_id"))
    if source is None:
        raise bad_request("message to copy not found")
    return source
