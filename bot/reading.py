"""Read an update: who, where, and what of it is meant.

Knows Telegram's shapes and no shop. What somebody sends is sorted here; what is done about it is
the table's.
"""

import re
from dataclasses import dataclass
from enum import Enum
from pathlib import PurePosixPath

from telegram import CallbackQuery, Message, MessageEntity, Update, User

from bot.buttons import Pressed, unpacked
from bot.turn import Chat, Press
from catalog.people import Guest

PICTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif"})
PART_SUFFIXES = frozenset({".stl", ".3mf", ".obj", ".ply", ".zip"})
PICTURE_TYPES = frozenset({"image/jpeg", "image/png", "image/webp", "image/heic", "image/heif"})


#: A caption that says of which build plate a print is.
BATCH_CAPTION = re.compile(r"(?:batch|lote)\s+(\S.*)", re.IGNORECASE)
BATCH_COMMAND = "batch"


class Content(Enum):
    """What a message without a command is."""

    PICTURE = "picture"
    PART_FILE = "part_file"
    #: What is on a build plate: /batch with a file or a list.
    BATCH = "batch"
    TEXT = "text"
    OTHER = "other"
    #: Somebody joined, a title changed, a group moved.
    SERVICE = "service"


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """A file or photo as Telegram announces it."""

    file_id: str
    name: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Command:
    """A command and the words behind it."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class BatchList:
    """A batch's name and the parts that were listed behind it."""

    name: str
    parts: tuple[str, ...]


def user_of(update: Update) -> User | None:
    """Who did it; None for channels and other bots."""
    user = update.effective_user
    return None if user is None or user.is_bot else user


def guest_of(user: User) -> Guest:
    """Somebody as Telegram names them."""
    name = user.full_name.strip() or str(user.id)
    return Guest(telegram_id=user.id, name=name, language=user.language_code or "en")


def chat_of(update: Update) -> Chat | None:
    """Where it happened."""
    chat = update.effective_chat
    if chat is None:
        return None
    return Chat(id=chat.id, is_private=chat.type == chat.PRIVATE, title=chat.title or "")


def press_of(query: CallbackQuery) -> Press:
    """A pressed button; data that was never made here gets a verb that nobody has."""
    pressed = unpacked(query.data or "") or Pressed(verb="", id=0, nonce="")
    message = query.message
    return Press(
        id=query.id,
        pressed=pressed,
        message_id=None if message is None else message.message_id,
        has_picture=isinstance(message, Message) and bool(message.photo),
    )


def command_of(message: Message, bot_name: str) -> Command | None:
    """The command a message or caption begins with, if it is for this bot."""
    text = message.text or message.caption or ""
    entities = message.entities or message.caption_entities or ()
    first = next((each for each in entities if each.type == MessageEntity.BOT_COMMAND), None)
    if first is None or first.offset != 0:
        return None
    name, _, addressee = text[1 : first.length].partition("@")
    if addressee and addressee.lower() != bot_name.lower():
        return None
    return Command(name=name.lower(), words=text[first.length :].strip())


def batch_list(words: str) -> BatchList:
    """`NAME: a, b`, or the name on one line and parts on the next, one a line or with commas."""
    first, _, below = words.partition("\n")
    name, _, behind = first.partition(":")
    parts = re.split(r"[\n,;]", f"{behind}\n{below}")
    return BatchList(name.strip(), tuple(part.strip() for part in parts if part.strip()))


def sets_batch(message: Message, command: Command) -> bool:
    """Whether a command says what is on a plate, not which plate a print is from."""
    if command.name != BATCH_COMMAND or picture_in(message) is not None:
        return False
    return part_file_in(message) is not None or bool(batch_list(command.words).parts)


def batch_in(message: Message) -> str | None:
    """The batch that a photo's caption names."""
    found = BATCH_CAPTION.match((message.caption or "").strip())
    return found.group(1).splitlines()[0].strip() if found else None


def content_of(message: Message) -> Content:
    """What a message is, commands aside."""
    if picture_in(message) is not None:
        return Content.PICTURE
    if part_file_in(message) is not None:
        return Content.PART_FILE
    if message.text:
        return Content.TEXT
    is_service = (
        message.new_chat_members or message.migrate_to_chat_id or not _says_anything(message)
    )
    return Content.SERVICE if is_service else Content.OTHER


def replies_to_bot(message: Message, bot_id: int) -> bool:
    """Whether it answers one of the bot's messages."""
    replied = message.reply_to_message
    return replied is not None and replied.from_user is not None and replied.from_user.id == bot_id


def picture_in(message: Message) -> SentFile | None:
    """The photo, or the file that is a picture, largest size."""
    if message.photo:
        largest = message.photo[-1]
        return SentFile(
            file_id=largest.file_id, name="photo.jpg", size_bytes=largest.file_size or 0
        )
    sent = _document(message)
    if sent is None:
        return None
    kind = (message.document.mime_type or "").lower() if message.document else ""
    is_picture = kind in PICTURE_TYPES or _suffix(sent.name) in PICTURE_SUFFIXES
    return sent if is_picture and _suffix(sent.name) not in PART_SUFFIXES else None


def part_file_in(message: Message) -> SentFile | None:
    """The file that may hold parts, told by its suffix."""
    sent = _document(message)
    return sent if sent is not None and _suffix(sent.name) in PART_SUFFIXES else None


def _document(message: Message) -> SentFile | None:
    document = message.document
    if document is None:
        return None
    name = document.file_name or "file"
    return SentFile(file_id=document.file_id, name=name, size_bytes=document.file_size or 0)


def _suffix(name: str) -> str:
    return PurePosixPath(name.lower()).suffix


def _says_anything(message: Message) -> bool:
    return message.effective_attachment is not None
