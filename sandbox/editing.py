"""The Bot API methods that change or remove what stands in a chat."""

from dataclasses import replace

from sandbox.calls import BotCall
from sandbox.errors import bad_request
from sandbox.reading import caption_words, input_media, markup, media_words, text_words
from sandbox.shapes import Content, Message
from sandbox.state import World
from sandbox.wire import Json, message_json

_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)


def edit_message_text(world: World, call: BotCall) -> Json:
    """Change the words of a text message; a keyboard not sent again is gone."""
    words = text_words(call, world.limits)
    keyboard = markup(call, world.limits).keyboard
    with world.bell.lock:
        message = _editable(world, call)
        if message.content.media is not None:
            raise bad_request("there is no text in the message to edit")
        return _changed(world, message, Content(words=words, keyboard=keyboard))


def edit_message_caption(world: World, call: BotCall) -> Json:
    """Change the words under a photo or file."""
    words = caption_words(call, world.limits)
    keyboard = markup(call, world.limits).keyboard
    with world.bell.lock:
        message = _editable(world, call)
        if message.content.media is None:
            raise bad_request("there is no caption in the message to edit")
        content = Content(words=words, media=message.content.media, keyboard=keyboard)
        return _changed(world, message, content)


def edit_message_media(world: World, call: BotCall) -> Json:
    """Put another photo or file in; a text message becomes one with media."""
    _editable(world, call)
    item = call.parsed("media")
    if not isinstance(item, dict):
        raise bad_request("can't parse media JSON object")
    words = media_words(item, world.limits)
    keyboard = markup(call, world.limits).keyboard
    content = Content(words=words, media=input_media(call, world, item), keyboard=keyboard)
    with world.bell.lock:
        return _changed(world, _editable(world, call), content)


def edit_message_reply_markup(world: World, call: BotCall) -> Json:
    """Change only the buttons."""
    keyboard = markup(call, world.limits).keyboard
    with world.bell.lock:
        message = _editable(world, call)
        return _changed(world, message, replace(message.content, keyboard=keyboard))


def delete_message(world: World, call: BotCall) -> bool:
    """Take one message out of the chat."""
    with world.bell.lock:
        room = world.room_for_bot(call.chat_id)
        message = world.standing(room.chat.chat_id, call.integer("message_id"))
        if message is None:
            raise bad_request("message to delete not found")
        world.delete(message)
        return True


def delete_messages(world: World, call: BotCall) -> bool:
    """Delete many; those that are not there are passed over, as Telegram does."""
    with world.bell.lock:
        room = world.room_for_bot(call.chat_id)
        for message_id in call.parsed("message_ids") or []:
            message = world.standing(room.chat.chat_id, message_id)
            if message is not None:
                world.delete(message)
        return True


def _editable(world: World, call: BotCall) -> Message:
    room = world.room_for_bot(call.chat_id)
    message = world.standing(room.chat.chat_id, call.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if not message.from_bot:
        raise bad_request("message can't be edited")
    return message


def _changed(world: World, message: Message, content: Content) -> Json:
    if content == message.content:
        raise bad_request(_NOT_MODIFIED)
    return message_json(world, world.change(message, content))
