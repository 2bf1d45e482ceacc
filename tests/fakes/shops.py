"""Open a shop whose every piece is real but the clock; nobody hears its doorbell by itself."""

from dataclasses import dataclass
from pathlib import Path

from dramatiq import Broker

from catalog.database import Database
from catalog.files import FileStore
from workers.catalogue_index import CatalogueIndex
from workers.cells import Cells
from workers.clock import Clock
from workers.doorbell import Doorbell
from workers.figures import Figures
from workers.shop import Limits, Recognition, Shop


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopOpener:
    """All that a shop needs but its database."""

    folder: Path
    cells: Cells
    recognition: Recognition
    broker: Broker
    clock: Clock
    files: FileStore | None = None

    def __call__(self, database: Database) -> Shop:
        return Shop(
            database=database,
            files=self.files or FileStore(str(self.folder / "files")),
            doorbell=Doorbell(self.broker),
            cells=self.cells,
            recognition=self.recognition,
            index=CatalogueIndex(database, self.recognition.describer),
            figures=Figures(),
            limits=Limits(),
            clock=self.clock,
        )
