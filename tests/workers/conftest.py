"""A shop whose every piece is real but the clock."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dramatiq.brokers.stub import StubBroker

from catalog import Database, open_database
from catalog.files import FileStore
from tests.fakes.clock import Clock
from vision.calibration import calibration_of
from vision.describers import describer
from vision.segmenter import Segmenter
from workers.broker import open_stub_broker
from workers.catalogue_index import CatalogueIndex
from workers.cells import Cells, open_cells
from workers.doorbell import Doorbell
from workers.figures import Figures
from workers.shop import Limits, Recognition, Shop


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
) -> Callable[[Database], Shop]:
    """Open a shop on a database; nobody hears its doorbell."""

    def opened(database: Database) -> Shop:
        return Shop(
            database=database,
            files=FileStore(str(tmp_path / "files")),
            doorbell=Doorbell(broker),
            cells=cells,
            recognition=recognition,
            index=CatalogueIndex(database, recognition.describer),
            figures=Figures(),
            limits=Limits(),
            clock=clock,
        )

    return opened


@pytest.fixture
def shop(database: Database, shop_on: Callable[[Database], Shop]) -> Shop:
    """On SQLite and on PostgreSQL: each test that asks for it runs on both."""
    return shop_on(database)


@pytest.fixture
def sqlite_shop(sqlite_url: str, shop_on: Callable[[Database], Shop]) -> Iterator[Shop]:
    """For tests of pixels and meshes, which no database changes."""
    database = open_database(sqlite_url)
    yield shop_on(database)
    database.close()
