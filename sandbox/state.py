"""What the sandbox knows: people, chats, messages, pressed buttons, menus.

Knows nothing of HTTP or JSON. Every change happens under the bell's lock and rings it.
Messages are frozen; a change puts a newer one in the old one's place.
"""

import itertools
import secrets
import time
from collections import Counter, deque
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from sandbox.bell import Bell
from sandbox.errors import HTTP_FORBIDDEN, ApiRefusal, bad_request
from sandbox.files import FileShelf
from sandbox.limits import ChatRates, Clock, Limits, Troubles
from sandbox.shapes import (
    ApiCall,
    BotCommand,
    Chat,
    ChatAction,
    ChatKind,
    Content,
    Message,
    Revision,
    Toast,
    User,
)
from sandbox.updates import UpdateQueue

FIRST_UPDATE_ID = 700_000_001
FIRST_GROUP_ID = -1_001_000_000_001
#: A chat action shows for five seconds or until the next message, says the Bot API.
ACTION_LASTS_S = 5.0
#: A demonstration may run for days; the record of its calls may not grow for days.
CALLS_REMEMBERED = 100_000
PRESSES_REMEMBERED = 1000
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@dataclass(frozen=True, slots=True)
class Draft:
    """A message on its way into a chat."""

    content: Content
    reply_to_id: int | None = None
    media_group_id: str | None = None
    asks_for_reply: str | None = None


@dataclass(slots=True, kw_only=True)
class ButtonPress:
    """A pressed button that waits for its answer."""

    query_id: str
    pressed_at_s: float
    toast: Toast | None = None


@dataclass(slots=True, kw_only=True)
class ChatRoom:
    """A chat with what is in it."""

    chat: Chat
    members: list[User] = field(default_factory=list)
    messages: dict[int, Message] = field(default_factory=dict)
    actions: list[ChatAction] = field(default_factory=list)
    #: The bot may write here: the person has begun, or it is in the group.
    is_open: bool = False
    is_blocked: bool = False
    version: int = 0


@dataclass(frozen=True, slots=True)
class MenuKey:
    """Whom a commands menu is for; None is everybody or any language."""

    scope: str
    chat_id: int | None = None
    user_id: int | None = None
    language_code: str = ""


class World:
    """Everything the sandbox knows, behind one lock."""

    def __init__(  # noqa: PLR0913 - what a sandbox is made of, all by name
        self,
        *,
        bot: User,
        token: str,
        shelf: FileShelf,
        limits: Limits,
        clock: Clock,
        first_id: int = 1,
    ) -> None:
        self.bot = bot
        self.token = token
        self.shelf = shelf
        self.limits = limits
        self.clock = clock
        self.bell = Bell()
        self.updates = UpdateQueue(self.bell, first_id=FIRST_UPDATE_ID + first_id)
        self.troubles = Troubles()
        self.rates = ChatRates(limits.chat_burst, limits.chat_per_s, clock)
        self.rooms: dict[int, ChatRoom] = {}
        self.menus: dict[MenuKey, tuple[BotCommand, ...]] = {}
        self.calls: deque[ApiCall] = deque(maxlen=CALLS_REMEMBERED)
        self.presses: dict[str, ButtonPress] = {}
        #: Methods whose calls wait until they are let go, and how many wait.
        self.held: Counter[str] = Counter()
        self.waiting_calls: Counter[str] = Counter()
        self.privacy_mode = True
        self.local_mode = False
        self._message_ids = itertools.count(first_id)
        self._group_ids = itertools.count(FIRST_GROUP_ID, -1)
        #: Later sandboxes count on from later, so that a page left open asks for nothing too new.
        self._versions = itertools.count(time.time_ns() // 1_000_000)

    def open_private_chat(self, person: User) -> ChatRoom:
        """The chat between a person and the bot, made when it is new."""
        with self.bell.lock:
            room = self.rooms.get(person.user_id)
            if room is None:
                chat = Chat(chat_id=person.user_id, kind=ChatKind.PRIVATE, title=person.first_name)
                room = self.rooms[person.user_id] = ChatRoom(chat=chat)
            room.members = [person]
            return room

    def open_group(self, title: str, members: list[User]) -> ChatRoom:
        """A new group with the bot in it."""
        with self.bell.lock:
            chat = Chat(chat_id=next(self._group_ids), kind=ChatKind.GROUP, title=title)
            room = ChatRoom(chat=chat, members=list(members), is_open=True)
            self.rooms[chat.chat_id] = room
            return room

    def people(self) -> list[User]:
        """Everybody who has a private chat, in the order they came."""
        with self.bell.lock:
            rooms = [r for r in self.rooms.values() if r.chat.kind is ChatKind.PRIVATE]
            return [room.members[0] for room in rooms]

    def room_for_bot(self, chat_id: int) -> ChatRoom:
        """A chat the bot may write to.

        Raises:
            ApiRefusal: no such chat, nobody began it, or the person blocked the bot.
        """
        with self.bell.lock:
            room = self.rooms.get(chat_id)
            if room is None or not room.is_open:
                raise bad_request("chat not found")
            if room.is_blocked:
                raise ApiRefusal(HTTP_FORBIDDEN, "Forbidden: bot was blocked by the user")
            return room

    def standing(self, chat_id: int, message_id: int) -> Message | None:
        """A message as it stands now; None when it never was or was deleted."""
        with self.bell.lock:
            room = self.rooms.get(chat_id)
            message = room.messages.get(message_id) if room else None
            return None if message is None or message.is_deleted else message

    def add(self, room: ChatRoom, sender: User, draft: Draft) -> Message:
        """Put a new message into a chat."""
        with self.bell.lock:
            message = Message(
                chat=room.chat,
                message_id=next(self._message_ids),
                sender=sender,
                sent_on=datetime.now(UTC),
                revisions=(Revision(content=draft.content, at_s=time.monotonic()),),
                reply_to_id=draft.reply_to_id,
                media_group_id=draft.media_group_id,
                asks_for_reply=draft.asks_for_reply,
            )
            if not sender.is_bot:
                room.is_open = True
            return self._put(room, message)

    def change(self, message: Message, content: Content) -> Message:
        """Let a message show something else from now on."""
        with self.bell.lock:
            revision = Revision(content=content, at_s=time.monotonic())
            changed = replace(
                message,
                revisions=(*message.revisions, revision),
                edited_on=datetime.now(UTC),
            )
            return self._put(self.rooms[message.chat.chat_id], changed)

    def delete(self, message: Message) -> None:
        """Take a message out of the chat; its record stays."""
        with self.bell.lock:
            gone = replace(message, deleted_at_s=time.monotonic())
            self._put(self.rooms[message.chat.chat_id], gone)

    def act(self, room: ChatRoom, action: str) -> None:
        """Show that the bot is busy."""
        with self.bell.lock:
            room.actions.append(
                ChatAction(chat_id=room.chat.chat_id, action=action, at_s=time.monotonic())
            )
            room.version = next(self._versions)
            self.bell.ring()

    def action_shown(self, room: ChatRoom) -> str | None:
        """What the bot seems to be doing in a chat right now."""
        with self.bell.lock:
            if not room.actions:
                return None
            last = room.actions[-1]
            by_bot = [m.sent_at_s for m in room.messages.values() if m.from_bot]
            over = bool(by_bot) and by_bot[-1] >= last.at_s
            is_fresh = time.monotonic() - last.at_s < ACTION_LASTS_S
            return last.action if is_fresh and not over else None

    def press(self) -> ButtonPress:
        """Open a question that the bot has to answer."""
        with self.bell.lock:
            query_id = str(secrets.randbits(62))
            press = ButtonPress(query_id=query_id, pressed_at_s=self.clock())
            self.presses[query_id] = press
            if len(self.presses) > PRESSES_REMEMBERED:
                del self.presses[next(iter(self.presses))]
            return press

    def answer_press(self, query_id: str, toast: Toast) -> None:
        """Answer a pressed button.

        Raises:
            ApiRefusal: no such question, answered already, or asked too long ago.
        """
        with self.bell.lock:
            press = self.presses.get(query_id)
            if press is None or press.toast is not None:
                raise bad_request(_TOO_OLD)
            if self.clock() - press.pressed_at_s > self.limits.query_lifetime_s:
                raise bad_request(_TOO_OLD)
            press.toast = toast
            self.bell.ring()

    def menu_for(self, person: User) -> tuple[BotCommand, ...]:
        """The commands a person sees in the private chat with the bot.

        Order: https://core.telegram.org/bots/api#determining-list-of-commands
        """
        language = person.language_code or ""
        scopes = (("chat", person.user_id), ("all_private_chats", None), ("default", None))
        with self.bell.lock:
            for scope, chat_id in scopes:
                for code in (language, ""):
                    key = MenuKey(scope, chat_id=chat_id, language_code=code)
                    if self.menus.get(key):
                        return self.menus[key]
        return ()

    def menus_changed(self) -> None:
        """Tell every private chat that its menu may be another."""
        with self.bell.lock:
            for room in self.rooms.values():
                room.version = next(self._versions)
            self.bell.ring()

    def record(self, call: ApiCall) -> None:
        with self.bell.lock:
            self.calls.append(call)
            self.bell.ring()

    def _put(self, room: ChatRoom, message: Message) -> Message:
        room.version = next(self._versions)
        stored = replace(message, version=room.version)
        room.messages[message.message_id] = stored
        self.bell.ring()
        return stored
