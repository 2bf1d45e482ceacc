import threading
from datetime import timedelta

from catalog.database import Database
from catalog.leaders import lead, resign
from tests.fakes.clock import Clock

TERM = timedelta(seconds=30)


def _lead(database: Database, holder: str, clock: Clock, *, deed: str = "sweep") -> bool:
    with database.transaction() as session:
        return lead(session, deed, holder=holder, now=clock(), term=TERM)


def test_who_leads_goes_on_leading_and_the_others_wait(database: Database) -> None:
    clock = Clock()

    assert _lead(database, "a", clock)
    clock.advance(TERM)
    assert not _lead(database, "b", clock)
    assert _lead(database, "a", clock)


def test_a_dead_leader_is_followed_after_its_term(database: Database) -> None:
    clock = Clock()
    _lead(database, "a", clock)

    clock.advance(TERM + timedelta(milliseconds=1))

    assert _lead(database, "b", clock)
    assert not _lead(database, "a", clock)


def test_a_leader_that_leaves_is_followed_at_once(database: Database) -> None:
    clock = Clock()
    _lead(database, "a", clock)
    with database.transaction() as session:
        resign(session, "sweep", holder="b", now=clock())
    assert not _lead(database, "b", clock)

    with database.transaction() as session:
        resign(session, "sweep", holder="a", now=clock())

    assert _lead(database, "b", clock)


def test_each_deed_has_a_leader_of_its_own(database: Database) -> None:
    clock = Clock()

    assert _lead(database, "a", clock, deed="poll")
    assert _lead(database, "b", clock, deed="sweep")


def test_of_eight_that_start_together_one_leads(database: Database) -> None:
    clock, start = Clock(), threading.Barrier(8)
    won: list[str] = []

    def try_it(name: str) -> None:
        start.wait()
        if _lead(database, name, clock):
            won.append(name)

    threads = [threading.Thread(target=try_it, args=(f"p{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(won) == 1
