"""Deliveries arrive once, whatever Telegram does meanwhile; progress never has the last word."""

from datetime import timedelta

import pytest

from catalog.deliveries import NewDelivery, write_delivery
from catalog.jobs import note_progress
from catalog.leases import take_lease
from catalog.tables import Delivery, DeliveryState, Job, SightingOutcome
from sandbox import TroubleKind
from tests.bot.counter import Counter, photo


def _state(counter: Counter, delivery_id: int) -> DeliveryState:
    with counter.database.reading() as session:
        return session.get_one(Delivery, delivery_id).state


def _is_put_off(counter: Counter) -> bool:
    with counter.database.reading() as session:
        row = session.get_one(Delivery, 1)
        return row.not_before > row.created_at and row.lease_until is None


@pytest.mark.parametrize(
    "trouble",
    [TroubleKind.CUT_AFTER, TroubleKind.CUT_BEFORE, TroubleKind.SERVER_ERROR],
    ids=lambda kind: kind.name,
)
def test_an_answer_whose_edit_fails_on_the_way_is_told_once(
    counter: Counter, trouble: TroubleKind
) -> None:
    ana, bracket = counter.worker(), counter.part("Bracket M4")
    sent = ana.sends_photo(photo())
    ana.waits_for("Looking", after=sent)
    counter.sandbox.orders_trouble(trouble, methods=["editMessageMedia"], calls=1)

    counter.finds((bracket, 0.97))
    ana.waits_for("Bracket M4", after=sent)

    assert len(ana.after(sent)) == 1


def test_a_429_puts_the_answer_off_for_as_long_as_telegram_asks(counter: Counter) -> None:
    ana, bracket = counter.worker(), counter.part("Bracket M4")
    sent = ana.sends_photo(photo())
    ana.waits_for("Looking", after=sent)
    counter.sandbox.orders_trouble(
        TroubleKind.TOO_MANY_REQUESTS, methods=["editMessageMedia"], calls=1, retry_after_s=7
    )

    counter.finds((bracket, 0.97))
    counter.until(lambda: _is_put_off(counter))
    counter.clock.advance(timedelta(seconds=8))
    ana.waits_for("Bracket M4", after=sent)

    assert len(ana.after(sent)) == 1


def test_an_answer_finds_its_photo_when_the_status_message_is_gone(counter: Counter) -> None:
    ana, bracket = counter.worker(), counter.part("Bracket M4")
    sent = ana.sends_photo(photo())
    job_id = counter.waiting_job()
    with counter.database.transaction() as session:
        session.get_one(Job, job_id).status_message_id = 123456

    counter.finds((bracket, 0.97))
    answer = ana.waits_for("Bracket M4", after=sent)

    assert answer.reply_to_id == sent.message_id


def test_a_person_who_blocked_the_bot_is_not_tried_for_ever(counter: Counter) -> None:
    ana, ben = counter.worker(), counter.worker("Ben", user_id=12)
    bracket = counter.part("Bracket M4")
    sent = ana.sends_photo(photo())
    counter.waiting_job()
    ana.blocks_the_bot()

    counter.finds((bracket, 0.97))
    other = ben.sends_photo(photo())
    counter.finds((bracket, 0.97))
    ben.waits_for("Bracket M4", after=other)

    assert _state(counter, 1) is DeliveryState.UNDELIVERABLE
    assert len(ana.after(sent)) == 1


def test_a_kind_nobody_knows_is_let_go(counter: Counter) -> None:
    ana = counter.worker()
    with counter.database.transaction() as session:
        unknown = NewDelivery(kind="of another version", chat_id=ana.chat_id)
        unknown_id = write_delivery(session, unknown, now=counter.clock())

    sent = ana.sends_photo(photo())
    counter.finds(outcome=SightingOutcome.UNKNOWN, reason="no_object")
    ana.waits_for("can’t find", after=sent)  # noqa: RUF001

    assert _state(counter, unknown_id) is DeliveryState.UNDELIVERABLE


def test_a_running_job_shows_what_it_is_at(counter: Counter) -> None:
    ana = counter.worker()
    counter.part("Bracket M4")
    counter.part("Hook")
    first, second = ana.sends_photo(photo()), ana.sends_photo(photo(1))
    job_id = counter.waiting_job()
    with counter.database.transaction() as session:
        later = counter.clock() + timedelta(minutes=1)
        take_lease(session, job_id, holder="t", now=later, lease=timedelta(seconds=60))
        note_progress(session, job_id, stage="comparing")

    shown = ana.waits_for("Comparing", after=first)
    behind = ana.waits_for("before yours", after=second)

    assert shown.text == "Cut out. Comparing with 2 parts…"
    assert shown.reply_to_id == first.message_id
    assert behind.text == "One photo before yours."
    assert behind.reply_to_id == second.message_id


def test_a_progress_line_that_arrives_late_is_followed_by_the_answer_again(
    counter: Counter,
) -> None:
    ana = counter.worker()
    sent = ana.sends_photo(photo())
    job_id = counter.waiting_job()
    with counter.sandbox.holds("editMessageText") as gate:
        with counter.database.transaction() as session:
            later = counter.clock() + timedelta(minutes=1)
            take_lease(session, job_id, holder="x", now=later, lease=timedelta(seconds=1))
            note_progress(session, job_id, stage="comparing")
        assert gate.waits_until_reached()
        counter.clock.advance(timedelta(minutes=2))
        counter.finds(job_id=job_id, outcome=SightingOutcome.UNKNOWN, reason="no_object")
        assert gate.waits_until_reached(calls=2)

    ana.waits_for("can’t find", after=sent)  # noqa: RUF001
    assert len(ana.after(sent)) == 1


def test_what_is_given_up_is_said_to_its_sender_and_the_admins_but_not_in_a_flood(
    counter: Counter,
) -> None:
    ana, boss = counter.worker(), counter.admin()
    for _ in range(2):
        sent = ana.sends_photo(photo())
        counter.gives_up()
        told = ana.waits_for("gave up", after=sent)
        boss.waits_for("something from Ana")

    assert told.text == (
        "That took too long and I gave up after three tries. Please send it again; the admins know."
    )
    assert len(boss.from_bot()) == 1


def test_an_answer_to_a_print_that_is_looked_at_again_is_not_told(counter: Counter) -> None:
    ana = counter.worker()
    sent = ana.sends_photo(photo())
    job_id = counter.waiting_job()

    with counter.database.transaction() as session:  # written before one more photo joined
        stale = NewDelivery(kind="answer", chat_id=sent.chat.chat_id, job_id=job_id)
        delivery_id = write_delivery(session, stale, now=counter.clock())
    counter.until(lambda: _state(counter, delivery_id) is not DeliveryState.WAITING)

    assert _state(counter, delivery_id) is DeliveryState.UNDELIVERABLE
    assert [each.text for each in ana.after(sent)] == ["Looking at it…"]


def test_who_asks_whois_of_a_print_that_is_looked_at_again_is_told_so(counter: Counter) -> None:
    ana = counter.worker()
    sent = ana.sends_photo(photo())
    counter.waiting_job()
    facts = {"sighting_id": 1, "whois": True, "person_id": 1}

    with counter.database.transaction() as session:
        stale = NewDelivery(kind="answer", chat_id=sent.chat.chat_id, facts=facts)
        write_delivery(session, stale, now=counter.clock())
    told = ana.waits_for("I am", after=sent)

    assert told.text == "I am looking at it."
