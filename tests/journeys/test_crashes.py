"""Fifty photos in flight while processes, Redis and PostgreSQL die: each is answered once."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select

from catalog.database import Database, open_database
from catalog.people import Guest, enroll
from catalog.tables import Job, JobKind, JobState, Role
from sandbox import Message, Person, Sandbox
from tests.fakes.patience import wait_until
from tests.journeys.composed import ComposedShop, fresh_database
from tests.journeys.conftest import sample_photo
from tests.services import PostgresServer, RedisServer
from workers.clock import system_clock

pytestmark = [pytest.mark.slow, pytest.mark.crash, pytest.mark.timeout(600)]

PHOTOS = 50
FIRST_ID = 5000
#: What a death may cost, from the restart of whatever died to the next answer.
MOVING_AGAIN_S = 30.0
#: No promise, only the end of a test that hangs.
HUNG_AFTER_S = 240.0


def is_answer(message: Message) -> bool:
    """A status line has no buttons and no picture; every answer about a part has."""
    return message.photo is not None or bool(message.buttons)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the fifty photos are."""

    looked_at: int
    answered: int


class Crowd:
    """Fifty people with one photo each, so that whose answer is whose cannot be mistaken."""

    def __init__(self, sandbox: Sandbox, shop: ComposedShop, database: Database) -> None:
        self.people = [
            sandbox.person(user_id=FIRST_ID + number, name=f"P{number}") for number in range(PHOTOS)
        ]
        self.sandbox, self.shop, self.database = sandbox, shop, database
        self.photos: dict[int, Message] = {}

    def send_photos(self) -> None:
        photo = sample_photo("hook-on-desk")
        for person in self.people:
            self.photos[person.user_id] = person.sends_photo(photo)

    def answers_of(self, person: Person) -> list[Message]:
        return [each for each in person.after(self.photos[person.user_id]) if is_answer(each)]

    def standing(self) -> Standing:
        done = (Job.kind == JobKind.IDENTIFY, Job.state == JobState.DONE)
        with self.database.reading() as session:
            looked_at = session.scalar(select(func.count()).where(*done)) or 0
        return Standing(looked_at, sum(1 for each in self.people if self.answers_of(each)))

    def moves_on_from(self, before: Standing) -> float:
        """Wait until one more photo is looked at and one more answered; the seconds it took."""
        if before.answered == PHOTOS:
            raise AssertionError("nothing was in flight any more")

        def moved() -> bool:
            now = self.standing()
            looked_on = now.looked_at > before.looked_at or before.looked_at == PHOTOS
            return looked_on and now.answered > before.answered

        return wait_until(moved, seconds=HUNG_AFTER_S)

    def waits_for(self, count: int) -> None:
        wait_until(lambda: self.standing().answered >= count, seconds=HUNG_AFTER_S)


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
        database = open_database(url)
        crowd = Crowd(sandbox, shop, database)
        enroll_all(crowd)
        try:
            yield crowd
        finally:
            shop.clear_away()
            database.close()


def enroll_all(crowd: Crowd) -> None:
    with crowd.database.transaction() as session:
        for person in crowd.people:
            guest = Guest(telegram_id=person.user_id, name=person.user.first_name, language="en")
            enroll(session, guest, role=Role.WORKER, now=system_clock())
    for person in crowd.people:
        person.is_acquainted()


def test_fifty_photos_survive_every_death_and_are_answered_once_each(
    crowd: Crowd, own_postgres: PostgresServer, own_redis: RedisServer
) -> None:
    shop, seconds = crowd.shop, {}
    for service in ("worker-vision", "bot"):  # one of each: nobody stands by
        shop.start(service)
    crowd.send_photos()
    crowd.waits_for(2)

    shop.kill("bot")  # between receiving and answering
    at_death = crowd.standing()
    shop.start("bot")
    seconds["bot"] = crowd.moves_on_from(at_death)

    own_redis.kill()
    own_redis.forget_everything()
    at_death = crowd.standing()
    own_redis.start()
    seconds["redis"] = crowd.moves_on_from(at_death)

    own_postgres.stop()
    own_postgres.start()
    seconds["postgres"] = crowd.moves_on_from(crowd.standing())

    shop.kill("worker-vision")  # in the middle of a job
    at_death = crowd.standing()
    shop.start("worker-vision")
    seconds["worker"] = crowd.moves_on_from(at_death)

    crowd.waits_for(PHOTOS)
    assert {person.user_id: len(crowd.answers_of(person)) for person in crowd.people} == {
        person.user_id: 1 for person in crowd.people
    }
    assert {who: spent for who, spent in seconds.items() if spent >= MOVING_AGAIN_S} == {}
