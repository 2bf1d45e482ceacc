"""What the sandbox refuses, and how it says so.

SandboxError
├── ApiRefusal            the bot asked for what Telegram would refuse; carries Telegram's words
│   └── bad_request(...)  the everyday one, code 400
├── ConnectionCut         an ordered trouble: the caller gets no answer at all
├── NeverHappened         a person waited for something that did not come; carries the chat
└── NoSuchButton          a person was told to press what is not there
"""

from collections.abc import Sequence

HTTP_BAD_REQUEST = 400
HTTP_UNAUTHORIZED = 401
HTTP_FORBIDDEN = 403
HTTP_NOT_FOUND = 404
HTTP_CONFLICT = 409
HTTP_TOO_LARGE = 413
HTTP_TOO_MANY = 429
HTTP_SERVER_ERROR = 500


class SandboxError(Exception):
    """Anything this room raises on purpose."""


class ApiRefusal(SandboxError):
    """A Bot API call was refused, in Telegram's words."""

    def __init__(self, code: int, description: str, retry_after_s: int | None = None) -> None:
        super().__init__(code, description, retry_after_s)
        self.code, self.description, self.retry_after_s = code, description, retry_after_s

    def __str__(self) -> str:
        return f"{self.code} {self.description}"


class ConnectionCut(SandboxError):
    """The connection ends without an answer."""

    def __str__(self) -> str:
        return "the connection was cut without an answer"


class NeverHappened(SandboxError):
    """A person waited for something that did not come."""

    def __init__(self, awaited: str, timeout_s: float, transcript: str) -> None:
        super().__init__(awaited, timeout_s, transcript)
        self.awaited, self.timeout_s, self.transcript = awaited, timeout_s, transcript

    def __str__(self) -> str:
        return f"{self.awaited} did not happen within {self.timeout_s:g} s; the chat:\n" + (
            self.transcript or "(empty)"
        )


class NoSuchButton(SandboxError):
    """A message has no button of that name or data."""

    def __init__(self, wanted: str, there: Sequence[str]) -> None:
        super().__init__(wanted, there)
        self.wanted, self.there = wanted, tuple(there)

    def __str__(self) -> str:
        return f"no button {self.wanted!r}; there are {', '.join(map(repr, self.there)) or 'none'}"


def bad_request(reason: str) -> ApiRefusal:
    """The refusal that Telegram words as "Bad Request: reason"."""
    return ApiRefusal(HTTP_BAD_REQUEST, f"Bad Request: {reason}")
