"""A clock that moves when it is told to."""

import threading
from datetime import UTC, datetime, timedelta


class Clock:
    """Aware UTC; call it for the time, advance it to let time pass."""

    def __init__(self, start: datetime = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)) -> None:
        self._now = start
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        with self._lock:
            return self._now

    def advance(self, span: timedelta) -> datetime:
        with self._lock:
            self._now += span
            return self._now
