"""The shop's own networks on this machine: fetched from the file store, opened, kept open.

Networks lie in a folder named after their slug, which says what they are: a folder once fetched is
good for ever, and is fetched again where it was damaged. Which slug answers: workers/turning.py.
"""

import os
import secrets
import shutil
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from catalog.database import Database
from catalog.describers_in_use import InUse, in_use
from catalog.errors import Fault
from catalog.files import FileStore
from catalog.tunings import NetworkFile, networks_of
from vision import Describer
from vision.confirmed import remembers
from vision.describers import describer
from vision.networks import Networks
from workers.catalogue_index import CatalogueIndex
from workers.recall import Recall


class NetworksGone(Fault):
    """No networks of this slug are kept."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug

    def __str__(self) -> str:
        return f"no networks of {self.slug} are kept"


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

    def in_use(self) -> InUse:
        """What answers now."""
        with self._database.reading() as session:
            return in_use(session, self.family)

    def opened(self, slug: str) -> Answering:
        """The slug, opened once; its index loads at its first search.

        Raises:
            NetworksGone, FileGone, OSError: its networks cannot be had.
        """
        with self._opening:
            if slug not in self._opened:
                self._opened[slug] = self._open(slug)
            return self._opened[slug]

    def folders(self, slugs: tuple[str, ...]) -> dict[str, Path]:
        """Where the networks of each slug lie; the shipped ones are not named.

        Raises:
            NetworksGone, FileGone, OSError: some cannot be had.
        """
        folders = {slug: self._fetched(slug) for slug in slugs if slug != self.family}
        return {slug: folder for slug, folder in folders.items() if folder is not None}

    def close_all_but(self, slugs: tuple[str, ...]) -> None:
        """Let go of what nobody asks for any more."""
        with self._opening:
            self._opened = {slug: held for slug, held in self._opened.items() if slug in slugs}

    def _open(self, slug: str) -> Answering:
        folder = self._fetched(slug)
        ours = describer(slug, folder)
        recall = Recall(self._database, slug, Networks(folder)) if remembers(slug) else None
        return Answering(describer=ours, index=CatalogueIndex(self._database, ours), recall=recall)

    def _fetched(self, slug: str) -> Path | None:
        if slug == self.family:
            return None
        folder = self._folder / slug
        with self._database.reading() as session:
            files = networks_of(session, slug)
        if not files:
            raise NetworksGone(slug)
        if not all(_is_there(folder, name, file) for name, file in files.items()):
            self._fetch(folder, files)
        return folder

    def _fetch(self, folder: Path, files: Mapping[str, NetworkFile]) -> None:
        """Into a folder beside it first: another process may fetch the same ones."""
        fresh = folder.with_name(f"{folder.name}.{os.getpid()}-{secrets.token_hex(4)}")
        fresh.mkdir(parents=True)
        for name, file in files.items():
            (fresh / f"{name}.onnx").write_bytes(self._files.read(file.key))
            (fresh / f"{name}.sha256").write_text(file.sha256 + "\n", encoding="ascii")
        folder.mkdir(exist_ok=True)
        for path in fresh.iterdir():
            path.replace(folder / path.name)
        shutil.rmtree(fresh)


def _is_there(folder: Path, name: str, file: NetworkFile) -> bool:
    network, digest = folder / f"{name}.onnx", folder / f"{name}.sha256"
    if not (network.exists() and digest.exists()):
        return False
    told = digest.read_bytes().strip()  # both: a power cut may leave either of them empty
    return told == file.sha256.encode() == sha256(network.read_bytes()).hexdigest().encode()
