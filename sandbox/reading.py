"""Read the parts that many Bot API methods share: words, keyboards, media, replies.

Turns a call's fields into the sandbox's nouns and refuses what Telegram refuses.
"""

from dataclasses import dataclass
from typing import Any

from sandbox.calls import BotCall
from sandbox.entities import parse_html, plain, utf16_length
from sandbox.errors import bad_request
from sandbox.limits import Limits
from sandbox.shapes import Button, Entity, Media, MediaKind, Words
from sandbox.state import ChatRoom, World

Keyboard = tuple[tuple[Button, ...], ...]
URL_BEGINNINGS = ("http://", "https://", "tg://")
MOST_BUTTONS = 100


@dataclass(frozen=True, slots=True)
class Markup:
    """What a reply_markup asks for."""

    keyboard: Keyboard = ()
    asks_for_reply: str | None = None


def text_words(call: BotCall, limits: Limits) -> Words:
    """The text of a message; never empty, at most 4096 long after parsing."""
    words = _words(call.text("text"), call.text("parse_mode"), call.parsed("entities"))
    if not words.text:
        raise bad_request("message text is empty")
    if utf16_length(words.text) > limits.text_units:
        raise bad_request("message is too long")
    return words


def caption_words(call: BotCall, limits: Limits) -> Words:
    """The caption of a photo or file; may be empty, at most 1024 long after parsing."""
    entities = call.parsed("caption_entities")
    return _caption(call.text("caption"), call.text("parse_mode"), entities, limits)


def media_words(item: dict[str, Any], limits: Limits) -> Words:
    """The caption of one InputMedia."""
    return _caption(
        item.get("caption") or "",
        item.get("parse_mode") or "",
        item.get("caption_entities"),
        limits,
    )


def _caption(text: str, parse_mode: str, entities: object, limits: Limits) -> Words:
    words = _words(text, parse_mode, entities)
    if utf16_length(words.text) > limits.caption_units:
        raise bad_request("message caption is too long")
    return words


def _words(text: str, parse_mode: str, entities: object) -> Words:
    match parse_mode.lower():
        case "html":
            return parse_html(text)
        case "":
            given = _entities(entities)
            return Words(text, given) if given else plain(text.strip())
        case _:
            raise bad_request("unsupported parse_mode")


def _entities(given: object) -> tuple[Entity, ...]:
    if not isinstance(given, list):
        return ()
    return tuple(
        Entity(
            kind=entity["type"],
            offset=entity["offset"],
            length=entity["length"],
            url=entity.get("url"),
            language=entity.get("language"),
        )
        for entity in given
    )


def markup(call: BotCall, limits: Limits) -> Markup:
    """The inline keyboard or the wish for a reply that comes with a message."""
    given = call.parsed("reply_markup")
    if given is None:
        return Markup()
    if not isinstance(given, dict):
        raise bad_request("object expected as reply markup")
    if given.get("force_reply"):
        return Markup(asks_for_reply=given.get("input_field_placeholder") or "")
    if given.get("keyboard"):
        raise bad_request("the sandbox knows inline keyboards and ForceReply, no reply keyboards")
    rows = given.get("inline_keyboard") or []
    keyboard = tuple(tuple(_button(item, limits) for item in row) for row in rows if row)
    if sum(len(row) for row in keyboard) > MOST_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return Markup(keyboard)


def _button(given: dict[str, Any], limits: Limits) -> Button:
    label, data, url = given.get("text"), given.get("callback_data"), given.get("url")
    if not isinstance(label, str) or not label:
        raise bad_request(
            'can\'t parse inline keyboard button: Field "text" must be of type String'
        )
    if data is None and url is None:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if data is not None and not 1 <= len(data.encode()) <= limits.callback_data_bytes:
        raise bad_request("BUTTON_DATA_INVALID")
    if url is not None and not url.startswith(URL_BEGINNINGS):
        raise bad_request("BUTTON_URL_INVALID")
    return Button(label=label, data=data, url=url)


def reply_target(call: BotCall, world: World, room: ChatRoom) -> int | None:
    """The message that this one answers, if it asks for one and it is there."""
    given = call.parsed("reply_parameters") or {}
    message_id = given.get("message_id") or call.integer("reply_to_message_id")
    if not message_id:
        return None
    if world.standing(room.chat.chat_id, message_id) is not None:
        return int(message_id)
    if given.get("allow_sending_without_reply") or call.flag("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def media_field(call: BotCall, world: World, kind: MediaKind) -> Media:
    """The photo or document of sendPhoto or sendDocument: uploaded, attached or by file id."""
    name = kind.value
    if name in call.uploads:
        return _kept(call, world, name, kind)
    named = call.text(name)
    if not named:
        raise bad_request(f"there is no {name} in the request")
    return _named_media(call, world, named, kind)


def input_media(call: BotCall, world: World, item: dict[str, Any]) -> Media:
    """The file of one InputMedia."""
    try:
        kind = MediaKind(item.get("type"))
    except ValueError as unknown:
        raise bad_request("can't parse InputMedia: the sandbox knows photo, document") from unknown
    return _named_media(call, world, str(item.get("media") or ""), kind)


def _named_media(call: BotCall, world: World, named: str, kind: MediaKind) -> Media:
    attached = named.removeprefix("attach://")
    if attached == named:
        return world.shelf.media(named, kind)
    if attached not in call.uploads:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return _kept(call, world, attached, kind)


def _kept(call: BotCall, world: World, name: str, kind: MediaKind) -> Media:
    upload = call.uploads[name]
    if kind is MediaKind.PHOTO:
        return world.shelf.keep_photo(upload.content)
    return world.shelf.keep_document(upload.content, name=upload.name, mime_type=upload.mime_type)
