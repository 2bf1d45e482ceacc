"""Wait for another thread or process, as long as it takes and no longer."""

import threading
import time
from collections.abc import Callable

_BEAT_SECONDS = 0.02
#: No promise, only the end of a test that hangs: 40 s were seen for a second's work on a machine at
#: load 39. Whoever promises a time asserts on what is returned.
_HUNG_AFTER_SECONDS = 30


def wait_until(true: Callable[[], bool], *, seconds: float = _HUNG_AFTER_SECONDS) -> float:
    """Wait for something to become true; how many seconds it took.

    Raises:
        TimeoutError: it did not.
    """
    start, beat = time.monotonic(), threading.Event()
    while not true():
        if time.monotonic() - start > seconds:
            raise TimeoutError(f"not true after {seconds} s")
        beat.wait(_BEAT_SECONDS)
    return time.monotonic() - start
