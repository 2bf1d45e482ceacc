"""Fixtures of the whole house: real databases, real Redis, a folder of one's own."""

import itertools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog import Database, migrate, open_database
from tests.services import PostgresServer, RedisServer

_names = itertools.count(1)


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
def _postgres_template(postgres: PostgresServer) -> str:
    postgres.sql("CREATE DATABASE template_shop")
    migrate(postgres.url("template_shop"))
    return "template_shop"


@pytest.fixture
def sqlite_url(_sqlite_template: Path, tmp_path: Path) -> str:
    shutil.copy(_sqlite_template, tmp_path / "shop.db")
    return f"sqlite:///{tmp_path / 'shop.db'}"


@pytest.fixture
def postgres_url(postgres: PostgresServer, _postgres_template: str) -> str:
    name = f"shop_{next(_names)}"
    postgres.sql(f"CREATE DATABASE {name} TEMPLATE {_postgres_template}")
    return postgres.url(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated, empty database: each test that asks for it runs on both kinds."""
    fixture = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(fixture))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = open_database(database_url)
    yield opened
    opened.close()
