from datetime import timedelta

from sqlalchemy import select

from catalog.database import Database
from catalog.invites import make_invite, use_invite
from catalog.people import Guest
from catalog.tables import Invite, Role
from tests.catalog.shop_rows import NOON

WEEK = timedelta(days=7)


def _guest(telegram_id: int) -> Guest:
    return Guest(telegram_id=telegram_id, name=f"Guest {telegram_id}", language="es")


def test_an_invite_lets_one_person_in_and_no_second(database: Database) -> None:
    with database.transaction() as session:
        invite = make_invite(session, Role.ADMIN, made_by=None, now=NOON, good_for=WEEK)
        first = use_invite(session, invite.token, _guest(1), now=NOON)
        second = use_invite(session, invite.token, _guest(2), now=NOON)

    assert first is not None
    assert (first.telegram_id, first.role, first.language) == (1, Role.ADMIN, "es")
    assert second is None


def test_an_expired_or_invented_token_opens_nothing(database: Database) -> None:
    with database.transaction() as session:
        invite = make_invite(session, Role.WORKER, made_by=None, now=NOON, good_for=WEEK)

        assert use_invite(session, invite.token, _guest(1), now=NOON + WEEK) is None
        assert use_invite(session, "invented", _guest(1), now=NOON) is None


def test_a_copy_of_the_database_holds_no_token(database: Database) -> None:
    with database.transaction() as session:
        invite = make_invite(session, Role.WORKER, made_by=None, now=NOON, good_for=WEEK)
        row = session.scalars(select(Invite)).one()

        kept = [str(value) for value in vars(row).values()]

    assert not any(invite.token in value for value in kept)


def test_a_token_fits_into_a_start_link(database: Database) -> None:
    with database.transaction() as session:
        invite = make_invite(session, Role.WORKER, made_by=None, now=NOON, good_for=WEEK)

    start = f"inv_{invite.token}"
    assert len(start) <= 64
    assert start.replace("_", "").replace("-", "").isalnum()
