"""Fixtures of the whole house: real databases, real Redis, a folder of one's own."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import certifi
import pytest

from catalog.database import Database, open_database
from catalog.migrations import migrate
from catalog.tables import Base
from tests.services import PostgresServer, RedisServer

#: DELETE and not TRUNCATE: the tables are small, and TRUNCATE costs a file each. Children go first.
#: Whoever still holds a row would hang the next test, so waiting for it is limited.
_EMPTY_AGAIN = ";".join(
    [
        "SET lock_timeout = '20s'",
        *(str(table.delete()) for table in reversed(Base.metadata.sorted_tables)),
        """DO $$ DECLARE name text; BEGIN
          FOR name IN SELECT quote_ident(sequencename) FROM pg_sequences LOOP
            EXECUTE 'ALTER SEQUENCE ' || name || ' RESTART';
          END LOOP;
        END $$""",
    ]
)


_END_OF_CERTIFICATE = "-----END CERTIFICATE-----\n"


@pytest.fixture(scope="session", autouse=True)
def _one_root_certificate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tests talk over loopback without TLS, yet each bot reads all roots, twice: 50 ms a bot."""
    roots = certifi.contents()
    one = tmp_path_factory.mktemp("roots") / "one.pem"
    one.write_text(roots[: roots.index(_END_OF_CERTIFICATE)] + _END_OF_CERTIFICATE)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SSL_CERT_FILE", str(one))
        yield


def _must_have(program: str) -> None:
    """A missing service skips on a laptop and fails in CI."""
    missing = shutil.which(program) is None and not any(
        (folder / program).exists() for folder in Path("/usr/lib/postgresql").glob("*/bin")
    )
    if missing and os.environ.get("CI"):
        pytest.fail(f"{program} is not installed")
    if missing:
        pytest.skip(f"{program} is not installed")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    _must_have("postgres")
    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A Redis for tests that do not hurt it; those that do start their own."""
    _must_have("redis-server")
    with RedisServer() as server:
        yield server


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "empty.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def _postgres_shop(postgres: PostgresServer) -> str:
    postgres.sql("CREATE DATABASE shop")
    migrate(postgres.url("shop"))
    return "shop"


@pytest.fixture
def sqlite_url(_sqlite_template: Path) -> str:
    """A new file under one name for all tests, so that they can share what is open on it."""
    path = _sqlite_template.with_name("shop.db")
    for left in (path, path.with_name("shop.db-wal"), path.with_name("shop.db-shm")):
        left.unlink(missing_ok=True)
    shutil.copy(_sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres: PostgresServer, _postgres_shop: str) -> Iterator[str]:
    """One database for all tests, empty for each: a new one costs 0.1 s and 300 files to remove."""
    yield postgres.url(_postgres_shop)
    postgres.sql(_EMPTY_AGAIN, database=_postgres_shop)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated, empty database: each test that asks for it runs on both kinds."""
    fixture = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(fixture))


@pytest.fixture(scope="session")
def _opened_before() -> dict[str, Database]:
    """Databases by URL. SQLAlchemy compiles a statement once an engine; that is most of its work.

    Closed after each test, they open new connections when they are used again.
    """
    return {}


def _opened(url: str, opened_before: dict[str, Database]) -> Database:
    if url not in opened_before:
        opened_before[url] = open_database(url)
    return opened_before[url]


@pytest.fixture
def database(database_url: str, _opened_before: dict[str, Database]) -> Iterator[Database]:
    opened = _opened(database_url, _opened_before)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_database(sqlite_url: str, _opened_before: dict[str, Database]) -> Iterator[Database]:
    """For tests that no other kind of database would change."""
    opened = _opened(sqlite_url, _opened_before)
    yield opened
    opened.close()
