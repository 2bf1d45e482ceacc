import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect

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
