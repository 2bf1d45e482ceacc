"""A disk that knows what would still be there if the power went now."""

import os
import stat
from pathlib import Path

import pytest


class SyncedDisk:
    """Of files and folders, what was told to be kept for good; the disk itself is the real one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._bytes: dict[int, int] = {}
        self._names: dict[int, dict[str, int]] = {}
        self._sync = os.fsync
        monkeypatch.setattr(os, "fsync", self._kept)

    def survives(self, path: Path) -> bool:
        """Whether all of a file's bytes would be there, and under this name."""
        found = path.stat()
        named = self._names.get(path.parent.stat().st_ino, {}).get(path.name)
        return named == found.st_ino and self._bytes.get(found.st_ino) == found.st_size

    def _kept(self, descriptor: int) -> None:
        found = os.fstat(descriptor)
        if stat.S_ISDIR(found.st_mode):
            with os.scandir(descriptor) as entries:
                self._names[found.st_ino] = {entry.name: entry.inode() for entry in entries}
        else:
            self._bytes[found.st_ino] = found.st_size
        self._sync(descriptor)
