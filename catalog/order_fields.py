"""The fields of an order as people write them: names in two languages, quantities, dates.

Knows words only. Captions and order books share it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from catalog.unreadable import Trouble, Unreadable

QUANTITY_MAX = 100_000


class OrderField(Enum):
    """What can be said about an order; the value is the English column name."""

    CUSTOMER = "customer"
    ORDER = "order"
    QUANTITY = "quantity"
    DUE = "due"
    MATERIAL = "material"
    NOTE = "note"


#: How long a field may be; the tables have room for that much.
LENGTH_LIMITS: Mapping[OrderField, int] = {
    OrderField.CUSTOMER: 120,
    OrderField.ORDER: 60,
    OrderField.QUANTITY: 30,
    OrderField.DUE: 30,
    OrderField.MATERIAL: 120,
    OrderField.NOTE: 1000,
}

_WORDS: Mapping[OrderField, str] = {
    OrderField.CUSTOMER: "customer client cliente cust",
    OrderField.ORDER: "order order_no order_number pedido orden ref reference referencia",
    OrderField.QUANTITY: "quantity qty pcs pieces count cantidad cant uds unidades piezas",
    OrderField.DUE: "due due_date deadline date entrega fecha fecha_de_entrega plazo",
    OrderField.MATERIAL: "material filament filamento",
    OrderField.NOTE: "note notes remark comment nota notas comentario observaciones",
}
FIELD_WORDS: Mapping[str, OrderField] = {
    word: field for field, words in _WORDS.items() for word in words.split()
}

_QUANTITY = re.compile(
    r"[x\u00d7]?\s*(\d{1,7})\s*(?:[x\u00d7]|pcs?\.?|pieces?|copies|ud?s?\.?|unidades|piezas|copias)?",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_DAY_FIRST = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4}|\d{2})")
_NAMED_MONTH = re.compile(r"(\d{1,2})\.?\s*(?:de\s+)?([^\W\d_]{3,10})\.?,?\s*(?:de\s+)?(\d{4})")
_MONTHS = (
    ("jan", "ene"),
    ("feb",),
    ("mar",),
    ("apr", "abr"),
    ("may",),
    ("jun",),
    ("jul",),
    ("aug", "ago"),
    ("sep",),
    ("oct",),
    ("nov",),
    ("dec", "dic"),
)
_CENTURY = 2000
_MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDetails:
    """What somebody said about an order; None where they said nothing."""

    customer: str | None = None
    order: str | None = None
    quantity: int | None = None
    due: date | None = None
    material: str | None = None
    note: str | None = None


def field_named(word: str) -> OrderField | None:
    """The field that a person means by a word, if it is one."""
    return FIELD_WORDS.get("_".join(word.casefold().split()))


def details_from(texts: Mapping[OrderField, str]) -> OrderDetails:
    """Read the fields that are there.

    Raises:
        Unreadable: one is too long, or no quantity, or no date; the complaint names it.
    """
    given = {field: " ".join(text.split()) for field, text in texts.items() if text.strip()}
    for field, text in given.items():
        if len(text) > LENGTH_LIMITS[field]:
            limit = LENGTH_LIMITS[field]
            raise Unreadable(
                Trouble.ORDER_FIELD_TOO_LONG, field=field.value, length=len(text), limit=limit
            )
    quantity, due = given.get(OrderField.QUANTITY), given.get(OrderField.DUE)
    return OrderDetails(
        customer=given.get(OrderField.CUSTOMER),
        order=given.get(OrderField.ORDER),
        quantity=None if quantity is None else read_quantity(quantity),
        due=None if due is None else read_date(due),
        material=given.get(OrderField.MATERIAL),
        note=given.get(OrderField.NOTE),
    )


def read_quantity(text: str) -> int:
    """A whole number of pieces, with or without a word for pieces.

    Raises:
        Unreadable: none, nought, or too many.
    """
    match = _QUANTITY.fullmatch(text.strip())
    quantity = int(match[1]) if match else 0
    if not 1 <= quantity <= QUANTITY_MAX:
        raise Unreadable(Trouble.ORDER_QUANTITY_UNREADABLE, text=text, limit=QUANTITY_MAX)
    return quantity


def read_date(text: str) -> date:
    """A day: year first, or day first, or with the month's name in English or Spanish.

    A second number above 12 can only be a day: 12/24/2026 is read as the American way.

    Raises:
        Unreadable: no such day.
    """
    try:
        found = _date(text.strip())
    except ValueError:
        found = None
    if found is None or not _CENTURY <= found.year < _CENTURY + 100:
        raise Unreadable(Trouble.ORDER_DATE_UNREADABLE, text=text)
    return found


def _date(text: str) -> date | None:
    if match := _YEAR_FIRST.fullmatch(text):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := _DAY_FIRST.fullmatch(text):
        day, month, year = (int(number) for number in match.groups())
        if month > _MONTHS_OF_A_YEAR:
            day, month = month, day
        return date(year if year >= _CENTURY else _CENTURY + year % 100, month, day)
    if match := _NAMED_MONTH.fullmatch(text):
        named = _month(match[2])
        return date(int(match[3]), named, int(match[1])) if named else None
    return None


def _month(name: str) -> int | None:
    start = name.casefold()[:3]
    return next((n for n, words in enumerate(_MONTHS, start=1) if start in words), None)
