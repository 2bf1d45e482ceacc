import threading
from datetime import datetime, timedelta

import pytest

from catalog.jobs import progress_of
from catalog.leases import LeasedJob, LeaseLost
from catalog.tables import CatalogueVersion, Job, JobState
from tests.fakes.clock import Clock
from tests.fakes.floor_jobs import lost_photo_job, state_of
from tests.fakes.patience import wait_until
from workers.lease import LEASE, PATIENCE, Lease, held, new_holder, take
from workers.shop import Shop
from workers.stages import Stage

A_MOMENT = timedelta(seconds=1)


@pytest.fixture
def job(shop: Shop) -> LeasedJob:
    taken = take(shop, lost_photo_job(shop))
    if taken is None:
        raise LookupError("a new job is due")
    return taken


def test_a_renewed_lease_keeps_others_away(shop: Shop, clock: Clock, job: LeasedJob) -> None:
    lease = Lease(job, shop)
    for _ in range(5):
        clock.advance(LEASE - A_MOMENT)
        lease.renew()

    assert take(shop, job.id) is None
    assert not lease.is_lost


def test_a_lease_that_ran_out_is_lost_at_the_next_renewal(
    shop: Shop, clock: Clock, job: LeasedJob
) -> None:
    lease = Lease(job, shop)
    clock.advance(LEASE + A_MOMENT)
    other = take(shop, job.id)
    assert other is not None

    lease.renew()

    assert lease.is_lost
    with pytest.raises(LeaseLost):
        lease.note(Stage.COMPARING)
    with pytest.raises(LeaseLost), shop.database.transaction() as session:
        lease.settle_done(session)
    assert state_of(shop, job.id) == (JobState.RUNNING, 2, None)


def test_what_a_late_worker_wrote_goes_with_its_transaction(
    shop: Shop, clock: Clock, job: LeasedJob
) -> None:
    lease = Lease(job, shop)
    clock.advance(LEASE + A_MOMENT)
    take(shop, job.id)  # this worker has not noticed yet

    with pytest.raises(LeaseLost), shop.database.transaction() as session:
        session.add(CatalogueVersion(id=1, version=5))
        session.flush()
        lease.settle_done(session)

    with shop.database.reading() as session:
        assert session.get(CatalogueVersion, 1) is None


def test_progress_is_noted_on_the_job(shop: Shop, job: LeasedJob) -> None:
    Lease(job, shop).note(Stage.RENDERING, 3, 8)

    with shop.database.reading() as session:
        progress = progress_of(session, job.id)
    assert progress is not None
    assert (progress.stage, progress.done, progress.total) == ("rendering", 3, 8)


def test_the_keeper_renews_while_the_block_runs_and_ends_with_it(
    shop: Shop, clock: Clock, job: LeasedJob
) -> None:
    with held(job, shop, renew_every=timedelta(milliseconds=10)) as lease:
        clock.advance(LEASE - A_MOMENT)
        wait_until(lambda: _lease_until(shop, job.id) == clock() + LEASE)
        assert not lease.is_lost

    names = [thread.name for thread in threading.enumerate()]
    assert f"lease of job {job.id}" not in names


def test_a_job_that_takes_too_long_is_let_go(shop: Shop, clock: Clock, job: LeasedJob) -> None:
    with held(job, shop, renew_every=timedelta(milliseconds=10)) as lease:
        clock.advance(PATIENCE[job.kind])
        wait_until(lambda: lease.is_lost)

        with pytest.raises(LeaseLost):
            lease.check()

    assert take(shop, job.id) is not None


def test_no_two_holders_share_a_name_and_each_fits_its_column() -> None:
    names = {new_holder() for _ in range(1000)}

    assert len(names) == 1000
    assert max(len(name) for name in names) <= 64


def _lease_until(shop: Shop, job_id: int) -> datetime | None:
    with shop.database.reading() as session:
        return session.get_one(Job, job_id).lease_until
