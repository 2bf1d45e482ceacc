from datetime import timedelta

import pytest

from catalog.database import Database
from catalog.describers_in_use import (
    InUse,
    call_off,
    forget_all,
    in_use,
    let_come,
    let_go,
    not_described,
    turn,
)
from catalog.parts import mark_ready
from catalog.signatures import add_signatures, catalogue_version, searchable
from tests.fakes.clock import Clock
from tests.fakes.shop_floor import a_part

OLD, NEW = "learned.2", "learned-0123abcd.2"
TUNED = "learned-0123abcd"


@pytest.fixture
def clock() -> Clock:
    return Clock()


def _parts(database: Database, clock: Clock, count: int, *names: str) -> list[int]:
    made = []
    with database.transaction() as session:
        for number in range(count):
            made.append(a_part(session, clock, name=f"{names} {number}"))
            signatures = dict.fromkeys(names, b"...")
            mark_ready(session, made[-1], preview_key="p", sheet_key="s", signatures=signatures)  # type: ignore[arg-type]  # no file is read
    return made


def _coming(database: Database, clock: Clock) -> InUse:
    with database.transaction() as session:
        return let_come(session, "learned", TUNED, now=clock())


def test_the_shipped_one_answers_until_somebody_decides(database: Database) -> None:
    with database.reading() as session:
        use = in_use(session, "learned")

    assert use == InUse(family="learned", slug="learned")
    assert use.described == ("learned",)


def test_what_comes_answers_when_the_last_part_is_described_for_it(
    database: Database, clock: Clock
) -> None:
    first, last = _parts(database, clock, 2, OLD)
    use = _coming(database, clock)
    assert use.described == ("learned", TUNED)
    with database.transaction() as session:
        add_signatures(session, first, {NEW: b"..."})
        assert not_described(session, old=OLD, new=NEW) == 1
        assert not turn(session, use, old=OLD, new=NEW, now=clock())
        assert in_use(session, "learned").slug == "learned"
        add_signatures(session, last, {NEW: b"..."})
        before = catalogue_version(session)
        clock.advance(timedelta(minutes=1))

        assert turn(session, use, old=OLD, new=NEW, now=clock())

        assert catalogue_version(session) == before + 1
        assert in_use(session, "learned") == InUse(
            family="learned", slug=TUNED, left="learned", turned_at=clock()
        )


def test_a_part_that_nobody_could_find_keeps_nothing_from_turning(
    database: Database, clock: Clock
) -> None:
    _parts(database, clock, 1, "another-describer")
    use = _coming(database, clock)

    with database.transaction() as session:
        assert turn(session, use, old=OLD, new=NEW, now=clock())


def test_what_somebody_decided_meanwhile_stands(database: Database, clock: Clock) -> None:
    use = _coming(database, clock)
    with database.transaction() as session:
        call_off(session, "learned")
        assert not turn(session, use, old=OLD, new=NEW, now=clock())
        assert in_use(session, "learned").described == ("learned",)


def test_going_back_and_forth_keeps_what_answered_before(database: Database, clock: Clock) -> None:
    _parts(database, clock, 1, OLD, NEW)
    use = _coming(database, clock)
    with database.transaction() as session:
        turn(session, use, old=OLD, new=NEW, now=clock())
        back = let_come(session, "learned", "learned", now=clock())
        assert back.described == (TUNED, "learned")

        assert turn(session, back, old=NEW, new=OLD, now=clock())

        use = in_use(session, "learned")
        assert (use.slug, use.left, use.coming) == ("learned", TUNED, None)
        assert let_come(session, "learned", "learned", now=clock()).coming is None


def test_what_was_left_is_let_go_once_and_its_signatures_with_it(
    database: Database, clock: Clock
) -> None:
    parts = _parts(database, clock, 3, OLD, NEW)
    use = _coming(database, clock)
    with database.transaction() as session:
        turn(session, use, old=OLD, new=NEW, now=clock())
        use = in_use(session, "learned")

        assert let_go(session, use)
        assert not let_go(session, use)

        assert in_use(session, "learned").described == (TUNED,)
        assert [forget_all(session, OLD, limit=2) for _ in range(3)] == [2, 1, 0]
        assert searchable(session, OLD) == {}
        assert list(searchable(session, NEW)) == parts
