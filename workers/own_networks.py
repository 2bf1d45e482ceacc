"""The shop's own networks on this machine: fetched from the file store, opened, kept open.

Networks lie in a folder named after their slug, which says what they are: a file once fetched is
good for ever, and is fetched again where it was damaged or removed. Each is written whole or not at
all, so that no process opens half of one. Which slug answers: workers/turning.py.
"""

import shutil
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from catalog.database import Database
from catalog.describers_in_use import InUse, in_use
from catalog.errors import Fault
from catalog.files import FileGone, FileStore, write_whole
from catalog.tunings import NetworkFile, networks_of, tuning_called
from vision import Describer, WeightsDamaged
from vision.confirmed import remembers
from vision.describers import describer
from vision.editions import kept_as
from vision.networks import Networks
from workers.catalogue_index import CatalogueIndex
from workers.recall import Recall

#: Fetching takes seconds; what is older was left behind.
LEFTOVERS_KEPT = timedelta(days=1)

#: Of a file on the disk: its number there, its size and when it was changed.
_Stamp = tuple[int, int, int]


class NetworksGone(Fault):
    """No networks of this slug are kept."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug

    def __str__(self) -> str:
        return f"no networks of {self.slug} are kept"


class NetworksOutdated(Fault):
    """Networks of this slug were tuned from others than this version ships."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug

    def __str__(self) -> str:
        return f"{self.slug} was tuned from other networks than this version has"


#: What no machine can have, and waiting does not help.
LOST = (NetworksGone, NetworksOutdated, FileGone, WeightsDamaged)
#: Of a run's figures: under which name signatures were kept when its networks were made.
EDITION_FIGURE = "edition"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """All that a process holds of a slug that answers."""

    describer: Describer
    index: CatalogueIndex
    recall: Recall | None


class OwnNetworks:
    """The networks of one describer's family; safe to share between threads."""

    def __init__(self, database: Database, files: FileStore, folder: Path, *, family: str) -> None:
        self.family = family
        self._database, self._files, self._folder = database, files, folder
        self._opening = threading.Lock()
        self._opened: dict[str, Answering] = {}
        self._whole: dict[Path, tuple[_Stamp, str]] = {}

    def in_use(self) -> InUse:
        """What answers now."""
        with self._database.reading() as session:
            return in_use(session, self.family)

    def opened(self, slug: str) -> Answering:
        """The slug, opened once; its index loads at its first search.

        Raises:
            LOST, OSError: its networks cannot be had.
        """
        with self._opening:
            if slug not in self._opened:
                self._opened[slug] = self._open(slug)
            return self._opened[slug]

    def folder(self, slug: str) -> Path | None:
        """Where the networks of a slug lie, all of them whole; None: they are the shipped ones.

        Raises:
            LOST, OSError: some cannot be had.
        """
        if slug == self.family:
            return None
        folder = self._folder / slug
        with self._database.reading() as session:
            run, files = tuning_called(session, slug), networks_of(session, slug)
        if run is None or not files:
            raise NetworksGone(slug)
        edition = kept_as(self.family)
        if run.figures.get(EDITION_FIGURE, edition) != edition:
            raise NetworksOutdated(slug)
        for name, file in files.items():
            if not self._is_there(folder, name, file):
                self._fetch(folder, name, file)
        return folder

    def is_lost(self, slug: str) -> bool:
        """Whether no machine can have its networks: what was kept is gone or damaged."""
        try:
            self.folder(slug)
        except LOST:
            return True
        except OSError:  # this machine's trouble
            return False
        return False

    def close_all_but(self, slugs: tuple[str, ...]) -> None:
        """Let go of what nobody asks for any more."""
        with self._opening:
            self._opened = {slug: held for slug, held in self._opened.items() if slug in slugs}

    def _open(self, slug: str) -> Answering:
        folder = self.folder(slug)
        ours = describer(slug, folder)
        recall = Recall(self._database, slug, Networks(folder)) if remembers(slug) else None
        return Answering(describer=ours, index=CatalogueIndex(self._database, ours), recall=recall)

    def _is_there(self, folder: Path, name: str, file: NetworkFile) -> bool:
        """Compared by content whenever the file on the disk is another one than last time."""
        network, digest = folder / f"{name}.onnx", folder / f"{name}.sha256"
        try:
            stamp, told = _stamp(network), digest.read_bytes().strip()
            if self._whole.get(network) != (stamp, file.sha256):
                if sha256(network.read_bytes()).hexdigest() != file.sha256:
                    return False
                self._whole[network] = (stamp, file.sha256)
        except FileNotFoundError:
            return False
        return told == file.sha256.encode()

    def _fetch(self, folder: Path, name: str, file: NetworkFile) -> None:
        """Another process may fetch the same one: both write the same bytes."""
        self._clear_up()
        content = self._files.read(file.key)
        found = sha256(content).hexdigest()
        if found != file.sha256:
            raise WeightsDamaged(name, file.sha256, found)
        write_whole(folder / f"{name}.onnx", content)
        write_whole(folder / f"{name}.sha256", f"{file.sha256}\n".encode("ascii"))

    def _clear_up(self) -> None:
        """What was being fetched when its process was killed, long enough ago."""
        before = time.time() - LEFTOVERS_KEPT.total_seconds()
        for path in (*self._folder.glob("*/*.part"), *self._folder.glob("*.*-*")):
            with suppress(FileNotFoundError):  # it was finished this moment
                if path.stat().st_mtime >= before:
                    continue
                if path.is_dir():  # so they were called once
                    shutil.rmtree(path)
                else:
                    path.unlink()


def _stamp(path: Path) -> _Stamp:
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns
