"""What people do in a chat, and which updates the bot gets of it.

The Python door and the chat page both act through here, so a test and a thumb do the same.
Privacy mode: https://core.telegram.org/bots/features#privacy-mode
"""

import secrets
from dataclasses import dataclass

from sandbox.entities import plain, utf16_length
from sandbox.errors import bad_request
from sandbox.shapes import Button, ChatKind, Content, Media, Message, User
from sandbox.state import ButtonPress, ChatRoom, Draft, World
from sandbox.wire import Json, message_json, user_json


@dataclass(frozen=True, slots=True)
class Post:
    """Something a person is about to send."""

    text: str = ""
    media: tuple[Media, ...] = ()
    reply_to_id: int | None = None


def send(world: World, room: ChatRoom, sender: User, post: Post) -> tuple[Message, ...]:
    """Send text, a photo, a file or an album; the caption goes on the first of an album.

    Raises:
        ApiRefusal: more than a phone would let somebody send. Captions may be as long as texts,
            as they may for those who pay Telegram.
    """
    _check(world, post)
    album = f"{secrets.randbits(53)}" if len(post.media) > 1 else None
    sent = []
    with world.bell.lock:
        for number, media in enumerate(post.media or (None,)):
            words = plain(post.text if number == 0 else "")
            draft = Draft(
                Content(words=words, media=media),
                reply_to_id=post.reply_to_id,
                media_group_id=album,
            )
            message = world.add(room, sender, draft)
            if bot_sees(world, room, message):
                world.updates.add("message", message_json(world, message))
            sent.append(message)
    return tuple(sent)


def edit(world: World, room: ChatRoom, message: Message, text: str) -> Message:
    """Change the words of one's own message."""
    with world.bell.lock:
        content = Content(words=plain(text), media=message.content.media)
        changed = world.change(message, content)
        if bot_sees(world, room, changed):
            world.updates.add("edited_message", message_json(world, changed))
        return changed


def press(world: World, message: Message, button: Button, sender: User) -> ButtonPress:
    """Press an inline button; the answer comes to the returned press."""
    with world.bell.lock:
        pressed = world.press()
        payload: Json = {
            "id": pressed.query_id,
            "from": user_json(sender),
            "message": message_json(world, message),
            "chat_instance": str(abs(message.chat.chat_id) * 7919),
            "data": button.data,
        }
        world.updates.add("callback_query", payload)
        return pressed


def bot_sees(world: World, room: ChatRoom, message: Message) -> bool:
    """Whether a message reaches the bot: all of them in private, few in a group by default."""
    if room.chat.kind is ChatKind.PRIVATE:
        return not room.is_blocked
    if not world.privacy_mode:
        return True
    return _replies_to_bot(room, message) or _addresses_bot(world, message)


def _replies_to_bot(room: ChatRoom, message: Message) -> bool:
    answered = room.messages.get(message.reply_to_id or 0)
    return answered is not None and answered.from_bot


def _addresses_bot(world: World, message: Message) -> bool:
    units = message.text.encode("utf-16-le", "surrogatepass")
    name = f"@{world.bot.username}".lower()
    for entity in message.content.words.entities:
        part = units[entity.offset * 2 : (entity.offset + entity.length) * 2].decode("utf-16-le")
        if entity.kind == "mention" and part.lower() == name:
            return True
        if entity.kind == "bot_command":
            _, at, whose = part.partition("@")
            if not at or f"@{whose}".lower() == name:
                return True
    return False


def _check(world: World, post: Post) -> None:
    if not post.media and not post.text.strip():
        raise bad_request("message text is empty")
    if utf16_length(post.text) > world.limits.text_units:
        raise bad_request("message caption is too long" if post.media else "message is too long")
    if len(post.media) > world.limits.album_items:
        raise bad_request("too many messages to send as an album")
