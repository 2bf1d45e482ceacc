"""What the use cases need, in one frozen hand: whoseprint's wiring fills it.

Knows no settings. A process has one shop; its worker threads share it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from catalog.database import Database
from catalog.files import FileStore
from catalog.meshes import MeshLimits
from catalog.pictures import PictureLimits
from vision import Describer
from vision.decide import Calibration
from vision.segmenter import Segmenter
from workers.catalogue_index import CatalogueIndex
from workers.cells import Cells
from workers.clock import Clock
from workers.doorbell import Doorbell
from workers.figures import Figures
from workers.leanings import Leanings
from workers.own_networks import OwnNetworks
from workers.recall import Recall
from workers.workshop import Workshop


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """How photos are compared with parts.

    Attributes:
        slugs: describers whose signatures new parts get, the active one included.
        folders: where a slug's own networks lie; the shipped ones are not named.
    """

    describer: Describer
    calibration: Calibration
    segmenter: Segmenter
    slugs: tuple[str, ...]
    folders: Mapping[str, Path] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.describer.slug not in self.slugs:
            raise ValueError(f"{self.describer.slug} is not among {self.slugs}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a worker opens, and how long photos are kept."""

    meshes: MeshLimits = field(default_factory=MeshLimits)
    pictures: PictureLimits = field(default_factory=PictureLimits)
    photos_kept: timedelta = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """Everything a use case works with.

    Attributes:
        leanings: how much open orders and batches count.
        recall: the photos that people confirmed; None: nothing is made of them.
        own: the networks that were tuned to it; None: its describer cannot be tuned.
        workshop: what tuning needs; None: this process does not tune.
    """

    database: Database
    files: FileStore
    doorbell: Doorbell
    cells: Cells
    recognition: Recognition
    index: CatalogueIndex
    figures: Figures
    limits: Limits
    clock: Clock
    leanings: Leanings = field(default_factory=Leanings)
    recall: Recall | None = None
    own: OwnNetworks | None = None
    workshop: Workshop | None = None
