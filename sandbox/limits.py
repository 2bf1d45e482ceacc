"""Telegram's limits, and the troubles a test may order.

Knows numbers and clocks, no chats.
Numbers: https://core.telegram.org/bots/api and https://core.telegram.org/bots/faq
Lengths of text count UTF-16 units, the stricter reading of "characters".
"""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from enum import Enum

from sandbox.errors import HTTP_SERVER_ERROR, HTTP_TOO_MANY, ApiRefusal, ConnectionCut

MEBIBYTE = 1024 * 1024
#: Seconds of any clock that only goes forward.
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much Telegram takes; a test may make its own."""

    text_units: int = 4096
    caption_units: int = 1024
    callback_data_bytes: int = 64
    toast_units: int = 200
    album_items: int = 10
    #: Stated as "20 MB"; python-telegram-bot reads that as 20 million, the stricter way.
    download_bytes: int = 20_000_000
    upload_bytes: int = 50 * MEBIBYTE
    photo_bytes: int = 10 * MEBIBYTE
    #: Width and height of a photo together, and one divided by the other.
    photo_sides_px: int = 10_000
    photo_ratio: int = 20
    #: How long a pressed button may wait for its answer.
    query_lifetime_s: float = 15.0
    #: Messages and edits a chat takes: this many at once, then so many a second. Telegram speaks
    #: of one a second; the default is lenient so that a test meets 429 only when it asks to.
    chat_burst: int = 1000
    chat_per_s: float = 100.0


class TroubleKind(Enum):
    """What goes wrong with a call."""

    TOO_MANY_REQUESTS = "too many requests"
    SERVER_ERROR = "internal server error"
    #: The connection ends before the call did anything.
    CUT_BEFORE = "connection cut before the call took effect"
    #: The call took effect, its answer is lost: the trap for everything that retries.
    CUT_AFTER = "connection cut after the call took effect"


@dataclass(slots=True, kw_only=True)
class Trouble:
    """An order: the next calls of these methods fail like this."""

    kind: TroubleKind
    calls_left: int
    methods: frozenset[str]
    retry_after_s: int

    def hits(self, method: str) -> bool:
        if self.methods:
            return method.lower() in self.methods
        return method.lower() != "getupdates"


class Troubles:
    """The orders that stand. Guarded by the sandbox's one lock."""

    def __init__(self) -> None:
        self._standing: list[Trouble] = []

    def order(
        self, kind: TroubleKind, *, calls: int, methods: Collection[str], retry_after_s: int
    ) -> None:
        named = frozenset(name.lower() for name in methods)
        self._standing.append(
            Trouble(kind=kind, calls_left=calls, methods=named, retry_after_s=retry_after_s)
        )

    def clear(self) -> None:
        self._standing.clear()

    def strike(self, method: str) -> TroubleKind | None:
        """Use up one call of a standing order; CUT_AFTER is left to the caller to carry out.

        Raises:
            ApiRefusal: 429 or 500 was ordered.
            ConnectionCut: no answer at all was ordered.
        """
        trouble = next((t for t in self._standing if t.hits(method)), None)
        if trouble is None:
            return None
        trouble.calls_left -= 1
        if trouble.calls_left <= 0:
            self._standing.remove(trouble)
        match trouble.kind:
            case TroubleKind.TOO_MANY_REQUESTS:
                raise too_many_requests(trouble.retry_after_s)
            case TroubleKind.SERVER_ERROR:
                raise ApiRefusal(HTTP_SERVER_ERROR, "Internal Server Error")
            case TroubleKind.CUT_BEFORE:
                raise ConnectionCut
            case TroubleKind.CUT_AFTER:
                return trouble.kind


def too_many_requests(retry_after_s: int) -> ApiRefusal:
    """Telegram's 429."""
    return ApiRefusal(
        HTTP_TOO_MANY, f"Too Many Requests: retry after {retry_after_s}", retry_after_s
    )


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at_s: float


@dataclass(slots=True)
class ChatRates:
    """A token bucket per chat. Guarded by the sandbox's one lock."""

    burst: int
    per_s: float
    clock: Clock = time.monotonic
    _buckets: dict[int, _Bucket] = field(default_factory=dict)

    def take(self, chat_id: int) -> None:
        """Count one message into a chat.

        Raises:
            ApiRefusal: 429, with the whole seconds to wait.
        """
        now_s = self.clock()
        bucket = self._buckets.setdefault(chat_id, _Bucket(self.burst, now_s))
        refilled = bucket.tokens + (now_s - bucket.filled_at_s) * self.per_s
        bucket.tokens = min(float(self.burst), refilled)
        bucket.filled_at_s = now_s
        if bucket.tokens < 1:
            raise too_many_requests(max(1, round((1 - bucket.tokens) / self.per_s + 0.5)))
        bucket.tokens -= 1
