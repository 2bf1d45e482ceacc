"""A shop whose every piece is real but the clock."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from dramatiq.brokers.stub import StubBroker

from catalog.database import Database, open_database
from catalog.migrations import migrate
from tests.fakes.clock import Clock
from tests.fakes.shops import ShopOpener
from vision.calibration import calibration_of
from vision.describers import describer
from vision.segmenter import Segmenter
from workers.broker import open_stub_broker
from workers.cells import Cells, open_cells
from workers.shop import Recognition, Shop


@pytest.fixture(scope="session")
def cells() -> Iterator[Cells]:
    """Cells for all tests: their children's imports are what costs."""
    with open_cells() as opened:
        yield opened


@pytest.fixture(scope="session")
def recognition() -> Recognition:
    """hash-aligned and our own network; both open at their first use."""
    return Recognition(
        describer=describer("hash-aligned"),
        calibration=calibration_of("hash-aligned"),
        segmenter=Segmenter(),
        slugs=("hash-aligned",),
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def broker() -> StubBroker:
    return open_stub_broker()


@pytest.fixture
def shop_on(
    broker: StubBroker, cells: Cells, recognition: Recognition, clock: Clock, tmp_path: Path
) -> ShopOpener:
    """Open a shop on a database; nobody hears its doorbell."""

    return ShopOpener(
        folder=tmp_path, cells=cells, recognition=recognition, broker=broker, clock=clock
    )


@pytest.fixture
def shop(database: Database, shop_on: ShopOpener) -> Shop:
    """On SQLite and on PostgreSQL: each test that asks for it runs on both."""
    return shop_on(database)


@pytest.fixture
def sqlite_shop(sqlite_database: Database, shop_on: ShopOpener) -> Shop:
    """For tests of pixels and meshes, which no database changes."""
    return shop_on(sqlite_database)


@pytest.fixture(scope="module")
def module_shop(
    tmp_path_factory: pytest.TempPathFactory, cells: Cells, recognition: Recognition
) -> Iterator[Shop]:
    """One on SQLite for all tests of a module, which stocks it once and leaves it as it is."""
    folder = tmp_path_factory.mktemp("shop")
    migrate(f"sqlite:///{folder / 'shop.db'}")
    database = open_database(f"sqlite:///{folder / 'shop.db'}")
    opener = ShopOpener(
        folder=folder, cells=cells, recognition=recognition, broker=open_stub_broker(),
        clock=Clock(),
    )  # fmt: skip
    yield opener(database)
    database.close()
