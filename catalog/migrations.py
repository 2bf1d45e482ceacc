"""Bring a database to the newest shape, and tell whether it has it.

SQLite is migrated on an engine without foreign_keys=ON: batch migrations rebuild tables, and with
the pragma on, ON DELETE CASCADE silently empties their children. The keys are checked afterwards.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text

#: Beside the packages in a checkout and in the image.
SCRIPTS = Path(__file__).resolve().parent.parent / "alembic"


class BrokenReferences(Exception):
    """After a migration a row points at a row that is not there; the migration is at fault."""

    def __init__(self, table: str) -> None:
        super().__init__(table)
        self.table = table

    def __str__(self) -> str:
        return f"rows of {self.table} point at rows that are not there"


def migrate(url: str) -> None:
    """Apply every migration that is missing. Safe to repeat."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                # two starting processes: the second waits, then finds nothing to do
                connection.execute(text("SELECT pg_advisory_lock(7071)"))
                connection.commit()
            command.upgrade(_config(connection), "head")
            connection.commit()
            _check_references(connection)
    finally:
        engine.dispose()


def is_current(url: str) -> bool:
    """Whether no migration is missing."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            here = MigrationContext.configure(connection).get_current_revision()
        return here == ScriptDirectory(str(SCRIPTS)).get_current_head()
    finally:
        engine.dispose()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _check_references(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.execute(text("PRAGMA foreign_key_check")).first()
    if broken is not None:
        raise BrokenReferences(str(broken[0]))
