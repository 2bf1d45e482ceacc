import threading
from dataclasses import replace
from pathlib import Path

import pytest
from dramatiq.brokers.stub import StubBroker

from catalog.files import FileKey, FileStore
from catalog.tables import JobState, Queue
from tests.fakes.floor_jobs import file_job, lost_photo_job, photo_job, plain_photo, state_of, told
from tests.fakes.patience import wait_until
from tests.fakes.printed import sample, stl
from workers.clock import system_clock
from workers.embedded import run_embedded
from workers.shop import Shop


def _is_done(shop: Shop, job_id: int) -> bool:
    return state_of(shop, job_id)[0] is JobState.DONE


def test_a_rung_photo_is_answered_by_the_threads_of_one_process(
    sqlite_shop: Shop, broker: StubBroker
) -> None:
    job_id = photo_job(sqlite_shop, plain_photo())

    with run_embedded(sqlite_shop, broker):
        sqlite_shop.doorbell.ring(job_id, Queue.VISION)
        wait_until(lambda: _is_done(sqlite_shop, job_id))

    assert told(sqlite_shop) == [("answer", job_id)]


def test_what_waited_while_the_process_was_away_is_found_without_a_bell(
    sqlite_shop: Shop, broker: StubBroker
) -> None:
    jobs = [photo_job(sqlite_shop, plain_photo()) for _ in range(3)]

    with run_embedded(sqlite_shop, broker):
        wait_until(lambda: all(_is_done(sqlite_shop, job_id) for job_id in jobs))

    assert sorted(told(sqlite_shop)) == [("answer", job_id) for job_id in jobs]


@pytest.mark.slow
def test_a_photo_does_not_wait_for_parts(
    sqlite_shop: Shop, broker: StubBroker, tmp_path: Path
) -> None:
    photo_is_answered = threading.Event()
    mesh = sqlite_shop.files.keep(stl(sample("wall-hook")))

    class SlowForMeshes(FileStore):
        def read(self, key: FileKey) -> bytes:
            if key == mesh:
                photo_is_answered.wait(30)
            return super().read(key)

    slow = replace(sqlite_shop, files=SlowForMeshes(str(tmp_path / "files")))
    parts = [file_job(slow, stl(sample("wall-hook")), f"{n}.stl") for n in range(3)]
    photo = photo_job(slow, plain_photo())

    with run_embedded(slow, broker):
        wait_until(lambda: state_of(slow, parts[0])[0] is JobState.RUNNING)
        wait_until(lambda: _is_done(slow, photo))
        assert not any(_is_done(slow, part) for part in parts)
        photo_is_answered.set()
        wait_until(lambda: all(_is_done(slow, part) for part in parts))


@pytest.mark.slow
def test_a_failing_job_is_tried_again_by_itself_until_it_is_given_up(
    sqlite_shop: Shop, broker: StubBroker
) -> None:
    real_time = replace(sqlite_shop, clock=system_clock)
    job_id = lost_photo_job(real_time)

    with run_embedded(real_time, broker):
        real_time.doorbell.ring(job_id, Queue.VISION)
        wait_until(lambda: state_of(real_time, job_id)[0] is JobState.GIVEN_UP)

    assert state_of(real_time, job_id) == (JobState.GIVEN_UP, 3, "failed")
    assert told(real_time) == [("given_up", job_id)]


def test_no_thread_is_left_behind(sqlite_shop: Shop, broker: StubBroker) -> None:
    before = set(threading.enumerate())

    with run_embedded(sqlite_shop, broker):
        pass

    left = {each for each in threading.enumerate() if each not in before}
    assert {each.name for each in left if "cell" not in each.name} == set()
