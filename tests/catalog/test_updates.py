import pytest

from catalog.database import Database
from catalog.updates import (
    HandledElsewhere,
    begin_attempt,
    forget_handled,
    keep_updates,
    settle_failed,
    settle_handled,
    take_back_attempt,
    unhandled,
)
from tests.catalog.shop_rows import NOON


def test_an_update_sent_twice_is_kept_once(database: Database) -> None:
    with database.transaction() as session:
        first = keep_updates(session, [{"update_id": 2}, {"update_id": 1}], now=NOON)
        second = keep_updates(session, [{"update_id": 2}, {"update_id": 3}], now=NOON)

        assert [kept.id for kept in unhandled(session)] == [1, 2, 3]
    assert (first, second) == ([1, 2], [3])


def test_the_third_attempt_is_the_last(database: Database) -> None:
    with database.transaction() as session:
        keep_updates(session, [{"update_id": 1, "message": {"text": "hi"}}], now=NOON)

        begun = [begin_attempt(session, 1) for _ in range(4)]

    assert [kept.attempts if kept else None for kept in begun] == [1, 2, 3, None]
    assert begun[0] is not None
    assert begun[0].body["message"] == {"text": "hi"}


def test_an_attempt_without_a_network_does_not_count(database: Database) -> None:
    with database.transaction() as session:
        keep_updates(session, [{"update_id": 1}], now=NOON)
        for _ in range(5):
            begin_attempt(session, 1)
            take_back_attempt(session, 1)

        again = begin_attempt(session, 1)

    assert again is not None
    assert again.attempts == 1


def test_what_a_slower_process_did_for_the_same_update_is_rolled_back(database: Database) -> None:
    with database.transaction() as session:
        keep_updates(session, [{"update_id": 1}, {"update_id": 2}], now=NOON)
        settle_handled(session, 1, now=NOON)

    with pytest.raises(HandledElsewhere), database.transaction() as session:
        keep_updates(session, [{"update_id": 3}], now=NOON)
        settle_handled(session, 1, now=NOON)

    with database.reading() as session:
        assert [kept.id for kept in unhandled(session)] == [2]


def test_an_update_given_up_is_not_tried_again(database: Database) -> None:
    with database.transaction() as session:
        keep_updates(session, [{"update_id": 1}], now=NOON)

        assert settle_failed(session, 1, failure="ValueError", now=NOON)
        assert not settle_failed(session, 1, failure="ValueError", now=NOON)
        assert begin_attempt(session, 1) is None
        assert forget_handled(session, before=NOON.replace(year=2027)) == 1
