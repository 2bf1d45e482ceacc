"""Wake whoever waits for news, threads and coroutines alike.

One lock guards everything the sandbox knows; whoever changes it holds the lock and rings.
A waiter states what it waits for as a function that returns None while there is nothing.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


class Bell:
    """One lock, one condition, any number of waiting threads and coroutines."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._threads = threading.Condition(self.lock)
        self._coroutines: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()
        self._closed = False

    def ring(self) -> None:
        """Tell every waiter to look again."""
        with self.lock:
            self._threads.notify_all()
            for loop, event in self._coroutines:
                loop.call_soon_threadsafe(event.set)

    def close(self) -> None:
        """Let every waiter go, now and from now on."""
        with self.lock:
            self._closed = True
            self.ring()

    @property
    def is_closed(self) -> bool:
        return self._closed

    def wait(self, ready: Callable[[], Found | None], timeout_s: float) -> Found | None:
        """Block this thread until ``ready`` finds something; None when the time is up."""
        deadline = time.monotonic() + timeout_s
        with self.lock:
            while True:
                found = ready()
                left_s = deadline - time.monotonic()
                if found is not None or self._closed or left_s <= 0:
                    return found
                self._threads.wait(left_s)

    async def listen(self, ready: Callable[[], Found | None], timeout_s: float) -> Found | None:
        """Like ``wait``, for a coroutine."""
        loop = asyncio.get_running_loop()
        event = asyncio.Event()
        listener = (loop, event)
        deadline = loop.time() + timeout_s
        with self.lock:
            self._coroutines.add(listener)
        try:
            while True:
                event.clear()
                with self.lock:
                    found = ready()
                if found is not None or self._closed or loop.time() >= deadline:
                    return found
                await _heard(event, deadline - loop.time())
        finally:
            with self.lock:
                self._coroutines.discard(listener)


async def _heard(event: asyncio.Event, timeout_s: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), timeout_s)
    except TimeoutError:
        return
