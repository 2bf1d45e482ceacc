"""Worker processes against a real PostgreSQL and a real Redis, and what kills them."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.database import Database, open_database
from catalog.jobs import ATTEMPTS_MAX
from catalog.migrations import migrate
from catalog.tables import JobState, Queue
from tests.fakes.floor_jobs import photo_job, plain_photo, state_of, told
from tests.fakes.patience import wait_until
from tests.fakes.shops import ShopOpener
from tests.fakes.worker_process import worker_process
from tests.services import PostgresServer, RedisServer
from workers.broker import open_redis_broker
from workers.cells import Cells
from workers.clock import system_clock
from workers.shop import Recognition, Shop

pytestmark = [pytest.mark.slow, pytest.mark.crash, pytest.mark.timeout(240)]

#: What a crash may cost (issue: the queue moves again within 30 s).
MOVES_WITHIN_SECONDS = 30
#: No promise, only the end of a test that hangs: what is promised is asserted with the time above.
#: Longer than a worker takes to start (8 s of a core) on a machine that is busy with other things.
HUNG_AFTER_SECONDS = 90


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    """One that may be hurt."""
    with RedisServer() as server:
        yield server


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    """One that may be hurt."""
    with PostgresServer() as server:
        server.sql("CREATE DATABASE shop")
        migrate(server.url("shop"))
        yield server


def _shop(
    url: str, redis: RedisServer, folder: Path, *, cells: Cells, recognition: Recognition
) -> tuple[Shop, Database]:
    database = open_database(url)
    opener = ShopOpener(
        folder=folder,
        cells=cells,
        recognition=recognition,
        broker=open_redis_broker(redis.url),
        clock=system_clock,
    )
    return opener(database), database


@pytest.fixture
def floor(
    postgres_url: str, redis: RedisServer, tmp_path: Path, cells: Cells, recognition: Recognition
) -> Iterator[Shop]:
    """The bot's side of a shop: it queues photos and rings."""
    shop, database = _shop(postgres_url, redis, tmp_path, cells=cells, recognition=recognition)
    yield shop
    database.close()


def _send(shop: Shop, count: int, *, start: int = 0) -> list[int]:
    jobs = []
    for number in range(start, start + count):
        jobs.append(photo_job(shop, plain_photo(grey=60 + number)))
        shop.doorbell.ring(jobs[-1], Queue.VISION)
    return jobs


def _is_done(shop: Shop, job_id: int) -> bool:
    return state_of(shop, job_id)[0] is JobState.DONE


def _all_done(shop: Shop, jobs: list[int]) -> bool:
    return all(_is_done(shop, job_id) for job_id in jobs)


def test_a_worker_killed_in_the_middle_of_a_photo_is_followed_within_thirty_seconds(
    floor: Shop, postgres_url: str, redis: RedisServer, tmp_path: Path
) -> None:
    held = tmp_path / "victim"
    held.mkdir()
    (held / "hold").touch()
    with (
        worker_process(postgres_url, redis.url, tmp_path),
        worker_process(postgres_url, redis.url, held) as victim,
    ):
        wait_until(
            lambda: all((each / "ready").exists() for each in (tmp_path, held)),
            seconds=HUNG_AFTER_SECONDS,
        )
        jobs = _send_until(floor, held)
        victim.kill()
        seconds = wait_until(lambda: _all_done(floor, jobs), seconds=HUNG_AFTER_SECONDS)

    assert seconds < MOVES_WITHIN_SECONDS
    assert sorted(told(floor)) == [("answer", job_id) for job_id in jobs]
    assert max(state_of(floor, job_id)[1] for job_id in jobs) == 2


def _send_until(shop: Shop, held: Path) -> list[int]:
    """Photo after photo, until the worker that holds them has one in hand."""
    jobs: list[int] = []

    def one_more_is_held() -> bool:
        jobs.extend(_send(shop, 1, start=1 + len(jobs)))
        wait_until(
            lambda: (held / "reached").exists() or _is_done(shop, jobs[-1]),
            seconds=HUNG_AFTER_SECONDS,
        )
        return (held / "reached").exists()

    wait_until(one_more_is_held, seconds=HUNG_AFTER_SECONDS)
    return jobs


def test_the_last_job_is_finished_when_a_worker_is_told_to_stop(
    floor: Shop, postgres_url: str, redis: RedisServer, tmp_path: Path
) -> None:
    (tmp_path / "hold").touch()
    with worker_process(postgres_url, redis.url, tmp_path) as worker:
        [photo] = _send(floor, 1)
        wait_until((tmp_path / "reached").exists, seconds=HUNG_AFTER_SECONDS)
        worker.send_signal(signal.SIGTERM)
        (tmp_path / "hold").unlink()

        assert worker.wait(timeout=60) == 0

    assert state_of(floor, photo) == (JobState.DONE, 1, None)


def test_photos_sent_while_redis_is_away_and_wiped_are_answered_when_it_is_back(
    floor: Shop, postgres_url: str, redis: RedisServer, tmp_path: Path
) -> None:
    with worker_process(postgres_url, redis.url, tmp_path):
        before = _send(floor, 3)
        wait_until(lambda: _all_done(floor, before), seconds=HUNG_AFTER_SECONDS)
        redis.kill()
        during = [photo_job(floor, plain_photo(grey=90 + n)) for n in range(5)]
        assert not floor.doorbell.ring(during[0], Queue.VISION)
        redis.forget_everything()
        redis.start()

        seconds = wait_until(lambda: _all_done(floor, during), seconds=HUNG_AFTER_SECONDS)

    assert seconds < MOVES_WITHIN_SECONDS
    assert sorted(told(floor)) == [("answer", job_id) for job_id in before + during]


def test_a_photo_that_kills_its_worker_is_given_up_and_its_neighbours_are_not(
    floor: Shop, postgres_url: str, redis: RedisServer, tmp_path: Path
) -> None:
    poison = photo_job(floor, plain_photo(grey=13))
    (tmp_path / "deadly").write_text(floor.files.keep(plain_photo(grey=13)))
    neighbours = _send(floor, 3)
    deaths = 0

    def is_over() -> bool:
        return state_of(floor, poison)[0] is JobState.GIVEN_UP and _all_done(floor, neighbours)

    while not is_over():  # what a restart policy does
        assert deaths <= ATTEMPTS_MAX
        with worker_process(postgres_url, redis.url, tmp_path) as worker:
            wait_until(lambda: is_over() or worker.poll() is not None, seconds=HUNG_AFTER_SECONDS)
            deaths += worker.poll() is not None

    assert deaths == ATTEMPTS_MAX
    assert state_of(floor, poison) == (JobState.GIVEN_UP, ATTEMPTS_MAX, "crashed")
    answers = [("answer", job_id) for job_id in neighbours]
    assert sorted(told(floor)) == [*answers, ("given_up", poison)]


def test_photos_outlive_a_restart_of_postgresql(
    own_postgres: PostgresServer,
    redis: RedisServer,
    tmp_path: Path,
    cells: Cells,
    recognition: Recognition,
) -> None:
    url = own_postgres.url("shop")
    floor, database = _shop(url, redis, tmp_path, cells=cells, recognition=recognition)
    photos = _send(floor, 12)
    with worker_process(url, redis.url, tmp_path):
        wait_until(lambda: _is_done(floor, photos[2]), seconds=HUNG_AFTER_SECONDS)
        own_postgres.stop()
        own_postgres.start()

        seconds = wait_until(lambda: _is_done(floor, photos[5]), seconds=HUNG_AFTER_SECONDS)
        wait_until(lambda: _all_done(floor, photos), seconds=HUNG_AFTER_SECONDS)

    assert seconds < MOVES_WITHIN_SECONDS
    assert sorted(told(floor)) == [("answer", job_id) for job_id in photos]
    database.close()
