"""Put a shop together from settings: the one place where all the pieces meet."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from dramatiq import Broker

from catalog.database import Database, open_database
from catalog.errors import Complaint
from catalog.files import FileStore
from catalog.meshes import MeshLimits
from vision.calibration import calibration_of
from vision.confirmed import remembers
from vision.describers import SLUGS, TUNABLE, describer
from vision.segmenter import Segmenter
from whoseprint.preparing import prepare_database
from whoseprint.settings import Settings
from workers.broker import open_stub_broker
from workers.catalogue_index import CatalogueIndex
from workers.cells import open_cells
from workers.clock import system_clock
from workers.doorbell import Doorbell
from workers.figures import Figures
from workers.leanings import Leanings
from workers.own_networks import OwnNetworks
from workers.recall import Recall
from workers.shop import Limits, Recognition, Shop
from workers.turning import as_it_is_now
from workers.workshop import Workshop

#: Of the checkout, where there is one.
ROOT = Path(__file__).resolve().parent.parent


class NoSuchDescriber(Complaint):
    """The settings name a way to compare that there is not."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"WHOSEPRINT_DESCRIBER: there is no {self.name}; there are {', '.join(SLUGS)}."


class NoSuchStore(Complaint):
    """The files cannot be kept where the settings say."""

    def __init__(self, url: str, cause: str) -> None:
        super().__init__(url, cause)
        self.url, self.cause = url, cause

    def __str__(self) -> str:
        return f"WHOSEPRINT_FILES_URL: {self.url} cannot be opened: {self.cause}"


@contextmanager
def opened_shop(
    settings: Settings, *, broker: Broker | None = None, figures: Figures | None = None
) -> Iterator[Shop]:
    """A shop to work in, closed at the end.

    Args:
        settings: what the operator decided.
        broker: where the doorbell rings; without one nobody hears it, as on the command line.
        figures: the counters, when the broker's middleware shares them.

    Raises:
        NotMigrated: on PostgreSQL.
        NoSuchDescriber, NoSuchStore: see there.
    """
    recognition, files = recognition_of(settings), _opened_files(settings)
    prepare_database(settings)
    database = open_database(settings.database)
    own = _own_networks(settings, database, files)
    shop = Shop(
        database=database,
        files=files,
        doorbell=Doorbell(broker or open_stub_broker()),
        cells=open_cells(),
        recognition=recognition,
        index=own.opened(own.family).index
        if own is not None
        else CatalogueIndex(database, recognition.describer),
        figures=figures or Figures(),
        limits=Limits(
            meshes=MeshLimits(triangles=settings.triangle_limit),
            photos_kept=timedelta(days=settings.photo_retention_days),
        ),
        clock=system_clock,
        leanings=Leanings(open_orders=settings.prior_open_orders, batch=settings.prior_batch),
        recall=_recall(database, recognition),
        own=own,
        workshop=workshop_of(settings),
    )
    try:
        yield as_it_is_now(shop)
    finally:
        shop.cells.close()
        database.close()


@contextmanager
def with_own_cells(shop: Shop) -> Iterator[Shop]:
    """The same shop with cells of its own, for one more thread of work."""
    with open_cells() as cells:
        yield replace(shop, cells=cells)


def recognition_of(settings: Settings) -> Recognition:
    """The active way to recognise parts.

    Raises:
        NoSuchDescriber: nobody is called so.
    """
    if settings.describer not in SLUGS:
        raise NoSuchDescriber(settings.describer)
    return Recognition(
        describer=describer(settings.describer),
        calibration=calibration_of(settings.describer),
        segmenter=Segmenter(settings.background_remover),
        slugs=(settings.describer,),
    )


def workshop_of(settings: Settings) -> Workshop:
    """What tuning needs of this machine."""
    python = settings.training_python or ROOT / ".venv-train" / "bin" / "python"
    return Workshop(
        root=ROOT,
        python=Path(sys.executable),
        training_python=python,
        folder=settings.data_dir / "tuning",
    )


def _own_networks(settings: Settings, database: Database, files: FileStore) -> OwnNetworks | None:
    if settings.describer not in TUNABLE:
        return None
    folder = settings.data_dir / "networks"
    return OwnNetworks(database, files, folder, family=settings.describer)


def _recall(database: Database, recognition: Recognition) -> Recall | None:
    slug = recognition.describer.slug
    return Recall(database, slug) if remembers(slug) else None


def _opened_files(settings: Settings) -> FileStore:
    try:
        return FileStore(settings.files)
    except (ImportError, ValueError) as error:  # no s3fs, or a protocol that nobody speaks
        raise NoSuchStore(settings.files, str(error)) from None
