from dataclasses import replace
from datetime import timedelta

import pytest
from dramatiq.brokers.stub import StubBroker
from sqlalchemy import create_engine, select

from catalog.database import Database
from catalog.jobs import ATTEMPTS_MAX, NewJob, queue_job
from catalog.leases import settle_done
from catalog.tables import Delivery, JobKind, JobState, Part, PartState, Queue
from tests.fakes.clock import Clock
from tests.fakes.floor_jobs import CHAT, lost_photo_job, state_of, told
from tests.fakes.patience import wait_until
from tests.fakes.shop_floor import a_part
from tests.services import free_port
from workers.broker import messages_waiting, open_redis_broker
from workers.doorbell import Doorbell
from workers.lease import LEASE, take
from workers.shop import Shop
from workers.sweeper import SWEEP_EVERY, SWEEP_TERM, Swept, sweep, sweeping

A_MOMENT = timedelta(seconds=1)


def _die_with(shop: Shop, clock: Clock, job_id: int, *, times: int) -> None:
    for _ in range(times):
        assert take(shop, job_id) is not None
        clock.advance(LEASE + A_MOMENT)


def test_a_job_whose_bell_was_lost_is_rung_for(shop: Shop, broker: StubBroker) -> None:
    lost_photo_job(shop)

    assert sweep(shop, holder="a") == Swept(rung=1, given_up=0)

    assert messages_waiting(broker, Queue.VISION) == 1
    assert sweep(shop, holder="a") == Swept(rung=0, given_up=0)


def test_a_dead_workers_job_is_rung_for_when_its_lease_has_run_out(
    shop: Shop, clock: Clock
) -> None:
    job_id = lost_photo_job(shop)
    take(shop, job_id)
    assert sweep(shop, holder="a") == Swept(rung=0, given_up=0)

    clock.advance(LEASE + A_MOMENT)

    assert sweep(shop, holder="a") == Swept(rung=1, given_up=0)


def test_a_job_that_killed_its_worker_each_time_is_given_up_and_told_once(
    shop: Shop, clock: Clock
) -> None:
    job_id = lost_photo_job(shop)
    _die_with(shop, clock, job_id, times=ATTEMPTS_MAX)

    assert sweep(shop, holder="a") == Swept(rung=0, given_up=1)
    assert sweep(shop, holder="a") == Swept(rung=0, given_up=0)

    assert state_of(shop, job_id) == (JobState.GIVEN_UP, ATTEMPTS_MAX, "crashed")
    assert told(shop) == [("given_up", job_id)]


def test_a_part_that_killed_its_worker_fails_and_its_files_summary_says_so(
    shop: Shop, clock: Clock
) -> None:
    with shop.database.transaction() as session:
        part_id = a_part(session, clock)
        sent = NewJob(kind=JobKind.RECEIVE, chat_id=CHAT)
        parent = queue_job(session, sent, now=clock())
        child = queue_job(
            session,
            NewJob(kind=JobKind.INDEX, part_id=part_id, parent_id=parent, chat_id=CHAT),
            now=clock(),
        )
    held = take(shop, parent)
    assert held is not None
    with shop.database.transaction() as session:
        settle_done(session, parent, holder=held.holder, now=clock())
    _die_with(shop, clock, child, times=ATTEMPTS_MAX)

    sweep(shop, holder="a")

    with shop.database.reading() as session:
        assert session.get_one(Part, part_id).state is PartState.FAILED
        summary = session.scalars(select(Delivery)).one()
        assert (summary.kind, summary.job_id) == ("received", parent)
        assert summary.facts["added"] == []
        assert summary.facts["failed"] == [{"part_id": part_id, "code": "crashed"}]


def test_one_sweeps_at_a_time_and_a_dead_one_is_followed(shop: Shop, clock: Clock) -> None:
    assert sweep(shop, holder="a") is not None
    assert sweep(shop, holder="b") is None

    clock.advance(SWEEP_TERM + A_MOMENT)

    assert sweep(shop, holder="b") is not None
    assert sweep(shop, holder="a") is None


def test_from_any_crash_to_going_on_it_takes_less_than_thirty_seconds() -> None:
    sweeper_died_too = SWEEP_TERM + SWEEP_EVERY
    worker_died = LEASE + SWEEP_EVERY

    assert max(sweeper_died_too, worker_died) < timedelta(seconds=30)
    assert SWEEP_EVERY < SWEEP_TERM


def test_a_process_that_ends_lets_the_next_one_sweep_at_once(
    shop: Shop, broker: StubBroker
) -> None:
    lost_photo_job(shop)

    with sweeping(shop):
        wait_until(lambda: messages_waiting(broker, Queue.VISION) == 1)
        assert sweep(shop, holder="b") is None

    assert sweep(shop, holder="b") is not None


@pytest.mark.parametrize("away", ["redis", "database"])
def test_a_sweeper_outlives_what_it_sweeps_for(shop: Shop, away: str) -> None:
    lost_photo_job(shop)
    match away:
        case "redis":
            nowhere = open_redis_broker(f"redis://127.0.0.1:{free_port()}/0")
            crippled = replace(shop, doorbell=Doorbell(nowhere))
            assert sweep(crippled, holder="a") == Swept(rung=0, given_up=0)
        case "database":
            empty = Database(create_engine("sqlite://"))  # no tables: every query fails
            with sweeping(replace(shop, database=empty)):
                pass
            empty.close()
