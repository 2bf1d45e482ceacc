"""What a section of docs/figures.md is made of, and how its numbers are told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from matplotlib.figure import Figure

TABLES = {"real": "real photos", "traced": "traced photos"}

Results = Mapping[str, Any]
Table = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One section of the page.

    Attributes:
        rows: of its table, the heading first.
    """

    title: str
    words: str
    plot: Figure | None = None
    rows: Table = field(default_factory=tuple)


def percent(share: float | None, *, digits: int = 1) -> str:
    """As tables tell shares."""
    return "" if share is None else f"{100 * share:.{digits}f} %"
