"""The line of updates that waits for the bot.

Knows update numbers, no chats: a payload is JSON that somebody else wrote.
An update stays until the bot asks for a later one; asked for again, it is handed out again.
Rules: https://core.telegram.org/bots/api#getupdates
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.bell import Bell
from sandbox.errors import HTTP_CONFLICT, ApiRefusal

MOST_AT_ONCE = 100
#: What a bot gets that never said what it wants.
KINDS_BY_DEFAULT = frozenset({"message", "edited_message", "callback_query", "my_chat_member"})
_CONFLICT = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)


@dataclass(frozen=True, slots=True)
class Update:
    """One thing that happened, as the bot reads it."""

    update_id: int
    kind: str
    payload: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {"update_id": self.update_id, self.kind: self.payload}


class UpdateQueue:
    """Updates in order, handed out until they are confirmed."""

    def __init__(self, bell: Bell, *, first_id: int) -> None:
        self._bell = bell
        self._next_id = first_id
        self._waiting: list[Update] = []
        self._allowed = KINDS_BY_DEFAULT
        self._turn = 0
        self._polls = 0

    def add(self, kind: str, payload: dict[str, Any]) -> int | None:
        """Put an update in line; None when the bot said it does not want this kind."""
        with self._bell.lock:
            if kind not in self._allowed:
                return None
            update = Update(self._next_id, kind, payload)
            self._next_id += 1
            self._waiting.append(update)
            self._bell.ring()
            return update.update_id

    def waiting(self) -> tuple[Update, ...]:
        """What the bot has not confirmed yet."""
        with self._bell.lock:
            return tuple(self._waiting)

    def drop_all(self) -> None:
        """Forget everything in line, as deleteWebhook with drop_pending_updates does."""
        with self._bell.lock:
            self._waiting.clear()
            self._bell.ring()

    def allow_only(self, kinds: Sequence[str]) -> None:
        """Remember which kinds the bot wants from now on; none named means the usual ones."""
        with self._bell.lock:
            self._allowed = frozenset(kinds) or KINDS_BY_DEFAULT

    async def poll(self, *, offset: int, limit: int, timeout_s: float) -> list[Update]:
        """Confirm what lies before ``offset`` and wait for what comes from there on.

        Raises:
            ApiRefusal: another poll began meanwhile; one bot has one poll.
        """
        with self._bell.lock:
            self._turn += 1
            mine = self._turn
            self._confirm(offset)
            self._polls += 1
            self._bell.ring()

        def ready() -> list[Update] | None:
            if self._turn != mine:
                raise ApiRefusal(HTTP_CONFLICT, _CONFLICT)
            return self._waiting[:limit] or None

        try:
            return await self._bell.listen(ready, timeout_s) or []
        finally:
            with self._bell.lock:
                self._polls -= 1

    def is_polled(self) -> bool:
        """Whether a poll waits right now."""
        with self._bell.lock:
            return self._polls > 0

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self._waiting = self._waiting[offset:]
        else:
            self._waiting = [u for u in self._waiting if u.update_id >= offset]
