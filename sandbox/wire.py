"""Write what the sandbox knows as the Bot API writes it.

Knows the JSON of https://core.telegram.org/bots/api#available-types; changes nothing.
"""

from typing import Any

from sandbox.shapes import (
    Button,
    Chat,
    ChatKind,
    Entity,
    Media,
    MediaKind,
    Message,
    StoredFile,
    User,
)
from sandbox.state import World

Json = dict[str, Any]


def user_json(user: User) -> Json:
    """A User."""
    return _without_none(
        {
            "id": user.user_id,
            "is_bot": user.is_bot,
            "first_name": user.first_name,
            "username": user.username,
            "language_code": user.language_code,
        }
    )


def chat_json(chat: Chat) -> Json:
    """A Chat."""
    name = "first_name" if chat.kind is ChatKind.PRIVATE else "title"
    return {"id": chat.chat_id, "type": chat.kind.value, name: chat.title}


def message_json(world: World, message: Message) -> Json:
    """A message with the one it replies to inside it."""
    written = _message_alone(message)
    if message.reply_to_id is not None:
        answered = world.standing(message.chat.chat_id, message.reply_to_id)
        if answered is not None:
            written["reply_to_message"] = _message_alone(answered)
    return written


def file_json(world: World, file: StoredFile) -> Json:
    """The answer of getFile: a relative path, or the absolute one in local mode."""
    path = str(file.path) if world.local_mode else world.shelf.path_name(file)
    return {**_file_base(file), "file_path": path}


def _message_alone(message: Message) -> Json:
    content = message.content
    written: Json = {
        "message_id": message.message_id,
        "from": user_json(message.sender),
        "chat": chat_json(message.chat),
        "date": int(message.sent_on.timestamp()),
        "media_group_id": message.media_group_id,
    }
    if message.edited_on is not None:
        written["edit_date"] = int(message.edited_on.timestamp())
    text_key, entities_key = "text", "entities"
    if content.media is not None:
        text_key, entities_key = "caption", "caption_entities"
        written |= _media_json(content.media)
    if content.words.text:
        written[text_key] = content.words.text
    if content.words.entities:
        written[entities_key] = [entity_json(e) for e in content.words.entities]
    if content.keyboard:
        rows = [[_button_json(button) for button in row] for row in content.keyboard]
        written["reply_markup"] = {"inline_keyboard": rows}
    return _without_none(written)


def entity_json(entity: Entity) -> Json:
    """A MessageEntity."""
    return _without_none(
        {
            "type": entity.kind,
            "offset": entity.offset,
            "length": entity.length,
            "url": entity.url,
            "language": entity.language,
        }
    )


def _media_json(media: Media) -> Json:
    if media.kind is MediaKind.PHOTO:
        sizes = [
            {**_file_base(s.file), "width": s.width_px, "height": s.height_px} for s in media.sizes
        ]
        return {"photo": sizes}
    file = media.file
    return {"document": {**_file_base(file), "file_name": file.name, "mime_type": file.mime_type}}


def _file_base(file: StoredFile) -> Json:
    return {
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "file_size": file.size_bytes,
    }


def _button_json(button: Button) -> Json:
    return _without_none({"text": button.label, "callback_data": button.data, "url": button.url})


def _without_none(written: Json) -> Json:
    return {key: value for key, value in written.items() if value is not None}
