"""Walk the catalogues against each other, against the code, and against every enum people see."""

import ast
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from fluent.syntax import FluentParser
from fluent.syntax.ast import Message, VariableReference
from fluent.syntax.visitor import Visitor

from bot.messages import (
    LANGUAGES,
    Due,
    Html,
    Messages,
    Seconds,
    SentenceUnknown,
    Share,
    SizeMm,
    clipped,
)
from bot.messages.wording import Nearness
from bot.table import ANSWERS, COMMANDS, SIGHTING_PRESSES
from catalog.meshes import FindingKind
from catalog.order_fields import OrderField
from catalog.tables import JobKind, Queue, Role
from catalog.unreadable import Trouble, facts_of
from vision import Reason
from workers.stages import Stage
from workers.work import GivenUp

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 12, 18, 23, 30, tzinfo=UTC)

#: Sentences whose name is put together: what stands before, and each thing people see.
FAMILIES: Mapping[str, set[str]] = {
    "trouble-": {each.value for each in Trouble} | {"unknown", "of-somebody"},
    "reason-": {each.value for each in Reason},
    "finding-": {each.value for each in FindingKind},
    "field-": {each.value for each in OrderField},
    "command-": set(COMMANDS),
    "answer-hint-": set(ANSWERS),
    "given-up-": {each.value for each in GivenUp} | {"unknown", "photo", "file"},
    "job-": {each.value for each in JobKind},
    "queue-": {each.value for each in Queue},
    "role-": {each.value for each in Role},
    "due-": {each.value for each in Nearness},
    "stage-": {each.value.replace("_", "-") for each in Stage},
}
BUTTONS = {
    *SIGHTING_PRESSES,
    "every-on",
    "every-off",
    "rename",
    "reorder",
    "retire",
    "reindex",
    "part-stl",
} - {"pick"}
DAY_WORDS = {"day-today", "day-tomorrow", "day-yesterday"}


class _Variables(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: VariableReference) -> None:  # noqa: N802
        self.names.add(node.id.name)


@cache
def _catalogue(language: str) -> dict[str, Message]:
    text = (ROOT / "bot" / "messages" / f"{language}.ftl").read_text()
    resource = FluentParser().parse(text)
    junk = [entry for entry in resource.body if type(entry).__name__ == "Junk"]
    assert junk == []
    messages = [entry for entry in resource.body if isinstance(entry, Message)]
    assert len({entry.id.name for entry in messages}) == len(messages)
    return {entry.id.name: entry for entry in messages}


def _facts(message: Message) -> set[str]:
    found = _Variables()
    found.visit(message)
    return found.names


def _words_in_code() -> set[str]:
    """Every string constant of the conversation that could be a sentence's name."""
    words: set[str] = set()
    for path in (ROOT / "bot").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.add(node.value)
    return words


def _said_in_code() -> Iterator[str]:
    """The names that are handed to say and plain as they stand."""
    for path in (ROOT / "bot").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if node.func.attr in {"say", "plain"} and isinstance(node.args[0], ast.Constant):
                yield node.args[0].value


def _family_members() -> set[str]:
    members = {f"{before}{each}" for before, all_of in FAMILIES.items() for each in all_of}
    return members | {f"button-{verb}" for verb in BUTTONS} | DAY_WORDS


@pytest.fixture
def messages() -> Messages:
    return Messages(clock=lambda: NOW, zone=ZoneInfo("Europe/Madrid"))  # 00:30 on the 19th there


def test_every_language_has_the_same_sentences_with_the_same_facts() -> None:
    english = {name: _facts(message) for name, message in _catalogue("en").items()}

    for language in LANGUAGES:
        assert {name: _facts(each) for name, each in _catalogue(language).items()} == english


def test_every_sentence_that_is_said_is_written() -> None:
    written = set(_catalogue("en"))

    assert {name for name in _said_in_code() if name not in written} == set()
    assert _family_members() - written == set()


def test_every_sentence_that_is_written_is_said() -> None:
    used = _words_in_code() | _family_members()

    assert set(_catalogue("en")) - used == set()


@pytest.mark.parametrize("trouble", Trouble)
def test_a_complaint_names_no_fact_that_its_trouble_does_not_carry(trouble: Trouble) -> None:
    assert _facts(_catalogue("en")[f"trouble-{trouble.value}"]) == facts_of(trouble)


def test_toasts_labels_and_menus_carry_no_markup() -> None:
    plain = ("toast-", "button-", "command-", "label-")
    for language in LANGUAGES:
        text = (ROOT / "bot" / "messages" / f"{language}.ftl").read_text()
        marked = re.findall(r"^([\w-]+) = .*<", text, re.MULTILINE)
        assert [name for name in marked if name.startswith(plain)] == []


def test_commands_and_toasts_fit_what_telegram_takes(messages: Messages) -> None:
    for language in LANGUAGES:
        for name in COMMANDS:
            assert 3 <= len(messages.plain(f"command-{name}", language)) <= 256
        for reason in ("stranger-toast",):
            assert len(messages.plain(reason, language, number="12345678901")) <= 200


def test_free_text_is_escaped_in_html_and_left_alone_in_labels(messages: Messages) -> None:
    name = '<b>O"Neil & Co</b>'

    assert messages.say("toast-whose", "en", customer=name) == (
        'Noted: &lt;b&gt;O"Neil &amp; Co&lt;/b&gt;.'
    )
    assert messages.plain("toast-whose", "en", customer=name) == f"Noted: {name}."


def test_what_is_html_already_is_not_escaped_twice(messages: Messages) -> None:
    inner = messages.say("list-part", "en", part="a<b")

    assert messages.say("last-line", "en", when=NOW, what=inner) == "00:30: <b>a&lt;b</b>"
    assert isinstance(inner, Html)


def test_a_name_in_braces_is_no_placeholder(messages: Messages) -> None:
    assert messages.plain("toast-whose", "en", customer="{ $number }") == "Noted: { $number }."


def test_right_to_left_names_cannot_turn_the_sentence(messages: Messages) -> None:
    said = messages.plain("toast-whose", "en", customer="شركة")

    assert said == "Noted: \u2068شركة\u2069."
    assert messages.plain("toast-whose", "en", customer="ACME") == "Noted: ACME."


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("abc\u202egnp.exe", "abcgnp.exe"),
        ("x\u2069\u202ey\u2066", "xy"),
        ("\u2069شركة\u202e", "\u2068شركة\u2069"),
        ("left \u200e and right \u200f", "\u2068left \u200e and right \u200f\u2069"),
    ],
)
def test_no_name_turns_the_sentence_around_it(messages: Messages, name: str, shown: str) -> None:
    assert messages.plain("toast-whose", "en", customer=name) == f"Noted: {shown}."
    assert messages.say("claimed-already", "en", customer=name, parts=0).count("\u202e") == 0


@pytest.mark.parametrize(
    ("share", "english", "spanish"),
    [
        (0.0, "0\u00a0%", "0\u00a0%"),
        (0.004, "1\u00a0%", "1\u00a0%"),
        (0.27, "27\u00a0%", "27\u00a0%"),
        (0.99, "99\u00a0%", "99\u00a0%"),
        (0.996, "over 99\u00a0%", "más del 99\u00a0%"),
        (1.0, "over 99\u00a0%", "más del 99\u00a0%"),
    ],
)
def test_shares_are_whole_per_cent_and_never_a_hundred(
    messages: Messages, share: float, english: str, spanish: str
) -> None:
    assert messages.plain("share", "en", share=Share(share)) == english
    assert messages.plain("share", "es", share=Share(share)) == spanish


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_ends_between_a_number_and_its_per_cent(language: str) -> None:
    sentences = (ROOT / "bot" / "messages" / f"{language}.ftl").read_text("utf-8")

    assert re.findall(r"[0-9}] %", sentences) == []


@pytest.mark.parametrize(
    ("days", "english", "spanish"),
    [
        (0, "due today", "para hoy"),
        (1, "due tomorrow", "para mañana"),
        (-1, "due yesterday", "venció ayer"),
        (5, "due Thu 24 Dec", "para el jue, 24 dic"),
        (7, "due 26 Dec", "para el 26 dic"),
        (20, "due 8 Jan 2027", "para el 8 ene 2027"),
        (-9, "overdue since 10 Dec", "vencido desde el 10 dic"),
    ],
)
def test_due_days_are_said_as_people_say_them(
    messages: Messages, days: int, english: str, spanish: str
) -> None:
    due = Due(date(2026, 12, 19) + timedelta(days=days))

    assert messages.plain("line-due", "en", due=due) == english
    assert messages.plain("line-due", "es", due=due) == spanish


def test_an_american_phone_gets_american_days_and_numbers(messages: Messages) -> None:
    due = Due(date(2026, 12, 24))

    assert messages.plain("line-due", "en-US", due=due) == "due Thu, Dec 24"
    assert messages.plain("part-triangles", "en-US", triangles=38204) == "38,204 triangles"
    assert messages.plain("part-triangles", "es", triangles=38204) == "38.204 triángulos"


def test_moments_are_told_in_the_shops_time(messages: Messages) -> None:
    yesterday = NOW - timedelta(hours=3)

    assert messages.plain("last-line", "en", when=NOW, what="x") == "00:30: x"
    assert messages.plain("last-line", "en", when=yesterday, what="x") == "yesterday, 21:30: x"


def test_sizes_and_seconds_are_short(messages: Messages) -> None:
    size = SizeMm(1042.4, 30.06, 1.25)

    assert messages.plain("line-size", "en", size=size) == "1,042 × 30 × 1.2 mm"  # noqa: RUF001
    assert messages.plain("line-size", "es", size=size) == "1.042 × 30 × 1,2 mm"  # noqa: RUF001
    assert messages.plain("part-searchable", "en", part="x", elapsed=Seconds(4.13)) == (
        "<b>x</b> is searchable (4.1 s)"
    )


def test_plurals_are_right_in_both_languages(messages: Messages) -> None:
    assert messages.plain("photos-before", "en", photos=1) == "One photo before yours."
    assert messages.plain("photos-before", "es", photos=3) == "Hay 3 fotos antes que la tuya."
    assert messages.plain("stage-rendering", "en", done=0, total=0) == "Rendering…"
    assert messages.plain("stage-rendering", "en", done=88, total=162) == "Rendering 88 of 162…"


def test_an_unknown_language_gets_english(messages: Messages) -> None:
    assert messages.plain("looking", "xx") == "Looking at it…"
    assert messages.plain("looking", "es-MX") == "La estoy mirando…"


def test_a_missing_fact_is_a_slip_that_shows(messages: Messages) -> None:
    with pytest.raises(SentenceUnknown):
        messages.say("toast-whose", "en")
    with pytest.raises(SentenceUnknown):
        messages.say("no-such-sentence", "en")


def test_long_text_is_clipped_by_telegrams_count() -> None:
    assert clipped("a\n b", 10) == "a b"
    assert clipped("🖨" * 6, 6) == "🖨🖨…"
    assert clipped("abcdef", 6) == "abcdef"
