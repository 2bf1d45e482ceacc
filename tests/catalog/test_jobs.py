from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from catalog.database import Database
from catalog.deliveries import NewDelivery, take_deliveries, write_delivery
from catalog.jobs import (
    DueJob,
    NewJob,
    count_by_state,
    due_at,
    due_jobs,
    job_of_sighting,
    note_progress,
    postpone,
    progress_of,
    queue_job,
    retry_given_up,
    unsettled_children,
    waiting_before,
)
from catalog.leases import Failure, give_up, settle_done, take_lease
from catalog.tables import JobKind, JobState, Queue
from tests.fakes.clock import Clock
from tests.fakes.shop_floor import a_part, a_sighting, somebody

LEASE = timedelta(seconds=15)


def _identify(database: Database, clock: Clock, **more: object) -> int:
    with database.transaction() as session:
        person_id = somebody(session, clock)
        sighting_id = a_sighting(session, clock, person_id=person_id)
        new = NewJob(kind=JobKind.IDENTIFY, sighting_id=sighting_id, chat_id=7, **more)  # type: ignore[arg-type]
        return queue_job(session, new, now=clock())


def test_photos_and_parts_wait_in_queues_of_their_own(database: Database) -> None:
    clock = Clock()
    photo = _identify(database, clock)
    with database.transaction() as session:
        part = queue_job(session, NewJob(kind=JobKind.RECEIVE), now=clock())

    with database.reading() as session:
        assert due_jobs(session, now=clock()) == [
            DueJob(photo, Queue.VISION),
            DueJob(part, Queue.CATALOG),
        ]


def test_a_sighting_has_one_job_for_ever(database: Database) -> None:
    clock = Clock()
    job_id = _identify(database, clock)
    with database.reading() as session:
        sighting_id = 1
        assert job_of_sighting(session, sighting_id) == job_id

    with pytest.raises(IntegrityError), database.transaction() as session:
        queue_job(session, NewJob(kind=JobKind.IDENTIFY, sighting_id=sighting_id), now=clock())


def test_an_album_waits_until_its_last_picture_has_had_its_time(database: Database) -> None:
    clock = Clock()
    job_id = _identify(database, clock, not_before=clock() + timedelta(seconds=1))
    clock.advance(timedelta(seconds=0.5))
    with database.transaction() as session:
        assert postpone(session, job_id, until=clock() + timedelta(seconds=1))

    clock.advance(timedelta(seconds=0.9))
    with database.transaction() as session:
        assert take_lease(session, job_id, holder="a", now=clock(), lease=LEASE) is None
        assert due_jobs(session, now=clock()) == []
    clock.advance(timedelta(seconds=0.1))
    with database.transaction() as session:
        assert due_at(session, job_id) == clock()
        assert take_lease(session, job_id, holder="a", now=clock(), lease=LEASE)
        assert not postpone(session, job_id, until=clock() + timedelta(seconds=1))


def test_the_number_before_mine_counts_what_is_unsettled_in_my_queue(database: Database) -> None:
    clock = Clock()
    first, second, mine = (_identify(database, clock) for _ in range(3))
    with database.transaction() as session:
        queue_job(session, NewJob(kind=JobKind.RECEIVE), now=clock())
        assert waiting_before(session, mine) == 2
        take_lease(session, first, holder="a", now=clock(), lease=LEASE)
        assert waiting_before(session, mine) == 2
        settle_done(session, first, holder="a", now=clock())

    with database.reading() as session:
        assert waiting_before(session, mine) == 1
        assert waiting_before(session, second) == 0


def test_progress_is_seen_while_the_job_runs_and_not_after(database: Database) -> None:
    clock = Clock()
    job_id = _identify(database, clock, status_message_id=44)
    with database.transaction() as session:
        take_lease(session, job_id, holder="a", now=clock(), lease=LEASE)
        note_progress(session, job_id, stage="rendering", done=88, total=162)
    with database.transaction() as session:
        progress = progress_of(session, job_id)
        assert progress is not None
        assert (progress.stage, progress.done, progress.total) == ("rendering", 88, 162)
        assert (progress.chat_id, progress.status_message_id) == (7, 44)
        settle_done(session, job_id, holder="a", now=clock())
        note_progress(session, job_id, stage="late", done=1, total=1)

    with database.reading() as session:
        after = progress_of(session, job_id)
        assert after is not None
        assert (after.state, after.stage) == (JobState.DONE, "rendering")


def test_what_was_given_up_starts_anew_and_may_be_told_again(database: Database) -> None:
    clock = Clock()
    job_id = _identify(database, clock)
    for _ in range(2):
        with database.transaction() as session:
            leased = take_lease(session, job_id, holder="a", now=clock(), lease=LEASE)
            assert leased is not None
            assert leased.attempt == 1
            give_up(session, job_id, Failure("crashed"), holder="a", now=clock())
            write_delivery(
                session, NewDelivery(kind="given_up", chat_id=7, job_id=job_id), now=clock()
            )
        with database.transaction() as session:
            told = take_deliveries(session, now=clock(), lease=LEASE, limit=10)
            assert [delivery.kind for delivery in told] == ["given_up"]
            assert retry_given_up(session, job_id, now=clock())
            assert not retry_given_up(session, job_id, now=clock())


def test_counts_name_every_state_of_every_queue(database: Database) -> None:
    clock = Clock()
    _identify(database, clock)

    with database.reading() as session:
        counts = count_by_state(session)

    assert len(counts) == len(Queue) * len(JobState)
    assert {key: count for key, count in counts.items() if count} == {
        (Queue.VISION, JobState.QUEUED): 1
    }


def test_children_count_until_they_are_settled(database: Database) -> None:
    clock = Clock()
    with database.transaction() as session:
        parent = queue_job(session, NewJob(kind=JobKind.RECEIVE), now=clock())
        part_id = a_part(session, clock)
        child = queue_job(
            session, NewJob(kind=JobKind.INDEX, part_id=part_id, parent_id=parent), now=clock()
        )
        assert unsettled_children(session, parent) == 1
        take_lease(session, child, holder="a", now=clock(), lease=LEASE)
        assert unsettled_children(session, parent) == 1
        settle_done(session, child, holder="a", now=clock())
        assert unsettled_children(session, parent) == 0
