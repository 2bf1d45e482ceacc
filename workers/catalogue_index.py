"""The searchable catalogue, kept in memory and up to date.

Before each search one indexed read asks for the catalogue's version; when it has moved, only new
signatures are loaded. Parts that were retired are skipped until so many are that loading afresh
pays. A snapshot never changes: a search that runs while the next one is built is not disturbed.
A signature that cannot be read is forgotten, so that its part counts as not described and is
described anew (workers/descriptions.py); the others are searched meanwhile.
While many parts wait to be described, as after a change of describer, photos are not answered from
the rest: the right part would be missing, and a wrong one named.
Vision knows rows, the catalogue knows part ids; here they meet.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeGuard

import structlog

from catalog.database import Database
from catalog.errors import Complaint
from catalog.signatures import (
    catalogue_version,
    forget_signatures,
    searchable,
    signatures_of,
    waiting_to_be_described,
)
from vision import CutOut, Describer, Index, Pose, Rotation, Signature, SignatureUnreadable
from vision.editions import kept_as

_log = structlog.get_logger(__name__)

#: Signatures read in one query: 40 KB each.
_READ_AT_ONCE = 500
#: Retired rows are carried along up to this share of all, or this many.
_DEAD_SHARE, _DEAD_ROWS = 0.1, 32

#: While a larger share of all parts waits to be described, no photo is answered from the others.
MISSING_SHARE = 0.01

#: A part and its signature's version.
_Row = tuple[int, int]


class CatalogueBeingPrepared(Complaint):
    """Too many parts wait to be described for a photo to be answered from the others."""

    def __init__(self, described: int, parts: int) -> None:
        super().__init__(described, parts)
        self.described, self.parts = described, parts

    def __str__(self) -> str:
        return (
            f"The catalogue is being prepared anew: {self.described} of {self.parts} parts are "
            "ready. A running bot or worker does that; ask again when all are."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PartMatch:
    """One part that the photos may show; what is not told here is as in vision.Match.

    Attributes:
        leaning: what is known beside this score, in its units: by the shop, or of the piece of the
            photo that was compared.
    """

    part_id: int
    score: float
    rotation: Rotation
    pose: Pose | None = None
    leaning: float = 0.0
    cues: Mapping[str, float] = field(default_factory=dict)
    further: tuple[Rotation, ...] = ()

    @property
    def weighed(self) -> float:
        """By what matches are ranked and decided upon."""
        return self.score + self.leaning


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The catalogue as it was at one version.

    Attributes:
        rows: for each row of the index, the part it belongs to and its signature's version.
        dead: rows that are searchable no more.
        missing: how many parts wait to be described.
    """

    version: int
    index: Index
    rows: tuple[_Row, ...]
    dead: frozenset[int] = frozenset()
    missing: int = 0

    @property
    def parts(self) -> int:
        """How many parts can be found."""
        return len(self.rows) - len(self.dead)

    def check_prepared(self) -> None:
        """Whether a photo may be answered.

        Raises:
            CatalogueBeingPrepared: not yet.
        """
        parts = self.parts + self.missing
        if self.missing > MISSING_SHARE * parts:
            raise CatalogueBeingPrepared(self.parts, parts)

    def search(self, cut_outs: Sequence[CutOut], k: int) -> list[PartMatch]:
        """The k likeliest parts, best first."""
        found = self.index.search(cut_outs, k + len(self.dead))
        alive = [match for match in found if match.row not in self.dead]
        return [
            PartMatch(
                part_id=self.rows[match.row][0],
                score=match.score,
                rotation=match.rotation,
                pose=match.pose,
                cues=match.cues,
                further=match.further,
            )
            for match in alive[:k]
        ]


class CatalogueIndex:
    """All ready parts of one describer; safe to share between threads."""

    def __init__(self, database: Database, describer: Describer) -> None:
        self._database, self._describer = database, describer
        self._name = kept_as(describer.slug)
        self._refreshing = threading.Lock()
        self._snapshot: Snapshot | None = None

    def current(self) -> Snapshot:
        """The catalogue as it is now."""
        with self._database.reading() as session:
            version = catalogue_version(session)
        held = self._snapshot
        if _is_up_to_date(held, version):
            return held
        with self._refreshing:
            held = self._snapshot
            if not _is_up_to_date(held, version):
                held = self._snapshot = self._refreshed(held)
            return held

    @property
    def is_open(self) -> bool:
        """Whether this process has searched it."""
        return self._snapshot is not None

    def among(self, part_ids: frozenset[int]) -> Snapshot:
        """These parts alone, each of which then comes to the last look; for a few."""
        parts = sorted(part_ids)
        with self._database.reading() as session:
            version = catalogue_version(session)
            data = signatures_of(session, self._name, parts)
        found = {(part, version): Signature(data[part]) for part in parts if part in data}
        index = self._opened(found, self._describer.open_index)
        return Snapshot(version=version, index=index, rows=tuple(found))

    def _refreshed(self, held: Snapshot | None) -> Snapshot:
        with self._database.reading() as session:
            version = catalogue_version(session)  # first: what comes later is loaded next time
            missing = waiting_to_be_described(session, self._name)
            if held is not None and held.version >= version:  # some may have been given up
                return replace(held, missing=missing)
            wanted = searchable(session, self._name)
        found = (
            self._afresh(version, wanted) if held is None else self._grown(held, version, wanted)
        )
        return replace(found, missing=missing)

    def _grown(self, held: Snapshot, version: int, wanted: dict[int, int]) -> Snapshot:
        """What was held, with what is new."""
        dead = frozenset(
            number for number, (part, seen) in enumerate(held.rows) if wanted.get(part) != seen
        )
        if len(dead) > max(_DEAD_ROWS, _DEAD_SHARE * len(held.rows)):
            return self._afresh(version, wanted)
        alive = {held.rows[n] for n in range(len(held.rows)) if n not in dead}
        new = {part: seen for part, seen in wanted.items() if (part, seen) not in alive}
        found = self._load(new)
        index = self._opened(found, held.index.extended) if found else held.index
        return Snapshot(version=version, index=index, rows=(*held.rows, *found), dead=dead)

    def _afresh(self, version: int, wanted: dict[int, int]) -> Snapshot:
        found = self._load(wanted)
        index = self._opened(found, self._describer.open_index)
        return Snapshot(version=version, index=index, rows=tuple(found))

    def _load(self, wanted: dict[int, int]) -> dict[_Row, Signature]:
        found: dict[_Row, Signature] = {}
        parts = sorted(wanted)
        for start in range(0, len(parts), _READ_AT_ONCE):
            some = parts[start : start + _READ_AT_ONCE]
            with self._database.reading() as session:
                data = signatures_of(session, self._name, some)
            found |= {(part, wanted[part]): Signature(data[part]) for part in some if part in data}
        return found

    def _opened(
        self, found: dict[_Row, Signature], open_: Callable[[Sequence[Signature]], Index]
    ) -> Index:
        """An index of all that can be read; the rest is taken out of `found`."""
        try:
            return open_(list(found.values()))
        except SignatureUnreadable:
            self._forget_unreadable(found)
            return open_(list(found.values()))

    def _forget_unreadable(self, found: dict[_Row, Signature]) -> None:
        unreadable = [row for row, signature in found.items() if not self._reads(signature)]
        _log.error("signatures_unreadable", name=self._name, parts=[part for part, _ in unreadable])
        with self._database.transaction() as session:
            forget_signatures(session, self._name, unreadable)
        for row in unreadable:
            del found[row]

    def _reads(self, signature: Signature) -> bool:
        try:
            self._describer.open_index([signature])
        except SignatureUnreadable:
            return False
        return True


def _is_up_to_date(held: Snapshot | None, version: int) -> TypeGuard[Snapshot]:
    return held is not None and held.version >= version and not held.missing
