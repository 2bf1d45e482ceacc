"""Take the parts out of a zip archive, one after the other, without writing a file by its name.

Knows bytes and names, no meshes. One bad entry refuses the whole archive, before any part of it
is taken: an archive that tries something is not to be half believed. What is no part is counted
and left. Names keep their letters of any script; marks that turn the direction of text are
dropped, because with them a name can show another one than it is.
"""

import unicodedata
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import IO, Self

from catalog.unpacking import ReadBudget, open_zip, read_entry
from catalog.unreadable import Trouble, Unreadable

ARCHIVE_SUFFIX = ".zip"

_NESTED_SUFFIXES = frozenset({".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst"})
_JUNK_FOLDERS = frozenset({"__MACOSX", ".git", ".svn"})
_UTF8_FLAG = 0x800
_UNIX_LINK, _UNIX_KIND = 0xA000, 0xF000
_SHOWN_CHARACTERS = 60
_DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveLimits:
    """How much may come out of one archive.

    Meshes shrink three- to twentyfold when packed; a bomb shrinks a thousandfold.
    """

    files: int = 5_000
    unpacked_bytes: int = 2_000_000_000
    ratio: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedPart:
    """One part file of an archive: its path there, with folders and suffix, and its bytes."""

    path: str
    content: bytes


_LIMITS = ArchiveLimits()


class PartArchive:
    """An archive whose directory was read and found decent.

    Attributes:
        paths: the part files in it, in order.
        ignored: how many other files it holds, system junk not counted.
    """

    def __init__(
        self,
        source: bytes | Path,
        file_name: str,
        *,
        suffixes: Collection[str],
        limits: ArchiveLimits = _LIMITS,
    ) -> None:
        """Read the directory of an archive; suffixes say which files are parts.

        Raises:
            Unreadable: no archive, encrypted, nested, too many files, names that point outside.
        """
        stream: IO[bytes] | Path = BytesIO(source) if isinstance(source, bytes) else source
        self._zip = open_zip(stream, file_name)
        packed = len(source) if isinstance(source, bytes) else source.stat().st_size
        self._budget = ReadBudget(
            file=file_name,
            packed_bytes=packed,
            unpacked_limit_bytes=limits.unpacked_bytes,
            ratio_limit=limits.ratio,
        )
        files = _files(self._zip, file_name, limits=limits)
        _refuse_promised(files.values(), self._budget)
        self._parts = {
            path: entry
            for path, entry in files.items()
            if PurePosixPath(path).suffix.lower() in suffixes
        }
        self.paths = tuple(self._parts)
        self.ignored = len(files) - len(self._parts)
        if not self._parts:
            raise Unreadable(Trouble.ARCHIVE_EMPTY, file=file_name)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()

    def parts(self) -> Iterator[PackedPart]:
        """Unpack the parts one by one, so that only one is in memory.

        Raises:
            Unreadable: an entry is damaged, or more comes out than the limits allow.
        """
        for path, entry in self._parts.items():
            yield PackedPart(path=path, content=read_entry(self._zip, entry, self._budget))


def _files(
    archive: zipfile.ZipFile, file_name: str, *, limits: ArchiveLimits
) -> dict[str, zipfile.ZipInfo]:
    entries = archive.infolist()
    if len(entries) > limits.files:
        raise Unreadable(
            Trouble.ARCHIVE_TOO_MANY_FILES, file=file_name, files=len(entries), limit=limits.files
        )
    found: dict[str, zipfile.ZipInfo] = {}
    for entry in entries:
        path = _decent_path(entry, file_name)
        if not (entry.is_dir() or _is_junk(path) or _is_link(entry)):
            found[_different(path, found)] = entry
    return found


def _refuse_promised(entries: Collection[zipfile.ZipInfo], budget: ReadBudget) -> None:
    """Believe a directory that says too much; one that says too little is met while reading."""
    promise = ReadBudget(
        file=budget.file,
        packed_bytes=budget.packed_bytes,
        unpacked_limit_bytes=budget.unpacked_limit_bytes,
        ratio_limit=budget.ratio_limit,
    )
    for entry in entries:
        promise.spend(entry.file_size)
        if entry.flag_bits & 1:
            raise Unreadable(Trouble.ARCHIVE_ENCRYPTED, file=budget.file)


def _decent_path(entry: zipfile.ZipInfo, file_name: str) -> str:
    name = _decoded(entry).replace("\\", "/")
    steps = name.split("/")
    if name.startswith("/") or ".." in steps or name[1:2] == ":" or "\x00" in name:
        raise Unreadable(Trouble.ARCHIVE_NAME_OUTSIDE, file=file_name, name=_shown(name))
    if PurePosixPath(name).suffix.lower() in _NESTED_SUFFIXES and not _is_junk(name):
        raise Unreadable(Trouble.ARCHIVE_NESTED, file=file_name, name=_shown(name))
    cleaned = [_cleaned(step) for step in steps if step not in {"", "."}]
    return "/".join(step for step in cleaned if step) or "unnamed"


def _decoded(entry: zipfile.ZipInfo) -> str:
    """Names without the UTF-8 flag are CP437 by the book and UTF-8 as macOS writes them."""
    name = entry.orig_filename
    if entry.flag_bits & _UTF8_FLAG:
        return name
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name


def _cleaned(step: str) -> str:
    kept = (
        letter
        for letter in unicodedata.normalize("NFC", step)
        if letter not in _DIRECTION_MARKS and unicodedata.category(letter) not in {"Cc", "Cs"}
    )
    return "".join(kept).strip()


def _shown(name: str) -> str:
    return _cleaned(name)[:_SHOWN_CHARACTERS]


def _is_junk(path: str) -> bool:
    steps = path.split("/")
    return not _JUNK_FOLDERS.isdisjoint(steps) or steps[-1].startswith((".", "Thumbs.db"))


def _is_link(entry: zipfile.ZipInfo) -> bool:
    return (entry.external_attr >> 16) & _UNIX_KIND == _UNIX_LINK


def _different(path: str, taken: Collection[str]) -> str:
    """Two entries of one name are two files: the later one gets a number."""
    number, free = 2, path
    while free in taken:
        pure = PurePosixPath(path)
        free, number = str(pure.with_name(f"{pure.stem} {number}{pure.suffix}")), number + 1
    return free
