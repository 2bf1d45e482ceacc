import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import IntegrityError

from catalog.database import Database
from catalog.migrations import SCRIPTS, is_current, migrate
from catalog.tables import Base


def test_the_migrations_make_exactly_the_tables_that_the_code_describes(
    database: Database,
) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        difference = compare_metadata(context, Base.metadata)

    assert difference == []


def test_migrating_a_current_database_changes_nothing(database_url: str) -> None:
    migrate(database_url)

    assert is_current(database_url)


def test_an_empty_database_is_not_current(tmp_path: pytest.TempPathFactory) -> None:
    assert not is_current(f"sqlite:///{tmp_path}/nothing.db")


def test_every_foreign_key_has_a_name_so_that_migrations_can_drop_it(database: Database) -> None:
    inspector = inspect(database.engine)

    nameless = [
        (table, key)
        for table in inspector.get_table_names()
        for key in inspector.get_foreign_keys(table)
        if not key["name"]
    ]

    assert nameless == []


def test_look_alikes_can_be_taken_back_and_come_again(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        config = Config()
        config.set_main_option("script_location", str(SCRIPTS))
        config.attributes["connection"] = connection
        command.downgrade(config, "0003")
        connection.commit()
        without = set(inspect(connection).get_table_names())

    migrate(database_url)

    assert "look_alikes" not in without
    assert "look_alikes" in inspect(engine).get_table_names()
    engine.dispose()


def test_work_in_flight_survives_that_jobs_may_be_of_a_new_kind(
    database: Database, database_url: str
) -> None:
    with database.transaction() as session:
        session.execute(text(_JOB.format(id=1, kind="receive", parent="NULL")))
        session.execute(text(_JOB.format(id=2, kind="receive", parent="1")))
    engine = create_engine(database_url)  # without foreign keys, and so without their cascades
    with engine.connect() as connection:
        config = Config()
        config.set_main_option("script_location", str(SCRIPTS))
        config.attributes["connection"] = connection
        command.downgrade(config, "0005")
        connection.commit()
        with pytest.raises(IntegrityError):
            connection.execute(text(_JOB.format(id=3, kind="tune", parent="NULL")))
        connection.rollback()
    engine.dispose()

    migrate(database_url)

    with database.transaction() as session:
        session.execute(text(_JOB.format(id=3, kind="tune", parent="NULL")))
        rows = session.execute(text("SELECT id, parent_id FROM jobs ORDER BY id")).all()
    assert [tuple(row) for row in rows] == [(1, None), (2, 1), (3, None)]
    with database.transaction() as session, pytest.raises(IntegrityError):
        session.execute(text(_JOB.format(id=4, kind="other", parent="NULL")))


_JOB = """
INSERT INTO jobs (id, kind, queue, state, parent_id, facts, created_at, not_before, attempts,
                  progress_done, progress_total)
VALUES ({id}, '{kind}', 'catalog', 'queued', {parent}, '{{}}', '2026-11-21 12:00:00',
        '2026-11-21 12:00:00', 0, 0, 0)
"""
