"""Import a folder, a file or an archive of parts, with or without an order book.

A part's name is its path relative to what is imported, without the suffix. Everything is safe to
repeat: a part that is there under its name is left alone, one that was added and not yet searchable
when the power went is indexed now. Reading and drawing happen in cells, one set for each thread.
"""

import os
import queue
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from catalog.errors import Complaint
from catalog.meshes import is_part_name
from catalog.order_book import read_order_book
from catalog.order_fields import OrderDetails
from catalog.parts import NAME_CHARACTERS, part_named
from catalog.tables import PartState
from whoseprint.wiring import with_own_cells
from workers.add_named import Named, add_named, attach_orders
from workers.cell import CellKilled
from workers.index_part import DescriberTurned, index_part
from workers.read_file import FoundPart, is_archive, read_file, read_mesh_file
from workers.shop import Shop

Orders = Mapping[str, Sequence[OrderDetails]]


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that was not taken in, and why, in a sentence."""

    name: str
    why: str


@dataclass(slots=True)
class ImportReport:
    """What became of everything."""

    added: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    #: (part, other part of the very same mesh)
    twins: list[tuple[str, str]] = field(default_factory=list)
    #: Parts that the order book names and nobody has.
    orders_without_part: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, name: str, named: Named) -> None:
        """Write down that a part is in the catalogue."""
        with self._lock:
            (self.added if named.added else self.known).append(name)
            if named.twin is not None:
                self.twins.append((name, named.twin))

    def refuse(self, name: str, why: object) -> None:
        """Write down that something was not taken in."""
        with self._lock:
            self.refused.append(Refused(name, str(why)))


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read and the name its part is to have."""

    path: Path
    name: str


def sources(path: Path) -> list[Source]:
    """Every part file and archive under a path, in order."""
    if path.is_file():
        return [Source(path, _spelt(path.stem))]
    return [
        Source(file, _spelt(file.relative_to(path).with_suffix("").as_posix()))
        for file in sorted(path.rglob("*"))
        if file.is_file() and (is_part_name(file.name) or is_archive(file.name))
    ]


def read_orders(csv: Path, report: ImportReport) -> Orders:
    """The order book by part name; rows that cannot be read are refused in the report.

    Raises:
        Unreadable: the file is no order book.
    """
    book = read_order_book(csv.read_bytes())
    orders: dict[str, list[OrderDetails]] = {}
    for row in book.rows:
        orders.setdefault(row.part, []).append(row.details)
    for bad in book.refused:
        report.refuse(f"{csv.name}, line {bad.line}", bad.reason)
    return orders


class NameTooLong(Complaint):
    """A part's path is longer than the catalogue keeps names."""

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.length = length

    def __str__(self) -> str:
        return (
            f"Its path has {self.length} characters, a part's name has room for {NAME_CHARACTERS}. "
            "Import from a folder further down."
        )


@dataclass(frozen=True, slots=True)
class Import:
    """One import on its way."""

    orders: Orders
    report: ImportReport

    def run(
        self, found: Sequence[Source], *, shop: Shop, threads: int, on_done: Callable[[], None]
    ) -> None:
        """Import every source; when this returns, each part named as added is searchable."""
        with ExitStack() as cells:
            shops = queue.SimpleQueue[Shop]()
            for _ in range(threads):
                shops.put(cells.enter_context(with_own_cells(shop)))

            def work(source: Source) -> None:
                own = shops.get()
                try:
                    self._import_one(source, own)
                finally:
                    shops.put(own)
                    on_done()

            with ThreadPoolExecutor(threads, thread_name_prefix="import") as pool:
                list(pool.map(work, found))  # a list, so that what went wrong is raised here
        self._attach_the_rest(shop)

    def _import_one(self, source: Source, shop: Shop) -> None:
        try:
            if len(source.name) > NAME_CHARACTERS:
                raise NameTooLong(len(source.name))
            content = source.path.read_bytes()
            if self._is_there(source, content, shop):
                return
            for part in self._read(source, content, shop):
                self._add(part, shop)
        except (Complaint, CellKilled, OSError) as why:
            self.report.refuse(source.name, why)

    def _is_there(self, source: Source, content: bytes, shop: Shop) -> bool:
        """The very file is there under its name and searchable: no need to read it again."""
        key = shop.files.keep(content)
        with shop.database.transaction() as session:
            part = part_named(session, source.name)
            if part is None or part.file_key != key or part.state is not PartState.READY:
                return False
            attach_orders(session, part.id, self.orders.get(source.name, ()), now=shop.clock())
        self.report.note(source.name, Named(part_id=part.id, added=False, searchable=True))
        return True

    def _read(self, source: Source, content: bytes, shop: Shop) -> Iterator[FoundPart]:
        if not is_archive(_spelt(source.path.name)):
            yield from read_mesh_file(
                content, _spelt(source.path.name), called=source.name, shop=shop
            )
            return
        read = read_file(content, _spelt(source.path.name), shop=shop)
        for refused in read.refused:
            self.report.refuse(refused.name, refused.why)
        yield from read.parts

    def _add(self, part: FoundPart, shop: Shop) -> None:
        try:
            if len(part.name) > NAME_CHARACTERS:
                raise NameTooLong(len(part.name))
            named = add_named(part, shop=shop, orders=self.orders.get(part.name, ()))
            if not named.searchable:
                with suppress(DescriberTurned):  # it is kept; a worker describes it when it can
                    index_part(named.part_id, shop)
        except (Complaint, CellKilled) as why:
            self.report.refuse(part.name, why)
            return
        self.report.note(part.name, named)

    def _attach_the_rest(self, shop: Shop) -> None:
        """Rows whose part was not among the files: it may be in the catalogue from before."""
        refused = {each.name for each in self.report.refused}
        seen = {*self.report.added, *self.report.known, *refused}
        for name in sorted(self.orders.keys() - seen):
            with shop.database.transaction() as session:
                part = part_named(session, name)
                if part is not None:
                    attach_orders(session, part.id, self.orders[name], now=shop.clock())
            if part is None:
                self.report.orders_without_part.append(name)


def _spelt(name: str) -> str:
    """A file's name as text; a name of another encoding (Latin-1 of old archives) loses letters."""
    return os.fsencode(name).decode("utf-8", "replace")
