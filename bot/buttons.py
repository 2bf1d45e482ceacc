"""Inline buttons: what they carry, and whether it may be believed.

Callback data is `verb:id:nonce` or `verb:id:nonce:argument`, at most 64 bytes. A sighting's buttons
carry the sighting's own nonce, and its row names its chat. Other buttons carry a keyed digest of
verb, id, argument and the chat they were sent to, so that data copied into another chat, or made
up, is refused.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

CALLBACK_BYTES = 64
#: What the database takes for an id; asking for more is an error there.
LARGEST_ID = 2**31 - 1
_NONCE_BYTES = 6
_FIELDS = 3

Keyboard = tuple[tuple[InlineKeyboardButton, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """What a pressed button said."""

    verb: str
    id: int
    nonce: str
    argument: str = ""


def packed(verb: str, id_: int, nonce: str, argument: str = "") -> str:
    """Callback data.

    Raises:
        ValueError: it would be longer than Telegram takes.
    """
    data = f"{verb}:{id_}:{nonce}" + (f":{argument}" if argument else "")
    if len(data.encode()) > CALLBACK_BYTES:
        raise ValueError(f"callback data over {CALLBACK_BYTES} bytes: {data}")
    return data


def unpacked(data: str) -> Pressed | None:
    """What callback data says; None when it was never made here."""
    verb, *rest = data.split(":", _FIELDS)
    if len(rest) < _FIELDS - 1 or not rest[0].isascii() or not rest[0].isdigit():
        return None
    if int(rest[0]) > LARGEST_ID:
        return None
    argument = rest[2] if len(rest) == _FIELDS else ""
    return Pressed(verb=verb, id=int(rest[0]), nonce=rest[1], argument=argument)


@dataclass(frozen=True, slots=True)
class Seal:
    """Makes and checks the nonces of buttons that no row has a nonce for."""

    secret: bytes

    def data(self, verb: str, id_: int, *, chat_id: int, argument: str = "") -> str:
        """Callback data good in one chat."""
        return packed(verb, id_, self._nonce(verb, id_, chat_id, argument), argument)

    def is_whole(self, pressed: Pressed, *, chat_id: int) -> bool:
        """Whether this was made here, for that chat."""
        expected = self._nonce(pressed.verb, pressed.id, chat_id, pressed.argument)
        return hmac.compare_digest(expected.encode(), pressed.nonce.encode())

    def _nonce(self, verb: str, id_: int, chat_id: int, argument: str) -> str:
        told = f"{verb}:{id_}:{chat_id}:{argument}".encode()
        digest = hmac.new(self.secret, told, hashlib.sha256).digest()
        return urlsafe_b64encode(digest[:_NONCE_BYTES]).decode()


def seal_of(token: str) -> Seal:
    """The seal of a bot: made from its token, so that all its processes share it."""
    return Seal(hashlib.sha256(f"buttons of {token}".encode()).digest())


def button(label: str, data: str) -> InlineKeyboardButton:
    """One button."""
    return InlineKeyboardButton(label, callback_data=data)


def markup(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    """A keyboard as Telegram takes it; None without any button."""
    rows = [row for row in keyboard if row]
    return InlineKeyboardMarkup(rows) if rows else None
