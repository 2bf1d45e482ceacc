import threading
from datetime import timedelta

import pytest

from catalog.database import Database
from catalog.jobs import ATTEMPTS_MAX, NewJob, due_jobs, queue_job
from catalog.leases import (
    Failure,
    LeasedJob,
    LeaseLost,
    exhausted_jobs,
    give_up,
    give_up_exhausted,
    put_back,
    renew_lease,
    settle_done,
    take_lease,
)
from catalog.tables import CatalogueVersion, Job, JobKind, JobState
from tests.fakes.clock import Clock

LEASE = timedelta(seconds=15)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def job_id(database: Database, clock: Clock) -> int:
    with database.transaction() as session:
        return queue_job(session, NewJob(kind=JobKind.RECEIVE, facts={"n": 1}), now=clock())


def _take(database: Database, job_id: int, holder: str, clock: Clock) -> LeasedJob | None:
    with database.transaction() as session:
        return take_lease(session, job_id, holder=holder, now=clock(), lease=LEASE)


def _state(database: Database, job_id: int) -> tuple[JobState, int, str | None]:
    with database.reading() as session:
        row = session.get_one(Job, job_id)
        return row.state, row.attempts, row.reason


def test_a_lease_is_held_by_one_until_it_runs_out(
    database: Database, job_id: int, clock: Clock
) -> None:
    mine = _take(database, job_id, "mine", clock)
    assert mine is not None
    assert (mine.attempt, mine.facts) == (1, {"n": 1})

    clock.advance(LEASE)
    assert _take(database, job_id, "other", clock) is None
    clock.advance(timedelta(milliseconds=1))
    other = _take(database, job_id, "other", clock)

    assert other is not None
    assert other.attempt == 2


def test_of_eight_workers_at_once_one_gets_the_job(
    database: Database, job_id: int, clock: Clock
) -> None:
    start, won = threading.Barrier(8), []

    def try_it(name: str) -> None:
        start.wait()
        if _take(database, job_id, name, clock):
            won.append(name)

    threads = [threading.Thread(target=try_it, args=(f"w{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(won) == 1
    assert _state(database, job_id) == (JobState.RUNNING, 1, None)


def test_a_renewed_lease_lasts_longer(database: Database, job_id: int, clock: Clock) -> None:
    _take(database, job_id, "mine", clock)
    clock.advance(timedelta(seconds=10))
    with database.transaction() as session:
        renew_lease(session, job_id, holder="mine", now=clock(), lease=LEASE)

    clock.advance(timedelta(seconds=10))

    assert _take(database, job_id, "other", clock) is None


def test_a_late_worker_settles_nothing_and_what_it_wrote_is_rolled_back(
    database: Database, job_id: int, clock: Clock
) -> None:
    _take(database, job_id, "late", clock)
    clock.advance(LEASE + timedelta(seconds=1))
    _take(database, job_id, "other", clock)

    with pytest.raises(LeaseLost), database.transaction() as session:
        session.add(CatalogueVersion(id=1, version=99))
        session.flush()
        settle_done(session, job_id, holder="late", now=clock())

    assert _state(database, job_id) == (JobState.RUNNING, 2, None)
    with database.reading() as session:
        assert session.get(CatalogueVersion, 1) is None


@pytest.mark.parametrize("deed", ["renew", "settle", "put_back", "give_up"])
def test_nothing_can_be_done_twice_with_one_lease(
    database: Database, job_id: int, clock: Clock, deed: str
) -> None:
    _take(database, job_id, "mine", clock)
    with database.transaction() as session:
        settle_done(session, job_id, holder="mine", now=clock())

    with pytest.raises(LeaseLost), database.transaction() as session:
        match deed:
            case "renew":
                renew_lease(session, job_id, holder="mine", now=clock(), lease=LEASE)
            case "settle":
                settle_done(session, job_id, holder="mine", now=clock())
            case "put_back":
                put_back(session, job_id, holder="mine", not_before=clock())
            case "give_up":
                give_up(session, job_id, Failure("x"), holder="mine", now=clock())

    assert _state(database, job_id) == (JobState.DONE, 1, None)


def test_a_job_that_was_put_back_waits_and_keeps_its_attempts(
    database: Database, job_id: int, clock: Clock
) -> None:
    _take(database, job_id, "mine", clock)
    with database.transaction() as session:
        put_back(session, job_id, holder="mine", not_before=clock() + timedelta(seconds=5))

    assert _take(database, job_id, "mine", clock) is None
    clock.advance(timedelta(seconds=5))
    again = _take(database, job_id, "mine", clock)

    assert again is not None
    assert again.attempt == 2


def test_a_job_that_kills_each_worker_is_exhausted_after_the_last_attempt_not_before(
    database: Database, job_id: int, clock: Clock
) -> None:
    for attempt in range(1, ATTEMPTS_MAX + 1):
        with database.reading() as session:
            assert exhausted_jobs(session, now=clock()) == []
        leased = _take(database, job_id, f"dies{attempt}", clock)
        assert leased is not None
        assert leased.attempt == attempt
        clock.advance(LEASE + timedelta(seconds=1))

    assert _take(database, job_id, "one more", clock) is None
    with database.transaction() as session:
        assert due_jobs(session, now=clock()) == []
        assert exhausted_jobs(session, now=clock()) == [job_id]
        assert give_up_exhausted(session, job_id, Failure("crashed"), now=clock())
        assert not give_up_exhausted(session, job_id, Failure("crashed"), now=clock())
    assert _state(database, job_id) == (JobState.GIVEN_UP, ATTEMPTS_MAX, "crashed")


def test_the_last_attempt_is_not_given_up_while_its_worker_lives(
    database: Database, job_id: int, clock: Clock
) -> None:
    for attempt in range(ATTEMPTS_MAX):
        _take(database, job_id, f"w{attempt}", clock)
        clock.advance(LEASE + timedelta(seconds=1))
    with database.transaction() as session:
        renew_lease(session, job_id, holder="w2", now=clock(), lease=LEASE)

    with database.transaction() as session:
        assert exhausted_jobs(session, now=clock()) == []
        assert not give_up_exhausted(session, job_id, Failure("crashed"), now=clock())
        settle_done(session, job_id, holder="w2", now=clock())
    assert _state(database, job_id) == (JobState.DONE, 3, None)
