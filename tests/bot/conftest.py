"""A running bot for each test that asks for one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.database import Database
from sandbox import Sandbox
from tests.bot.counter import Counter


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start() as opened:
        yield opened


@pytest.fixture
def closed_counter(
    sandbox: Sandbox, sqlite_database: Database, tmp_path: Path
) -> Iterator[Counter]:
    """Everything in place, the bot not started yet."""
    made = Counter(sandbox, sqlite_database, tmp_path)
    yield made
    made.closes()


@pytest.fixture
def counter(closed_counter: Counter) -> Counter:
    closed_counter.opens()
    return closed_counter
