from catalog.database import Database
from catalog.signatures import catalogue_version
from catalog.switches import Turnable, is_on, turn
from tests.catalog.shop_rows import NOON


def test_a_switch_is_off_until_it_is_turned_and_every_worker_hears_of_it(
    database: Database,
) -> None:
    with database.transaction() as session:
        assert not is_on(session, Turnable.VERDICTS)
        before = catalogue_version(session)
        assert turn(session, Turnable.VERDICTS, on=True, now=NOON)

    with database.reading() as session:
        assert is_on(session, Turnable.VERDICTS)
        assert catalogue_version(session) == before + 1


def test_turning_a_switch_twice_changes_nothing_the_second_time(database: Database) -> None:
    with database.transaction() as session:
        assert not turn(session, Turnable.VERDICTS, on=False, now=NOON)
        assert turn(session, Turnable.VERDICTS, on=True, now=NOON)
        version = catalogue_version(session)
        assert not turn(session, Turnable.VERDICTS, on=True, now=NOON)
        assert catalogue_version(session) == version
        assert turn(session, Turnable.VERDICTS, on=False, now=NOON)
        assert not is_on(session, Turnable.VERDICTS)
