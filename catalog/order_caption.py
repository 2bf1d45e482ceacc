"""Read what an admin writes under a part: `customer: ACME; order: 1042; qty: 10; due: ...`.

Knows words only. Any order, any field missing, English or Spanish, fields parted by semicolons or
lines. A note may hold semicolons and colons of its own; elsewhere an unknown field is a slip of
the fingers and is said, because a customer written as "custmer" must not be lost.
"""

import re

from catalog.order_fields import OrderDetails, OrderField, details_from, field_named
from catalog.unreadable import Trouble, Unreadable

CAPTION_CHARACTERS = 4096

_PIECE_END = re.compile(r"[;\n\r\u2028]+")
_FIELD = re.compile(r"\s*([^\W\d][\w .]{0,30}?)\s*[:=\uff1a]\s*(.*)", re.DOTALL)
_SHOWN_CHARACTERS = 30


def parse_caption(caption: str) -> OrderDetails:
    """Read the fields of a caption; words that belong to no field are the note.

    Raises:
        Unreadable: too long, an unknown field, a field twice, no quantity, no date.
    """
    if len(caption) > CAPTION_CHARACTERS:
        raise Unreadable(Trouble.ORDER_TEXT_TOO_LONG, length=len(caption), limit=CAPTION_CHARACTERS)
    texts: dict[OrderField, str] = {}
    last: OrderField | None = None
    for piece in _PIECE_END.split(caption):
        last = _take(piece, last, texts)
    return details_from(texts)


def _take(piece: str, last: OrderField | None, texts: dict[OrderField, str]) -> OrderField | None:
    """Put one piece into its field; the field that was named last."""
    match = _FIELD.fullmatch(piece)
    field = field_named(match[1]) if match else None
    if match and field:
        if texts.get(field, "").strip() and field is not OrderField.NOTE:
            raise Unreadable(Trouble.ORDER_FIELD_TWICE, field=field.value)
        _append(match[2], field, texts)
        return field
    if match and last is not OrderField.NOTE:
        raise Unreadable(Trouble.ORDER_FIELD_UNKNOWN, text=match[1][:_SHOWN_CHARACTERS])
    _append(piece, OrderField.NOTE, texts)
    return last


def _append(text: str, field: OrderField, texts: dict[OrderField, str]) -> None:
    texts[field] = "; ".join(part for part in (texts.get(field, ""), text.strip()) if part)
