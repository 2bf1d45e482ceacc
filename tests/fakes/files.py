"""A file store in whose middle something happens."""

from collections.abc import Callable
from pathlib import Path

from catalog.files import FileKey, FileStore


class EventfulFileStore(FileStore):
    """Real files; each reading is preceded by an event of the test's choice."""

    def __init__(self, folder: Path, *, before_reading: Callable[[], None]) -> None:
        super().__init__(str(folder))
        self._before_reading = before_reading

    def read(self, key: FileKey) -> bytes:
        self._before_reading()
        return super().read(key)
