"""Open the database, SQLite or PostgreSQL, so that both behave alike.

SQLite takes the write lock at BEGIN: deferred transactions lose updates without an error when
two of them read, then write (4 threads x 50 increments gave 50 of 200; so they give 200).
Reading sessions leave the lock alone, else two open readers block each other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session

#: How long a SQLite writer waits for another before it fails.
BUSY_TIMEOUT_MS = 15_000


@dataclass(frozen=True, slots=True)
class Database:
    """One database and the two ways into it."""

    engine: Engine

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Read and write; all of it is kept, or none."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Read only; never waits for a writer."""
        readers = self.engine.execution_options(ro=True)
        with Session(readers, expire_on_commit=False) as session:
            yield session
            session.rollback()

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def open_database(url: str) -> Database:
    """Open the database named by an SQLAlchemy URL; creates no tables (see migrations)."""
    if url.startswith("sqlite"):
        engine = create_engine(url)
        _make_sqlite_careful(engine)
    else:
        engine = create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=20)
    return Database(engine)


def _make_sqlite_careful(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _on_connect(connection: SqliteConnection, _record: Any) -> None:  # noqa: ANN401  # SQLAlchemy's private type
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        reads_only = connection.get_execution_options().get("ro")
        connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")
