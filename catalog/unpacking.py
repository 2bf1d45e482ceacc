"""Read entries of a zip without trusting a word of its directory.

Counts the bytes that really come out, not those that the directory promises.
Knows no meshes and no names; 3MF files and archives of parts are both read with it.
"""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from catalog.unreadable import Trouble, Unreadable

_CHUNK_BYTES = 1 << 20
#: Below this nothing is called a bomb: small files of one letter shrink without bound.
_HARMLESS_BYTES = 20_000_000
_ENCRYPTED_FLAG = 0x1
#: What zipfile and its decompressors raise on damaged input (fuzzed, see the tests).
_ZIP_RAISES = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    ArithmeticError,
)


@dataclass(slots=True, kw_only=True)
class ReadBudget:
    """How many bytes may still come out of one archive."""

    file: str
    packed_bytes: int
    unpacked_limit_bytes: int
    ratio_limit: int
    spent_bytes: int = field(default=0)

    def spend(self, count: int) -> None:
        """Take note of bytes that came out.

        Raises:
            Unreadable: too many, or too many for the size of the archive.
        """
        self.spent_bytes += count
        if self.spent_bytes > self.unpacked_limit_bytes:
            limit_mb = self.unpacked_limit_bytes // 1_000_000
            raise Unreadable(Trouble.ARCHIVE_TOO_LARGE, file=self.file, limit_mb=limit_mb)
        if self.spent_bytes > max(_HARMLESS_BYTES, self.packed_bytes * self.ratio_limit):
            raise Unreadable(Trouble.ARCHIVE_BOMB, file=self.file, ratio_limit=self.ratio_limit)


@contextmanager
def complaining(file: str) -> Iterator[None]:
    """Turn what zipfile raises on damaged archives into complaints."""
    try:
        yield
    except (NotImplementedError, RuntimeError) as cause:
        raise Unreadable(Trouble.ARCHIVE_METHOD_UNKNOWN, file=file) from cause
    except _ZIP_RAISES as cause:
        raise Unreadable(Trouble.ARCHIVE_DAMAGED, file=file) from cause


def open_zip(source: IO[bytes] | Path, file: str) -> zipfile.ZipFile:
    """Open an archive for reading.

    Raises:
        Unreadable: it is none.
    """
    with complaining(file):
        return zipfile.ZipFile(source)


def read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: ReadBudget) -> bytes:
    """Everything that one entry holds.

    Raises:
        Unreadable: encrypted, damaged, packed in an unknown way, or beyond the budget.
    """
    if entry.flag_bits & _ENCRYPTED_FLAG:
        raise Unreadable(Trouble.ARCHIVE_ENCRYPTED, file=budget.file)
    chunks: list[bytes] = []
    with complaining(budget.file), archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            budget.spend(len(chunk))
            chunks.append(chunk)
    return b"".join(chunks)
