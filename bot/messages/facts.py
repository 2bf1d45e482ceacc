"""What a sentence may be told: names, numbers, shares, days, sizes.

Knows no language: how a fact reads is decided in wording.py, in the person's language.
"""

from dataclasses import dataclass
from datetime import date, datetime


class Html(str):
    """Text that is markup already, because `say` made it; anything else is escaped."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Share:
    """A probability, 0 to 1; read as whole per cent, never as 100."""

    value: float


@dataclass(frozen=True, slots=True)
class Due:
    """The day by which something is due; overdue is said."""

    day: date


@dataclass(frozen=True, slots=True)
class SizeMm:
    """The box a part fits in, longest side first."""

    length: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Seconds:
    """How long something took or will take."""

    value: float


Fact = str | Html | int | float | date | datetime | Share | Due | SizeMm | Seconds
