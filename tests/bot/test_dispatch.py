"""Updates are handled in order, once, and trouble costs patience, not photos."""

from collections.abc import Sequence
from datetime import UTC
from typing import Any, cast

import pytest
from sqlalchemy import select
from telegram import Bot
from telegram import Update as TelegramUpdate

from bot.desk import Desk
from bot.dispatch import lane_of
from bot.inbox import _fetched
from bot.messages import Messages
from catalog.tables import Job, Sighting, Update
from catalog.updates import ATTEMPTS_MAX, begin_attempt, keep_updates
from sandbox import Person, TroubleKind
from tests.bot.counter import Counter, Floor, photo


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


@pytest.mark.slow
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


ODD = (
    {"message": {"dice": {"value": 3, "emoji": "x"}}},
    {"message": {"location": {"latitude": 1.0, "longitude": 2.0}}},
    {"message": {"contact": {"phone_number": "1", "first_name": "x"}}},
    {"message": {"new_chat_members": [{"id": 5, "is_bot": True, "first_name": "b"}]}},
    {"message": {"migrate_to_chat_id": -100}},
    {"message": {"text": ""}},
    {"message": {"photo": []}},
    {"message": {"document": {"file_id": "d", "file_unique_id": "d"}}},
    {"message": {"text": "/", "entities": [{"type": "bot_command", "offset": 0, "length": 1}]}},
    {
        "message": {
            "text": "/part@other_bot",
            "entities": [{"type": "bot_command", "offset": 0, "length": 15}],
        }
    },
    {"message": {"text": "\ud83d\ude00", "a_field_of_tomorrow": {"x": 1}}},
    {"callback_query": {"id": "1", "chat_instance": "c", "data": "right:1:x"}},
    {"callback_query": {"id": "2", "chat_instance": "c", "inline_message_id": "i"}},
    {"channel_post": {"message_id": 1, "date": 1, "chat": {"id": -7, "type": "channel"}}},
    {},
)
UNREADABLE = ({"poll": {}}, {"message": {"photo": [{"width": 1}]}})  # fmt: skip


def _bodies(ana: Person, odd: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    chat = {"id": ana.chat_id, "type": "private", "first_name": "Ana"}
    user = {"id": ana.user_id, "is_bot": False, "first_name": "Ana"}
    bodies: list[dict[str, Any]] = []
    for number, content in enumerate(odd, start=1):
        body: dict[str, Any] = {"update_id": number}
        for kind, said in content.items():
            about = (
                {"message_id": 1000 + number, "date": 1, "chat": chat} if kind == "message" else {}
            )
            body[kind] = {**about, "from": user, **said}
        bodies.append(body)
    return bodies


def test_updates_of_every_shape_are_settled_without_a_word_of_trouble(
    closed_counter: Counter,
) -> None:
    counter = closed_counter
    ana = counter.worker()
    with counter.database.transaction() as session:
        keep_updates(session, _bodies(ana, ODD), now=counter.clock())

    counter.opens()
    counter.handles(ana.sends_text("/help"))

    with counter.database.reading() as session:
        rows = session.scalars(select(Update).where(Update.update_id <= len(ODD))).all()
        assert [row.update_id for row in rows if row.handled_at is None] == []
        assert {row.update_id: row.failure for row in rows if row.failure} == {}
    assert not any("went wrong" in message.text for message in ana.from_bot())


def test_an_update_in_a_shape_of_tomorrow_is_put_aside_at_once(closed_counter: Counter) -> None:
    counter = closed_counter
    ana = counter.worker()
    with counter.database.transaction() as session:
        keep_updates(session, _bodies(ana, UNREADABLE), now=counter.clock())

    counter.opens()
    counter.handles(ana.sends_text("/help"))

    with counter.database.reading() as session:
        rows = session.scalars(select(Update).where(Update.update_id <= len(UNREADABLE))).all()
        assert [row.failure for row in rows] == [
            "update 1 cannot be read",
            "update 2 cannot be read",
        ]
        assert [row.attempts for row in rows] == [1, 1]


class UnreadableOnce:
    """A Telegram whose first batch the library cannot parse."""

    def __init__(self, bodies: list[dict[str, Any]]) -> None:
        self._bodies = bodies

    async def get_updates(self, **_: object) -> tuple[TelegramUpdate, ...]:
        return tuple(TelegramUpdate.de_list(self._bodies, None))

    async def do_api_request(self, endpoint: str, api_kwargs: dict[str, Any]) -> object:
        assert (endpoint, api_kwargs["offset"]) == ("getUpdates", 7)
        return self._bodies


async def test_one_unreadable_update_does_not_hold_up_the_others(
    closed_counter: Counter,
) -> None:
    counter = closed_counter
    bodies = [*_bodies(counter.worker(), UNREADABLE), {"update_id": 9, "note": "\u0000nul"}]
    floor = Floor(counter.database, counter.files, counter.bell, counter.clock)
    messages = Messages(clock=counter.clock, zone=UTC)
    desk = Desk(bot=cast(Bot, UnreadableOnce(bodies)), shop=floor, messages=messages)

    fetched = await _fetched(desk, 7)

    assert fetched == [*bodies[:-1], {"update_id": 9, "note": "nul"}]
