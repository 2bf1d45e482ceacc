from datetime import timedelta

from catalog.database import Database
from catalog.deliveries import (
    NewDelivery,
    WaitingDelivery,
    mark_sent,
    mark_undeliverable,
    next_delivery_at,
    put_off,
    take_deliveries,
    write_delivery,
)
from catalog.jobs import NewJob, queue_job
from catalog.tables import Delivery, DeliveryState, JobKind
from tests.fakes.clock import Clock

LEASE = timedelta(seconds=30)


def _write(database: Database, clock: Clock, *, job_id: int | None = None) -> int:
    new = NewDelivery(kind="answer", chat_id=7, job_id=job_id, facts={"copies": 3})
    with database.transaction() as session:
        return write_delivery(session, new, now=clock())


def _take(database: Database, clock: Clock, *, limit: int = 10) -> list[WaitingDelivery]:
    with database.transaction() as session:
        return take_deliveries(session, now=clock(), lease=LEASE, limit=limit)


def test_a_delivery_is_taken_with_all_that_its_job_knows(database: Database) -> None:
    clock = Clock()
    with database.transaction() as session:
        new = NewJob(kind=JobKind.RECEIVE, chat_id=7, status_message_id=44)
        job_id = queue_job(session, new, now=clock())
    delivery_id = _write(database, clock, job_id=job_id)

    [taken] = _take(database, clock)

    assert (taken.id, taken.kind, taken.chat_id, taken.facts, taken.attempts) == (
        delivery_id,
        "answer",
        7,
        {"copies": 3},
        1,
    )
    assert (taken.job_id, taken.status_message_id) == (job_id, 44)


def test_written_twice_for_one_job_it_is_told_once(database: Database) -> None:
    clock = Clock()
    with database.transaction() as session:
        job_id = queue_job(session, NewJob(kind=JobKind.RECEIVE), now=clock())

    assert _write(database, clock, job_id=job_id) == _write(database, clock, job_id=job_id)

    assert len(_take(database, clock)) == 1


def test_what_has_no_job_is_told_each_time(database: Database) -> None:
    clock = Clock()
    _write(database, clock)
    _write(database, clock)

    assert len(_take(database, clock)) == 2


def test_two_outboxes_never_hold_the_same_delivery_and_a_dead_ones_come_back(
    database: Database,
) -> None:
    clock = Clock()
    written = [_write(database, clock) for _ in range(3)]

    first = [taken.id for taken in _take(database, clock, limit=2)]
    second = [taken.id for taken in _take(database, clock, limit=2)]
    clock.advance(LEASE + timedelta(seconds=1))
    again = _take(database, clock)

    assert first == written[:2]
    assert second == written[2:]
    assert [(taken.id, taken.attempts) for taken in again] == [(each, 2) for each in written]


def test_what_is_put_off_waits_as_long_as_telegram_asked(database: Database) -> None:
    clock = Clock()
    delivery_id = _write(database, clock)
    _take(database, clock)
    with database.transaction() as session:
        put_off(session, delivery_id, until=clock() + timedelta(seconds=20))

    assert _take(database, clock) == []
    with database.reading() as session:
        assert next_delivery_at(session) == clock() + timedelta(seconds=20)
    clock.advance(timedelta(seconds=20))
    assert [taken.id for taken in _take(database, clock)] == [delivery_id]


def test_what_was_sent_or_cannot_be_is_never_taken_again(database: Database) -> None:
    clock = Clock()
    sent, lost = _write(database, clock), _write(database, clock)
    _take(database, clock)
    with database.transaction() as session:
        mark_sent(session, sent, message_id=99, now=clock())
        mark_undeliverable(session, lost, now=clock())
        mark_undeliverable(session, sent, now=clock())

    clock.advance(timedelta(days=1))

    assert _take(database, clock) == []
    with database.reading() as session:
        assert session.get_one(Delivery, sent).state is DeliveryState.SENT
        assert session.get_one(Delivery, sent).message_id == 99
        assert session.get_one(Delivery, lost).state is DeliveryState.UNDELIVERABLE
        assert next_delivery_at(session) is None
