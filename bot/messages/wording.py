"""How numbers, days and sizes read in a language.

Knows no sentence. Days are the shop's days: an instant is moved to the shop's time zone first.
Free text is escaped here and nowhere else. It is isolated (U+2068, U+2069) only where it holds
right-to-left letters: isolating everything would put invisible characters into what people copy.
Marks that turn text by force are taken out: they could end the isolation and turn what follows.
"""

import html
import re
import unicodedata
from datetime import date, datetime, timedelta, tzinfo
from enum import Enum
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton
from babel.numbers import format_decimal

from bot.messages.facts import Html, SizeMm

FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
MULTIPLIED = "\u00d7"
RIGHT_TO_LEFT = {"R", "AL"}
#: Embeddings, overrides and isolates, by Unicode's bidirectional classes.
TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
#: Sides below this are told with a decimal.
SMALL_MM = 10.0
ELLIPSIS = "…"
TAG = re.compile(r"<[^<>]*>")
WEEK = timedelta(days=7)
ONE_DAY = timedelta(days=1)


class Nearness(Enum):
    """How a day lies to today."""

    OVERDUE = "overdue"
    YESTERDAY = "yesterday"
    TODAY = "today"
    TOMORROW = "tomorrow"
    LATER = "later"


@cache
def locale_of(tag: str, fallback: str) -> Locale:
    """The locale a Telegram language tag names, or the fallback."""
    try:
        return Locale.parse(tag.replace("_", "-"), sep="-")
    except (ValueError, UnknownLocaleError):
        return Locale.parse(fallback)


def escaped(text: str) -> str:
    """Free text made harmless for Telegram's HTML and for the sentence around it."""
    return html.escape(isolated(text), quote=False)


def isolated(text: str) -> str:
    """Free text that cannot turn the sentence around it."""
    text = without_turns(text)
    if not any(unicodedata.bidirectional(letter) in RIGHT_TO_LEFT for letter in text):
        return text
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"


def without_turns(text: str) -> str:
    """The same letters in the order in which they are spelt."""
    return "".join(each for each in text if unicodedata.bidirectional(each) not in TURNING)


def whole_percent(share: float) -> int:
    """A share as whole per cent; 99 is the most that may be said, 1 the least but nothing."""
    if share <= 0:
        return 0
    return max(1, min(99, round(share * 100)))


def is_over_99(share: float) -> bool:
    """Whether rounding would promise certainty."""
    return share * 100 > 99  # noqa: PLR2004  # the name says it


def size(mm: SizeMm, locale: Locale) -> str:
    """Three sides and the unit."""
    sides = (mm.length, mm.width, mm.height)
    return f" {MULTIPLIED} ".join(_side(each, locale) for each in sides) + " mm"


def _side(length_mm: float, locale: Locale) -> str:
    form = "#,##0.#" if length_mm < SMALL_MM else "#,##0"
    return format_decimal(length_mm, format=form, locale=locale)


def duration_s(seconds: float, locale: Locale) -> str:
    """A number of seconds: one decimal while it is short."""
    return format_decimal(seconds, format="0.#" if seconds < SMALL_MM else "#,##0", locale=locale)


def nearness(day: date, today: date) -> Nearness:
    """Where a day lies, seen from today."""
    match (day - today).days:
        case 0:
            return Nearness.TODAY
        case 1:
            return Nearness.TOMORROW
        case -1:
            return Nearness.YESTERDAY
        case days:
            return Nearness.LATER if days > 0 else Nearness.OVERDUE


def day_text(day: date, today: date, locale: Locale) -> str:
    """Weekday within the next week, else day and month, the year only if it is another."""
    if ONE_DAY <= day - today < WEEK:
        return str(format_skeleton("MMMEd", day, locale=locale))
    skeleton = "MMMd" if day.year == today.year else "yMMMd"
    return str(format_skeleton(skeleton, day, locale=locale))


def clock_text(moment: datetime, zone: tzinfo) -> str:
    """Hours and minutes in the shop's time zone."""
    return moment.astimezone(zone).strftime("%H:%M")


def clipped(text: str, units: int) -> str:
    """Text of at most so many UTF-16 units (as Telegram counts), with an ellipsis when cut."""
    one_line = " ".join(text.split())
    if utf16_length(one_line) <= units:
        return one_line
    kept = one_line.encode("utf-16-le")[: 2 * (units - 1)].decode("utf-16-le", "ignore")
    return kept.rstrip() + ELLIPSIS


def fitted(text: Html, units: int) -> Html:
    """Markup that shows at most so many UTF-16 units: lines that have no room are left out.

    Each line is whole markup by itself, so a message may end after any of them.
    """
    lines = text.split("\n")
    while len(lines) > 1 and utf16_length(shown("\n".join(lines))) > units:
        lines = [*lines[: -2 if lines[-1] == ELLIPSIS else -1], ELLIPSIS]
    return Html("\n".join(lines))


def shown(text: str) -> str:
    """What people see of markup, as Telegram counts it."""
    return html.unescape(TAG.sub("", text))


def utf16_length(text: str) -> int:
    """How long Telegram takes a text to be."""
    return len(text.encode("utf-16-le")) // 2
