"""A cell whose child dies in every call."""

from typing import Any

from workers.cell import Cell, CellKilled, How


class DyingCell(Cell):
    """Starts no process: what is of interest is what becomes of the caller."""

    def __init__(self, how: How) -> None:
        super().__init__()
        self._how = how

    def call(self, *_words: Any, **_limits: Any) -> Any:
        raise CellKilled(self._how)
