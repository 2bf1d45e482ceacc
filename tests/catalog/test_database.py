import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from catalog.database import Database
from catalog.tables import CatalogueVersion, Leader


def test_four_threads_that_read_then_write_lose_no_update(database: Database) -> None:
    with database.transaction() as session:
        session.add(CatalogueVersion(id=1, version=0))

    def add_fifty() -> None:
        for _ in range(50):
            with database.transaction() as session:
                statement = select(CatalogueVersion).with_for_update()
                row = session.scalars(statement).one()
                row.version += 1

    threads = [threading.Thread(target=add_fifty) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.reading() as session:
        assert session.scalars(select(CatalogueVersion.version)).one() == 200


def test_an_instant_comes_back_aware_and_equal(database: Database) -> None:
    instant = datetime(2026, 12, 24, 18, 30, 15, 250, tzinfo=UTC)
    with database.transaction() as session:
        session.add(Leader(deed="poll", holder="a", until=instant))

    with database.reading() as session:
        assert session.scalars(select(Leader.until)).one() == instant


def test_a_naive_instant_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="naive"), database.transaction() as session:
        session.add(Leader(deed="poll", holder="a", until=datetime(2026, 1, 1)))  # noqa: DTZ001  # the mistake under test


def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    class PowerCut(Exception):
        pass

    with pytest.raises(PowerCut), database.transaction() as session:
        session.add(CatalogueVersion(id=1, version=7))
        session.flush()
        raise PowerCut

    with database.reading() as session:
        assert session.scalars(select(CatalogueVersion)).all() == []
