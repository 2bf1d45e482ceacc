"""Keep files by what is in them.

A key is "sha256/ab/abcdef...": the same bytes are kept once and never changed. A file is written
under a temporary name and then moved, so that a power cut leaves either all of it or nothing that
a key names. Any fsspec URL will do: a folder by default, "s3://bucket/prefix" for many machines.

Keeping a file that is there makes it young again, because its row is written later and the janitor
removes what is old and named by nobody. The two may meet: `forget_older` looks at the age once more
at the very last moment. In a folder it moves the file aside first, so that it cannot grow young
unseen; a bucket knows no such move, and between its look and its removal lie some milliseconds.
"""

import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NewType
from uuid import uuid4

import fsspec

FileKey = NewType("FileKey", str)


class FileGone(Exception):
    """No file lies under this key (any more)."""

    def __init__(self, key: FileKey) -> None:
        super().__init__(key)
        self.key = key

    def __str__(self) -> str:
        return f"no file under {self.key}"


class FileStore:
    """Bytes in, key out. Safe to use from many threads and processes at once."""

    def __init__(self, url: str) -> None:
        """Open the store at a path or URL; the folder is made when the first file comes.

        Args:
            url: a folder's path or any URL that fsspec understands.
        """
        self._fs, root = fsspec.core.url_to_fs(url)
        if not self._is_folder:  # what another machine keeps or forgets must be seen at once
            self._fs, root = fsspec.core.url_to_fs(url, use_listings_cache=False)
        self._root = str(root).rstrip("/")

    def keep(self, data: bytes) -> FileKey:
        """Keep these bytes and tell their key. Keeping them again is free."""
        digest = hashlib.sha256(data).hexdigest()
        key = FileKey(f"sha256/{digest[:2]}/{digest}")
        path = self._path(key)
        if not self._is_folder:
            self._fs.pipe_file(path, data)  # whole or not at all; there already: young again
        elif not _grows_young(Path(path)):
            write_whole(Path(path), data)
        return key

    def read(self, key: FileKey) -> bytes:
        """The bytes under a key.

        Raises:
            FileGone: there are none.
        """
        try:
            return bytes(self._fs.cat_file(self._path(key)))
        except FileNotFoundError:
            raise FileGone(key) from None

    def has(self, key: FileKey) -> bool:
        """Whether something lies under this key."""
        return bool(self._fs.exists(self._path(key)))

    def forget(self, key: FileKey) -> None:
        """Remove the file; no harm when it is gone already."""
        if self.has(key):
            self._fs.rm_file(self._path(key))

    def forget_older(self, key: FileKey, moment: datetime) -> bool:
        """Remove a file unless it was kept after a moment; whether it was removed."""
        if self._is_folder:
            return _forget_older(Path(self._path(key)), moment)
        try:
            if _changed_at(self._fs.info(self._path(key))) >= moment:
                return False
            self._fs.rm_file(self._path(key))
        except FileNotFoundError:
            return False
        return True

    def kept_before(self, moment: datetime) -> Iterator[FileKey]:
        """Keys last kept before a moment: what the janitor may look at."""
        if not self._fs.exists(f"{self._root}/sha256"):
            return
        for path, facts in self._fs.find(f"{self._root}/sha256", detail=True).items():
            if _changed_at(facts) < moment:
                yield FileKey(path[len(self._root) + 1 :])

    @property
    def folder(self) -> Path | None:
        """The folder it lies in; None in a bucket."""
        return Path(self._root) if self._is_folder else None

    @property
    def _is_folder(self) -> bool:
        protocol = self._fs.protocol
        return "file" in (protocol if isinstance(protocol, tuple) else (protocol,))

    def _path(self, key: FileKey) -> str:
        if not key.startswith("sha256/") or ".." in key:
            raise ValueError(f"not a file key: {key!r}")
        return f"{self._root}/{key}"


def _grows_young(path: Path) -> bool:
    """Make a file young that is there already; never makes one."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def write_whole(path: Path, data: bytes) -> None:
    """Write a file: whenever the power goes, it is there whole, or as it was before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{uuid4().hex}.part")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())  # the name must never outlive the bytes
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # nor a row the name
    finally:
        os.close(folder)


def _forget_older(path: Path, moment: datetime) -> bool:
    aside = path.with_name(f"{path.name}.{uuid4().hex}.part")
    try:
        path.rename(aside)
    except FileNotFoundError:
        return False
    if datetime.fromtimestamp(aside.stat().st_mtime, tz=UTC) >= moment:
        aside.replace(path)
        return False
    aside.unlink()
    return True


def _changed_at(facts: dict[str, Any]) -> datetime:
    when = facts.get("mtime") or facts.get("LastModified") or facts.get("created")
    if isinstance(when, datetime):
        return when if when.tzinfo else when.replace(tzinfo=UTC)
    return datetime.fromtimestamp(float(when or 0), tz=UTC)
