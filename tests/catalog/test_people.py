from datetime import timedelta

from catalog.database import Database
from catalog.people import (
    Guest,
    admins,
    enroll,
    enroll_first_admin,
    find_person,
    may_tell_stranger,
    people,
    remove,
)
from catalog.tables import Role
from tests.catalog.shop_rows import NOON, person


def test_a_removed_person_is_a_stranger_until_enrolled_again(database: Database) -> None:
    with database.transaction() as session:
        ana = person(session, "Ana", telegram_id=11)

        remove(session, ana, now=NOON)
        gone = find_person(session, 11)
        person(session, "Ana", telegram_id=11)
        back = find_person(session, 11)

    assert gone is None
    assert back is not None
    assert back.id == ana


def test_an_admin_who_uses_a_workers_invite_stays_an_admin(database: Database) -> None:
    with database.transaction() as session:
        person(session, "Ana", telegram_id=11, role=Role.ADMIN)

        known = enroll(
            session,
            Guest(telegram_id=11, name="Ana M", language="es"),
            role=Role.WORKER,
            now=NOON,
        )

    assert (known.role, known.name, known.language) == (Role.ADMIN, "Ana M", "es")


def test_the_admin_of_the_settings_is_one_even_after_being_removed(database: Database) -> None:
    with database.transaction() as session:
        first = enroll_first_admin(session, 7, now=NOON)
        remove(session, first.id, now=NOON)

        again = enroll_first_admin(session, 7, now=NOON)

        assert [each.telegram_id for each in admins(session)] == [7]
    assert again.id == first.id


def test_a_stranger_is_told_once_an_hour(database: Database) -> None:
    with database.transaction() as session:
        told = [
            may_tell_stranger(session, 99, now=NOON + timedelta(minutes=minutes))
            for minutes in (0, 1, 59, 61, 62)
        ]

    assert told == [True, False, False, True, False]


def test_everybody_is_listed_admins_first(database: Database) -> None:
    with database.transaction() as session:
        person(session, "Zoe", telegram_id=1, role=Role.ADMIN)
        person(session, "Ana", telegram_id=2)
        person(session, "Ben", telegram_id=3)

        assert [each.name for each in people(session)] == ["Zoe", "Ana", "Ben"]
