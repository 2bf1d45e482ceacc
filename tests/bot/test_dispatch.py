"""Updates are handled in order, once, and trouble costs patience, not photos."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.dispatch import lane_of
from catalog.tables import Job, Sighting, Update
from catalog.updates import ATTEMPTS_MAX, begin_attempt, keep_updates
from sandbox import TroubleKind
from tests.bot.counter import Counter, photo


def _sightings(counter: Counter) -> int:
    with counter.database.reading() as session:
        return len(session.scalars(select(Sighting.id)).all())


def test_photos_sent_while_the_bot_was_away_are_answered_once_it_is_back(
    closed_counter: Counter,
) -> None:
    counter = closed_counter
    ana = counter.worker()
    photos = [ana.sends_photo(photo(shade)) for shade in range(5)]

    counter.opens()
    ana.waits_until(lambda shown: sum(m.from_bot for m in shown) == 5)
    counter.closes()
    counter.opens()
    last = ana.sends_text("/help")
    ana.waits_for("/whois", after=last)

    assert _sightings(counter) == 5
    assert [m.reply_to_id for m in ana.from_bot()] == [p.message_id for p in photos] + [None]


def test_updates_an_earlier_process_kept_are_handled_by_the_next(closed_counter: Counter) -> None:
    counter = closed_counter
    ana = counter.worker()
    body = {
        "update_id": 1,
        "message": {
            "message_id": 1,
            "date": 1,
            "chat": {"id": ana.chat_id, "type": "private", "first_name": "Ana"},
            "from": {"id": ana.user_id, "is_bot": False, "first_name": "Ana"},
            "text": "hello",
        },
    }
    with counter.database.transaction() as session:
        keep_updates(session, [body], now=counter.clock())

    counter.opens()

    assert "Send me a photo" in ana.waits_for("").text


def test_a_download_that_fails_is_tried_again_without_a_second_status(counter: Counter) -> None:
    ana = counter.worker()
    counter.sandbox.orders_trouble(TroubleKind.SERVER_ERROR, methods=["getFile"], calls=2)

    sent = ana.sends_photo(photo())
    counter.handles(sent)

    assert _sightings(counter) == 1
    assert [message.text for message in ana.after(sent)] == ["Looking at it…"]


def test_a_short_429_is_waited_out(counter: Counter) -> None:
    ana = counter.worker()
    counter.sandbox.orders_trouble(
        TroubleKind.TOO_MANY_REQUESTS, methods=["sendMessage"], calls=1, retry_after_s=1
    )

    sent = ana.sends_text("/help")

    assert "/whois" in ana.waits_for("", after=sent).text


def test_an_update_that_killed_the_bot_three_times_is_given_up_with_a_sentence(
    closed_counter: Counter,
) -> None:
    counter = closed_counter
    ana = counter.worker()
    body = {
        "update_id": 1,
        "message": {
            "message_id": 99,
            "date": 1,
            "chat": {"id": ana.chat_id, "type": "private", "first_name": "Ana"},
            "from": {"id": ana.user_id, "is_bot": False, "first_name": "Ana"},
            "photo": [
                {"file_id": "gone", "file_unique_id": "g", "width": 9, "height": 9},
            ],
        },
    }
    with counter.database.transaction() as session:
        keep_updates(session, [body], now=counter.clock())
        for _ in range(ATTEMPTS_MAX):
            begin_attempt(session, 1)

    counter.opens()
    told = ana.waits_for("gave up")
    neighbour = ana.sends_text("/help")

    assert told.text.startswith("Something went wrong here and I gave up after three tries.")
    assert "/whois" in ana.waits_for("", after=neighbour).text
    with counter.database.reading() as session:
        row = session.get_one(Update, 1)
        assert row.handled_at is not None
        assert row.failure == "given up after 3 attempts"


def test_a_file_telegram_does_not_know_any_more_is_given_up_and_its_neighbours_are_not(
    counter: Counter,
) -> None:
    ana = counter.worker()
    counter.sandbox.orders_trouble(TroubleKind.CUT_AFTER, methods=["sendChatAction"], calls=1)

    sent = ana.sends_photo(photo())
    counter.handles(sent)
    neighbour = ana.sends_photo(photo(1))
    counter.handles(neighbour)

    assert _sightings(counter) == 2


def test_chats_do_not_wait_for_each_other(counter: Counter) -> None:
    ana, ben = counter.worker(), counter.worker("Ben", user_id=12)
    counter.sandbox.orders_trouble(
        TroubleKind.TOO_MANY_REQUESTS, methods=["getFile"], calls=1, retry_after_s=4
    )
    slow = ana.sends_photo(photo())
    ana.waits_for("Looking at it", after=slow)

    sent = ben.sends_text("/help")
    ben.waits_for("/whois", after=sent)

    with counter.database.reading() as session:
        assert session.scalars(select(Job.id)).all() == []


def test_a_bot_that_starts_before_telegram_keeps_trying(closed_counter: Counter) -> None:
    counter = closed_counter
    ana = counter.worker()
    counter.sandbox.orders_trouble(TroubleKind.CUT_BEFORE, methods=["getMe"], calls=2)

    counter.opens()
    sent = ana.sends_text("/help")

    assert "/whois" in ana.waits_for("", after=sent).text


def test_of_two_bots_one_polls_and_the_other_follows_when_it_ends(closed_counter: Counter) -> None:
    counter = closed_counter
    ana = counter.worker()
    counter.opens("first")
    counter.handles(ana.sends_photo(photo()))
    counter.opens("second")

    counter.closes("first")
    sent = ana.sends_photo(photo(1))
    counter.handles(sent)

    assert _sightings(counter) == 2
    assert len(ana.after(sent)) == 1


@pytest.mark.parametrize(
    ("body", "lane"),
    [
        ({"message": {"chat": {"id": -5}}}, (-5, False)),
        ({"callback_query": {"from": {"id": 7}, "message": {"chat": {"id": 9}}}}, (9, True)),
        ({"callback_query": {"from": {"id": 7}}}, (7, True)),
        ({"poll": {}}, (0, False)),
    ],
)
def test_an_update_waits_for_those_of_its_chat_and_kind(
    body: dict[str, Any], lane: tuple[int, bool]
) -> None:
    assert lane_of(body) == lane
