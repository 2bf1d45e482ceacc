"""The nouns of a chat: people, messages and what is in them.

Everything here is frozen: an edit makes a new Message with one Revision more, so a message in
hand never changes under the reader. Offsets and lengths of entities count UTF-16 units, as
Telegram does. Times ending in ``_s`` are seconds of ``time.monotonic()``.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from pathlib import Path

from sandbox.errors import NoSuchButton


class ChatKind(Enum):
    """Where people and the bot talk."""

    PRIVATE = "private"
    GROUP = "supergroup"


class MediaKind(Enum):
    """How a picture or file was sent."""

    PHOTO = "photo"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person or the bot."""

    user_id: int
    first_name: str
    language_code: str | None = None
    username: str | None = None
    is_bot: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A private chat (its id is the person's) or a group (its id is negative)."""

    chat_id: int
    kind: ChatKind
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A stretch of text with a meaning: bold, a link, a command."""

    kind: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """Text as people see it, with its formatting beside it."""

    text: str = ""
    entities: tuple[Entity, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """Bytes kept on the shelf under a Telegram-like id."""

    file_id: str
    unique_id: str
    name: str
    mime_type: str
    size_bytes: int
    path: Path

    def read(self) -> bytes:
        return self.path.read_bytes()


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoSize:
    """One of the sizes a photo is kept in."""

    file: StoredFile
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A photo in its sizes, smallest first, or one document."""

    kind: MediaKind
    sizes: tuple[PhotoSize, ...] = ()
    document: StoredFile | None = None

    @property
    def file(self) -> StoredFile:
        """The document, or the photo's largest size."""
        return self.document if self.document is not None else self.sizes[-1].file


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """An inline button: it sends data back or opens an address."""

    label: str
    data: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a message shows."""

    words: Words = Words()
    media: Media | None = None
    keyboard: tuple[tuple[Button, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What a message showed from one moment on."""

    content: Content
    at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message as it stands, with everything it has been before."""

    chat: Chat
    message_id: int
    sender: User
    sent_on: datetime
    revisions: tuple[Revision, ...]
    reply_to_id: int | None = None
    media_group_id: str | None = None
    asks_for_reply: str | None = None
    edited_on: datetime | None = None
    deleted_at_s: float | None = None
    #: Grows with every change anywhere in the sandbox, so that pages can ask for what is newer.
    version: int = field(default=0, compare=False)

    @property
    def content(self) -> Content:
        return self.revisions[-1].content

    @property
    def text(self) -> str:
        """What it says: the text, or the caption of a photo or file."""
        return self.content.words.text

    @property
    def first_line(self) -> str:
        return self.text.partition("\n")[0]

    @property
    def from_bot(self) -> bool:
        return self.sender.is_bot

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at_s is not None

    @property
    def photo(self) -> bytes | None:
        """The picture's bytes as Telegram keeps them (JPEG), or None."""
        media = self.content.media
        return media.file.read() if media and media.kind is MediaKind.PHOTO else None

    @property
    def document(self) -> bytes | None:
        """The file's bytes, untouched, or None."""
        media = self.content.media
        return media.file.read() if media and media.kind is MediaKind.DOCUMENT else None

    @property
    def file_name(self) -> str | None:
        media = self.content.media
        return media.document.name if media and media.document else None

    @property
    def buttons(self) -> tuple[Button, ...]:
        """All inline buttons, row by row."""
        return tuple(button for row in self.content.keyboard for button in row)

    @property
    def button_labels(self) -> list[str]:
        return [button.label for button in self.buttons]

    @property
    def sent_at_s(self) -> float:
        return self.revisions[0].at_s

    @property
    def changed_at_s(self) -> float:
        return self.revisions[-1].at_s

    @property
    def texts(self) -> list[str]:
        """Everything it has said, oldest first."""
        return [revision.content.words.text for revision in self.revisions]

    def button(self, wanted: str) -> Button:
        """The button with this label or data; a label's beginning or end will do if unique.

        Raises:
            NoSuchButton: none fits, or more than one.
        """
        exact = [b for b in self.buttons if wanted in (b.label, b.data)]
        loose = [b for b in self.buttons if wanted.casefold() in b.label.casefold()]
        for fitting in (exact, loose):
            if len(fitting) == 1:
                return fitting[0]
        raise NoSuchButton(wanted, self.button_labels)


@dataclass(frozen=True, slots=True, kw_only=True)
class BotCommand:
    """A line of the commands menu."""

    command: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatAction:
    """The bot said that it is busy: typing, sending a photo."""

    chat_id: int
    action: str
    at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Toast:
    """What a pressed button answered."""

    text: str
    is_alert: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiCall:
    """A call the bot made, for tests that count them."""

    method: str
    chat_id: str
    at_s: float
    status: int
    description: str = ""
