"""Fifty photos in flight while processes, Redis and PostgreSQL die: each is answered once."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.database import open_database
from catalog.people import Guest, enroll
from catalog.tables import Role
from sandbox import Message, Person, Sandbox
from tests.journeys.composed import ComposedShop, fresh_database
from tests.journeys.conftest import sample_photo
from tests.services import PostgresServer, RedisServer
from workers.clock import system_clock

pytestmark = [pytest.mark.slow, pytest.mark.crash, pytest.mark.timeout(900)]

PHOTOS = 50
FIRST_ID = 5000
#: The queue moves again within this time after whatever died is back.
MOVING_AGAIN_S = 30.0
PATIENCE_S = 300.0


def is_answer(message: Message) -> bool:
    """A status line has no buttons and no picture; every answer about a part has."""
    return message.photo is not None or bool(message.buttons)


class Crowd:
    """Fifty people with one photo each, so that whose answer is whose cannot be mistaken."""

    def __init__(self, sandbox: Sandbox, shop: ComposedShop) -> None:
        self.people = [
            sandbox.person(user_id=FIRST_ID + number, name=f"P{number}") for number in range(PHOTOS)
        ]
        self.sandbox, self.shop = sandbox, shop
        self.photos: dict[int, Message] = {}

    def send_photos(self) -> None:
        photo = sample_photo("hook-on-desk")
        for person in self.people:
            self.photos[person.user_id] = person.sends_photo(photo)

    def answers_of(self, person: Person) -> list[Message]:
        return [each for each in person.after(self.photos[person.user_id]) if is_answer(each)]

    def answered(self) -> int:
        return sum(1 for person in self.people if self.answers_of(person))

    def wait_for(self, count: int, *, within_s: float) -> float:
        """Until so many are answered; the seconds it took."""
        start = time.monotonic()
        while self.answered() < count:
            if time.monotonic() - start > within_s:
                raise TimeoutError(f"{self.answered()} of {count} answered in {within_s} s")
            time.sleep(0.1)  # fifty chats have no common event to wait for
        return time.monotonic() - start


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    with RedisServer() as server:
        yield server


@pytest.fixture
def crowd(
    tmp_path: Path, own_postgres: PostgresServer, own_redis: RedisServer, stocked_folder: Path
) -> Iterator[Crowd]:
    url = fresh_database(own_postgres, "crowd")
    with Sandbox.start() as sandbox:
        shop = ComposedShop(tmp_path, database_url=url, redis=own_redis, sandbox=sandbox)
        shop.run("migrate")
        parts = stocked_folder / "parts"
        shop.whoseprint("import", str(parts), "--csv", str(parts / "orders.csv"))
        crowd = Crowd(sandbox, shop)
        enroll_all(url, crowd)
        try:
            yield crowd
        finally:
            shop.clear_away()


def enroll_all(url: str, crowd: Crowd) -> None:
    database = open_database(url)
    with database.transaction() as session:
        for person in crowd.people:
            guest = Guest(telegram_id=person.user_id, name=person.user.first_name, language="en")
            enroll(session, guest, role=Role.WORKER, now=system_clock())
    database.close()
    for person in crowd.people:
        person.is_acquainted()


def test_fifty_photos_survive_every_death_and_are_answered_once_each(
    crowd: Crowd, own_postgres: PostgresServer, own_redis: RedisServer
) -> None:
    shop = crowd.shop
    for name in ("worker-vision", "worker-vision-2"):
        shop.start("worker-vision", name=name)
    for name in ("bot", "bot-2"):  # one polls, the other stands by
        shop.start("bot", name=name)
    crowd.send_photos()
    crowd.wait_for(2, within_s=PATIENCE_S)

    shop.kill("worker-vision")  # in the middle of a job
    shop.start("worker-vision")
    shop.kill("bot")  # between receiving and answering
    shop.start("bot")
    after_processes_s = crowd.wait_for(crowd.answered() + 1, within_s=PATIENCE_S)

    own_redis.kill()
    own_redis.forget_everything()
    own_redis.start()
    after_redis_s = crowd.wait_for(crowd.answered() + 1, within_s=PATIENCE_S)

    own_postgres.stop()
    own_postgres.start()
    after_postgres_s = crowd.wait_for(crowd.answered() + 1, within_s=PATIENCE_S)

    crowd.wait_for(PHOTOS, within_s=PATIENCE_S)
    assert {person.user_id: len(crowd.answers_of(person)) for person in crowd.people} == {
        person.user_id: 1 for person in crowd.people
    }
    assert max(after_processes_s, after_redis_s, after_postgres_s) < MOVING_AGAIN_S
