"""What anybody may send must be kept, whatever is in it."""

from datetime import UTC, datetime

import pytest
from telegram import Update as TelegramUpdate

from bot.inbox import body_of
from catalog.database import Database
from catalog.tables import Update
from catalog.updates import keep_updates
from tests.bot.counter import Counter

#: As typed: a backslash, a letter and digits; and characters that no database keeps.
TEXTS = {
    "\\u0000": "\\u0000",
    "\\\\u0000 \\": "\\\\u0000 \\",
    "a\0b": "ab",
    "half \ud83d of a face": "half \ufffd of a face",
    "other half \ude00": "other half \ufffd",
    "whole 😀": "whole 😀",
    "\u202eright to left\u2069": "\u202eright to left\u2069",
}


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_whatever_people_write_can_be_kept_and_reads_the_same(
    database: Database, text: str
) -> None:
    update = TelegramUpdate.de_json(
        {"update_id": 5, "poll_answer_of_tomorrow": {text: [text]}}, None
    )

    body = body_of(update)
    with database.transaction() as session:
        keep_updates(session, [body], now=datetime.now(UTC))

    with database.reading() as session:
        kept = session.get_one(Update, 5).body
    assert kept["poll_answer_of_tomorrow"] == {TEXTS[text]: [TEXTS[text]]}


def test_a_stranger_who_types_an_escaped_zero_does_not_stop_the_bot(counter: Counter) -> None:
    mallory, ana = counter.stranger(), counter.worker()

    mallory.waits_for("belongs to a print shop", after=mallory.sends_text("\\u0000"))
    mallory.sends_file("\\u0000.stl", b"solid", caption='"\\u0000"')
    asked = ana.sends_text("/help")

    assert "Send a photo" in ana.waits_for("", after=asked).text
