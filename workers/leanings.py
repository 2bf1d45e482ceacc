"""What the shop knows beside the photo: open orders, a batch, confirmed photos.

A leaning shifts how likely parts are; it excludes none. It only ever takes odds away, from parts
that nobody waits for or that lie outside the batch: a part is never named on what the shop expects
alone, and "none of these" stays as likely as it was. Confirmed photos are evidence and add.
All of it stands beside a match's own score, which stays as it was measured.
Knows part ids: vision sees weighed scores only.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from vision import CutOut
from workers.catalogue_index import PartMatch

#: Matches that are weighed anew: a part that is expected may lie far below the ones shown.
WEIGHED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Leanings:
    """How much the shop's knowledge counts; 1 is nothing.

    Attributes:
        open_orders: how many times likelier a part is of which copies are still to be found.
        batch: how many times likelier a part of the batch is than one outside of it.
    """

    open_orders: float = 1.0
    batch: float = 50.0

    def __post_init__(self) -> None:
        if min(self.open_orders, self.batch) < 1:
            raise ValueError(f"a leaning below 1 would lean away: {self}")


#: For what is measured and published.
NOTHING_EXPECTED = Leanings(open_orders=1.0, batch=1.0)


class Searches(Protocol):
    """A catalogue that can be searched."""

    def search(self, cut_outs: Sequence[CutOut], k: int) -> list[PartMatch]:
        """The k likeliest parts, best first."""
        ...


class Recalls(Protocol):
    """Photos that people confirmed."""

    def odds_of(self, cut_outs: Sequence[CutOut]) -> Mapping[int, float]:
        """By part, how much its confirmed photos speak for it, as log-odds above 0."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What is expected before the photo is seen.

    Attributes:
        wanted: parts with open orders; None: they do not count.
        batch: parts of the batch; None: there is none.
    """

    leanings: Leanings = field(default_factory=Leanings)
    wanted: frozenset[int] | None = None
    batch: frozenset[int] | None = None

    def odds(self, part_id: int) -> float:
        """Log-odds at 0 for what is expected, below for what is not."""
        found = 0.0
        if self.wanted is not None and part_id not in self.wanted:
            found -= math.log(self.leanings.open_orders)
        if self.batch is not None and part_id not in self.batch:
            found -= math.log(self.leanings.batch)
        return found


class Closely:
    """A catalogue some parts of which are always compared to the end.

    Of a whole catalogue only the most promising come to the last look; where a person says that it
    is one of a dozen, that dozen is looked at whatever its promise. Scores stay comparable: a score
    is between one photo and one part.
    """

    def __init__(self, catalogue: Searches, some: Searches, *, parts: int) -> None:
        self._catalogue, self._some, self._parts = catalogue, some, parts

    def search(self, cut_outs: Sequence[CutOut], k: int) -> list[PartMatch]:
        """The k likeliest of the catalogue and those some, each at its best."""
        found = {match.part_id: match for match in self._catalogue.search(cut_outs, k)}
        for match in self._some.search(cut_outs, self._parts):
            known = found.get(match.part_id)
            if known is None or match.score > known.score:
                found[match.part_id] = match
        return sorted(found.values(), key=lambda match: -match.score)


class Weighed:
    """A catalogue as it looks to a shop that expects something; each photo is searched once."""

    def __init__(
        self,
        catalogue: Searches,
        expected: Expected,
        *,
        temperature: float,
        recalls: Recalls | None = None,
    ) -> None:
        self._catalogue, self._expected = catalogue, expected
        self._temperature, self._recalls = temperature, recalls
        self._searched: dict[tuple[int, ...], list[PartMatch]] = {}

    def without_batch(self) -> "Weighed":
        """The same with no batch; what was searched is not searched again."""
        other = Weighed(
            self._catalogue,
            replace(self._expected, batch=None),
            temperature=self._temperature,
            recalls=self._recalls,
        )
        other._searched = self._searched
        return other

    def search(self, cut_outs: Sequence[CutOut], k: int) -> list[PartMatch]:
        """The k likeliest parts by score and leaning together, best first."""
        weighed = [
            replace(match, leaning=match.leaning + self._lean(match.part_id))
            for match in self._found(cut_outs, max(k, WEIGHED))
        ]
        return sorted(weighed, key=lambda match: -match.weighed)[:k]

    def _lean(self, part_id: int) -> float:
        return self._expected.odds(part_id) * self._temperature

    def _found(self, cut_outs: Sequence[CutOut], k: int) -> list[PartMatch]:
        """Matches with what confirmed photos say; kept by the cut-outs, which live as long."""
        key = tuple(id(cut_out) for cut_out in cut_outs)
        if key not in self._searched:
            matches = self._catalogue.search(cut_outs, k)
            known = self._recalls.odds_of(cut_outs) if self._recalls and matches else {}
            self._searched[key] = [
                replace(match, leaning=known.get(match.part_id, 0.0) * self._temperature)
                for match in matches
            ]
        return self._searched[key]
