"""Read what somebody sent as parts: one mesh file, or an archive of them.

Everything is opened in the mesh cell. Each part's mesh is kept in the file store at once, so that
only what is small stays in memory; a file that nobody names in the end is the janitor's.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from catalog.archives import ARCHIVE_SUFFIX
from catalog.files import FileKey
from catalog.meshes import Finding, Fingerprint, MeshDetails
from catalog.unreadable import Unreadable
from workers.cells import MESH_TIME
from workers.mesh_tasks import MeasuredPart, UnpackedFile, measure_parts, unpack
from workers.shop import Shop


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPart:
    """One part of a file, read and measured, its mesh in the file store.

    Attributes:
        name: what the part is to be called, if nobody is called so yet.
        copies: how often a build plate holds it.
        file_key: the file it came in, not the archive around that.
    """

    name: str
    copies: int
    file_key: FileKey
    file_name: str
    mesh_key: FileKey
    details: MeshDetails
    fingerprint: Fingerprint
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedFile:
    """One file that no part could be made of."""

    name: str
    why: Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRead:
    """All that a file holds.

    Attributes:
        ignored: files of an archive that are no parts.
    """

    parts: tuple[FoundPart, ...]
    refused: tuple[RefusedFile, ...] = ()
    ignored: int = 0


OnFile = Callable[[int, int], None]


def is_archive(name: str) -> bool:
    """Whether a file's name says that it holds other files."""
    return PurePosixPath(name).suffix.lower() == ARCHIVE_SUFFIX


def read_file(
    content: bytes, file_name: str, *, shop: Shop, on_file: OnFile | None = None
) -> FileRead:
    """Read a mesh file or an archive; parts are named after the file that holds them.

    Of an archive, on_file is told how many files are read, and of how many.

    Raises:
        Unreadable: the file, or the archive as a whole, is of no use.
        CellKilled: reading it is too much for a cell.
    """
    if is_archive(file_name):
        return _read_archive(content, file_name, shop, on_file or _say_nothing)
    name = PurePosixPath(file_name).stem
    return FileRead(parts=tuple(read_mesh_file(content, file_name, called=name, shop=shop)))


def read_mesh_file(content: bytes, file_name: str, *, called: str, shop: Shop) -> list[FoundPart]:
    """Read the parts of one mesh file; one alone is called so, several `called/own name`.

    Raises:
        Unreadable: nothing can be made of it.
        CellKilled: reading it is too much for a cell.
    """
    measured = shop.cells.meshes.call(
        measure_parts,
        content,
        PurePosixPath(file_name).name,
        shop.limits.meshes,
        wall_time=MESH_TIME,
    )
    file_key = shop.files.keep(content)
    return [
        _found(part, name, file_key=file_key, file_name=file_name, shop=shop)
        for part, name in zip(measured, _names(measured, called), strict=True)
    ]


def _read_archive(content: bytes, file_name: str, shop: Shop, on_file: OnFile) -> FileRead:
    with tempfile.TemporaryDirectory(prefix="whoseprint-") as folder:
        archive = Path(folder) / "archive"
        archive.write_bytes(content)
        unpacked = shop.cells.meshes.call(
            unpack, archive, file_name, Path(folder), wall_time=MESH_TIME
        )
        parts: list[FoundPart] = []
        refused: list[RefusedFile] = []
        for done, file in enumerate(unpacked.files):
            on_file(done, len(unpacked.files))
            match _read_unpacked(file, shop):
                case RefusedFile() as refusal:
                    refused.append(refusal)
                case found:
                    parts += found
    return FileRead(parts=tuple(parts), refused=tuple(refused), ignored=unpacked.ignored)


def _read_unpacked(file: UnpackedFile, shop: Shop) -> list[FoundPart] | RefusedFile:
    called = str(PurePosixPath(file.path).with_suffix(""))
    try:
        return read_mesh_file(file.unpacked.read_bytes(), file.path, called=called, shop=shop)
    except Unreadable as why:
        return RefusedFile(name=file.path, why=why.about(file.path))


def _names(measured: list[MeasuredPart], called: str) -> list[str]:
    if len(measured) == 1:
        return [called]
    return [f"{called}/{part.name}" for part in measured]


def _found(
    part: MeasuredPart, name: str, *, file_key: FileKey, file_name: str, shop: Shop
) -> FoundPart:
    return FoundPart(
        name=name,
        copies=part.copies,
        file_key=file_key,
        file_name=PurePosixPath(file_name).name,
        mesh_key=shop.files.keep(part.stl),
        details=part.details,
        fingerprint=part.fingerprint,
        findings=part.findings,
    )


def _say_nothing(_done: int, _total: int) -> None:
    """For callers that do not watch."""
