"""People with a phone: what a test or a demonstration does in the chat, and what it sees.

A Seat is one person in one chat; a Person is the seat in the private chat with the bot.
Nothing here sleeps: waiting hangs on the sandbox's condition and looks again at each change.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sandbox import deeds
from sandbox.deeds import Post
from sandbox.entities import to_html
from sandbox.errors import NeverHappened, bad_request
from sandbox.shapes import BotCommand, Button, ChatAction, Media, Message, Toast, User
from sandbox.state import ButtonPress, ChatRoom, World

#: How long people wait for the bot unless told otherwise.
PATIENCE_S = 10.0
Sees = Callable[[Message], bool]
Found = TypeVar("Found")


class Seat:
    """One person in one chat."""

    def __init__(self, world: World, user: User, room: ChatRoom) -> None:
        self._world = world
        self._room = room
        self.user = user

    @property
    def user_id(self) -> int:
        return self.user.user_id

    @property
    def chat_id(self) -> int:
        return self._room.chat.chat_id

    # -- what people do

    def sends_text(self, text: str, *, reply_to: Message | None = None) -> Message:
        """Type something, a command too."""
        return self._send(text, (), reply_to)[0]

    def sends_photo(
        self, content: bytes, *, caption: str = "", reply_to: Message | None = None
    ) -> Message:
        """Send a picture as a photo: the bot gets it re-encoded, in several sizes."""
        return self._send(caption, (self._world.shelf.keep_photo(content),), reply_to)[0]

    def sends_album(
        self, photos: Sequence[bytes], *, caption: str = "", reply_to: Message | None = None
    ) -> tuple[Message, ...]:
        """Send several photos at once; the caption goes with the first."""
        media = tuple(self._world.shelf.keep_photo(content) for content in photos)
        return self._send(caption, media, reply_to)

    def sends_file(
        self, name: str, content: bytes, *, caption: str = "", reply_to: Message | None = None
    ) -> Message:
        """Send something as a file: it stays byte for byte; the name tells the MIME type."""
        media = self._world.shelf.keep_document(content, name=name)
        return self._send(caption, (media,), reply_to)[0]

    def sends_files(
        self,
        files: Sequence[tuple[str, bytes]],
        *,
        caption: str = "",
        reply_to: Message | None = None,
    ) -> tuple[Message, ...]:
        """Send several files at once, as (name, bytes)."""
        media = tuple(self._world.shelf.keep_document(data, name=name) for name, data in files)
        return self._send(caption, media, reply_to)

    def replies_to(self, message: Message, answer: str | bytes, *, caption: str = "") -> Message:
        """Answer a message with text, or with a photo when given bytes."""
        if isinstance(answer, bytes):
            return self.sends_photo(answer, caption=caption, reply_to=message)
        return self.sends_text(answer, reply_to=message)

    def edits(self, message: Message, text: str) -> Message:
        """Change one's own message."""
        return deeds.edit(self._world, self._room, message, text)

    def presses(self, message: Message, button: str, *, timeout_s: float = PATIENCE_S) -> str:
        """Press a button, by its label or data, and wait for the bot's toast ("" if wordless).

        The button is looked up in the message as it stands now.

        Raises:
            NoSuchButton: the message does not have it.
            NeverHappened: the bot did not answer the press.
        """
        return self.sees_toast(self.taps(message, button), timeout_s=timeout_s).text

    def taps(self, message: Message, button: str) -> ButtonPress:
        """Press a button and do not wait."""
        current = self.look_at(message)
        return deeds.press(self._world, current, current.button(button), self.user)

    def taps_data(self, message: Message, data: str) -> ButtonPress:
        """Send callback data that no button carries, as a forged client could."""
        forged = Button(label="", data=data)
        return deeds.press(self._world, self.look_at(message), forged, self.user)

    def sees_toast(self, press: ButtonPress, *, timeout_s: float = PATIENCE_S) -> Toast:
        """Wait for the answer to a pressed button."""
        return self._await(lambda: press.toast, "an answer to the pressed button", timeout_s)

    # -- what people see

    def messages(self) -> tuple[Message, ...]:
        """The chat as it stands, oldest first, without what was deleted."""
        return tuple(m for m in self.everything() if not m.is_deleted)

    def everything(self) -> tuple[Message, ...]:
        """The chat with its deleted messages."""
        with self._world.bell.lock:
            return tuple(self._room.messages.values())

    def from_bot(self) -> tuple[Message, ...]:
        """What the bot has in the chat."""
        return tuple(m for m in self.messages() if m.from_bot)

    def after(self, message: Message) -> tuple[Message, ...]:
        """What the bot sent after a message, deleted ones not counted."""
        return tuple(m for m in self.from_bot() if m.message_id > message.message_id)

    def look_at(self, message: Message) -> Message:
        """A message as it stands now (or stood when it was deleted)."""
        with self._world.bell.lock:
            return self._room.messages[message.message_id]

    def html_of(self, message: Message) -> str:
        """What a message says, with its formatting as HTML."""
        return to_html(self.look_at(message).content.words)

    def menu(self) -> tuple[BotCommand, ...]:
        """The commands menu this person sees."""
        return self._world.menu_for(self.user)

    def actions(self) -> tuple[ChatAction, ...]:
        """Every "typing..." the bot has shown here."""
        with self._world.bell.lock:
            return tuple(self._room.actions)

    def first_sign_s(self, message: Message) -> float | None:
        """Seconds from a message to the bot's first visible reaction in the chat, if any."""
        with self._world.bell.lock:
            signs = [action.at_s for action in self._room.actions]
            for other in self._room.messages.values():
                if other.from_bot:
                    signs += [revision.at_s for revision in other.revisions]
        later = [at_s - message.sent_at_s for at_s in signs if at_s >= message.sent_at_s]
        return min(later, default=None)

    # -- waiting

    def waits_for(
        self,
        sees: Sees | str,
        *,
        timeout_s: float = PATIENCE_S,
        after: Message | None = None,
    ) -> Message:
        """Wait until a message of the bot fits, and give the newest that does.

        ``sees`` is a question about a message, or words it must contain.

        Raises:
            NeverHappened: none fitted in time; says what the chat looks like instead.
        """
        fits = (lambda m: sees in m.text) if isinstance(sees, str) else sees
        since = after.message_id if after else 0

        def ready() -> Message | None:
            shown = [m for m in self.from_bot() if m.message_id > since]
            return next((m for m in reversed(shown) if fits(m)), None)

        awaited = f"a message with {sees!r}" if isinstance(sees, str) else "the awaited message"
        return self._await(ready, awaited, timeout_s)

    def waits_until(
        self, sees: Callable[[tuple[Message, ...]], bool], *, timeout_s: float = PATIENCE_S
    ) -> tuple[Message, ...]:
        """Wait until the whole chat fits, and give it."""

        def ready() -> tuple[Message, ...] | None:
            shown = self.messages()
            return shown if sees(shown) else None

        return self._await(ready, "the awaited state of the chat", timeout_s)

    def transcript(self) -> str:
        """The chat in plain lines, for people who read a failed test."""
        return "\n".join(_line(m) for m in self.messages())

    def _send(
        self, text: str, media: tuple[Media, ...], reply_to: Message | None
    ) -> tuple[Message, ...]:
        post = Post(text, media, reply_to.message_id if reply_to else None)
        return deeds.send(self._world, self._room, self.user, post)

    def _await(self, ready: Callable[[], Found | None], awaited: str, timeout_s: float) -> Found:
        found = self._world.bell.wait(ready, timeout_s)
        if found is None:
            raise NeverHappened(awaited, timeout_s, self.transcript())
        return found


class Person(Seat):
    """Somebody with a phone, seated in the private chat with the bot."""

    def __init__(self, world: World, user: User) -> None:
        super().__init__(world, user, world.open_private_chat(user))

    def starts(self, payload: str = "") -> Message:
        """Press Start, or follow an invitation link with its payload."""
        return self.sends_text(f"/start {payload}".strip())

    def is_acquainted(self) -> "Person":
        """Have begun the chat some day before: the bot may write without being written to."""
        with self._world.bell.lock:
            self._room.is_open = True
        return self

    def blocks_the_bot(self) -> None:
        """From now on the bot gets 403 here."""
        with self._world.bell.lock:
            self._room.is_blocked = True

    def unblocks_the_bot(self) -> None:
        with self._world.bell.lock:
            self._room.is_blocked = False


@dataclass(frozen=True, slots=True)
class Group:
    """A group chat with the bot in it."""

    world: World
    room: ChatRoom

    @property
    def chat_id(self) -> int:
        return self.room.chat.chat_id

    def seat_of(self, person: Person) -> Seat:
        """A member's view of the group: all of a Seat's doings, in the group.

        Raises:
            ApiRefusal: the person is no member.
        """
        if person.user not in self.room.members:
            raise bad_request("PARTICIPANT_ID_INVALID")
        return Seat(self.world, person.user, self.room)

    def joins(self, person: Person) -> Seat:
        """Take another person in."""
        with self.world.bell.lock:
            self.room.members.append(person.user)
        return self.seat_of(person)


def _line(message: Message) -> str:
    media = message.content.media
    shown = f"[{message.file_name or 'photo'}] " if media else ""
    buttons = "".join(f" [{label}]" for label in message.button_labels)
    return f"#{message.message_id} {message.sender.first_name}: {shown}{message.text}{buttons}"
