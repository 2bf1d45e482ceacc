from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.batches import (
    OPEN_FOR,
    FoundParts,
    KnownBatch,
    Narrowed,
    batch_of_chat,
    choose_for_chat,
    close_batch,
    find_batch,
    is_narrowed,
    leave_for_chat,
    move_chat,
    narrow,
    narrowed,
    note_fit,
    open_batches,
    parts_by_name,
    parts_of,
    set_batch,
    tidy,
)
from catalog.database import Database
from catalog.parts import retire
from catalog.tables import Batch, PartState
from tests.catalog.shop_rows import NOON, part, person, sighting

TODAY = date(2026, 12, 18)


def _plate(session: Session, name: str = "Tuesday A", *parts: str) -> int:
    ids = [part(session, each) for each in parts or (f"{name} hook",)]
    return set_batch(session, name, ids, made_by=None, now=NOON)


def test_a_batch_is_found_by_its_name_whatever_its_case(database: Database) -> None:
    with database.transaction() as session:
        plate = _plate(session, "Tuesday  A", "hook", "clip")

    with database.reading() as session:
        assert find_batch(session, " tuesday a ", now=NOON) == KnownBatch(
            id=plate, name="Tuesday A", parts=2
        )
        assert find_batch(session, "Tuesday", now=NOON) is None


def test_set_again_the_new_parts_hold_and_the_old_batch_keeps_its_own(database: Database) -> None:
    with database.transaction() as session:
        old = _plate(session, "Tuesday A", "hook", "clip")
        new = _plate(session, "TUESDAY A", "gear")

    with database.reading() as session:
        found = find_batch(session, "tuesday a", now=NOON)
        assert found is not None
        assert (found.id, found.name, found.parts) == (new, "TUESDAY A", 1)
        assert len(parts_of(session, old)) == 2
        assert [each.id for each in open_batches(session, now=NOON, limit=9)] == [new]
        still_open = session.scalars(select(Batch.id).where(Batch.closed_at.is_(None)))
        assert list(still_open) == [new]


def test_a_batch_that_is_old_or_closed_cannot_be_chosen(database: Database) -> None:
    with database.transaction() as session:
        plate, other = _plate(session), _plate(session, "Tuesday B")
        assert close_batch(session, other, now=NOON)
        assert not close_batch(session, other, now=NOON)

    with database.reading() as session:
        just_before = NOON + OPEN_FOR - timedelta(seconds=1)
        assert [each.id for each in open_batches(session, now=just_before, limit=9)] == [plate]
        assert open_batches(session, now=NOON + OPEN_FOR, limit=9) == []
        assert find_batch(session, "Tuesday B", now=NOON) is None


def test_a_batch_without_a_name_or_parts_is_refused(database: Database) -> None:
    with database.transaction() as session:
        hook = part(session, "hook")
        for name, parts in (("  ", [hook]), ("Tuesday", [])):
            with pytest.raises(ValueError, match="a name and parts"):
                set_batch(session, name, parts, made_by=None, now=NOON)


def test_a_name_is_kept_short_and_on_one_line() -> None:
    assert tidy(" Tuesday\n A ") == "Tuesday A"
    assert len(tidy("x" * 200)) == 60


def test_parts_are_found_by_name_or_number_and_unknown_ones_are_named(database: Database) -> None:
    with database.transaction() as session:
        hook, clip = part(session, "hook"), part(session, "Clip 12")
        gone = part(session, "old", state=PartState.RETIRED)

    with database.reading() as session:
        found = parts_by_name(session, ["HOOK", f"#{clip}", "hook", "hok", f"#{gone}"])

    assert found == FoundParts(part_ids=(hook, clip), unknown=("hok", f"#{gone}"))


def test_a_retired_part_leaves_its_batch(database: Database) -> None:
    with database.transaction() as session:
        hook, clip = part(session, "hook"), part(session, "clip")
        plate = set_batch(session, "A", [hook, clip, hook], made_by=None, now=NOON)
        retire(session, hook)

    with database.reading() as session:
        assert parts_of(session, plate) == {clip}
        assert open_batches(session, now=NOON, limit=1)[0].parts == 1


def test_a_chat_belongs_to_a_batch_for_the_rest_of_the_day(database: Database) -> None:
    with database.transaction() as session:
        ana = person(session, "Ana", telegram_id=1)
        first, second = _plate(session), _plate(session, "Tuesday B")
        choose_for_chat(session, first, chat_id=-5, person_id=ana, day=TODAY)
        choose_for_chat(session, second, chat_id=-5, person_id=ana, day=TODAY)

    with database.reading() as session:
        chosen = batch_of_chat(session, -5, day=TODAY, now=NOON)
        assert chosen is not None
        assert chosen.id == second
        assert batch_of_chat(session, -6, day=TODAY, now=NOON) is None
        assert batch_of_chat(session, -5, day=TODAY + timedelta(days=1), now=NOON) is None


def test_a_chat_leaves_its_batch_once(database: Database) -> None:
    with database.transaction() as session:
        ana = person(session, "Ana", telegram_id=1)
        choose_for_chat(session, _plate(session), chat_id=-5, person_id=ana, day=TODAY)

        assert leave_for_chat(session, -5)
        assert not leave_for_chat(session, -5)
        assert batch_of_chat(session, -5, day=TODAY, now=NOON) is None


def test_a_closed_batch_is_no_chats_any_more(database: Database) -> None:
    with database.transaction() as session:
        ana, plate = person(session, "Ana", telegram_id=1), _plate(session)
        choose_for_chat(session, plate, chat_id=-5, person_id=ana, day=TODAY)
        close_batch(session, plate, now=NOON)

        assert batch_of_chat(session, -5, day=TODAY, now=NOON) is None


def test_a_group_that_gets_another_id_keeps_its_batch(database: Database) -> None:
    with database.transaction() as session:
        ana, plate = person(session, "Ana", telegram_id=1), _plate(session)
        choose_for_chat(session, plate, chat_id=-5, person_id=ana, day=TODAY)
        move_chat(session, old_chat_id=-5, new_chat_id=-1005)
        move_chat(session, old_chat_id=-5, new_chat_id=-1006)

    with database.reading() as session:
        moved = batch_of_chat(session, -1005, day=TODAY, now=NOON)
        assert moved is not None
        assert moved.id == plate
        assert batch_of_chat(session, -5, day=TODAY, now=NOON) is None


def test_what_an_answer_said_about_a_batch_stays_when_it_is_set_anew(database: Database) -> None:
    with database.transaction() as session:
        ana, plate = person(session, "Ana", telegram_id=1), _plate(session, "A", "hook", "clip")
        seen = sighting(session, ana)
        other = sighting(session, ana, message_id=2)
        narrow(session, seen, plate)
        note_fit(session, seen, fits=True)
        note_fit(session, other, fits=True)
        _plate(session, "A", "gear")

    with database.reading() as session:
        assert narrowed(session, seen) == Narrowed(
            batch=KnownBatch(id=plate, name="A", parts=2), fits=True
        )
        assert is_narrowed(session, seen)
        assert narrowed(session, other) is None
