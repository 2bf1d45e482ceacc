import mmap
import subprocess
import sys

import clocks
import numpy as np

#: Works until it has used so much processor time, says so, and waits to be told to go.
BUSY = "import time\nwhile time.process_time() < 0.5: pass\nprint(flush=True)\ninput()"


def test_a_childs_processor_time_counts_while_it_runs_and_after_it_has_ended() -> None:
    before = clocks.cpu_seconds()
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}

    with subprocess.Popen([sys.executable, "-c", BUSY], start_new_session=True, **pipes) as child:
        child.stdout.readline()
        while_running = clocks.cpu_seconds() - before
        assert child.pid in set(clocks.family())
        child.communicate("\n")
    after = clocks.cpu_seconds() - before

    assert 0.45 <= while_running < 10
    assert while_running <= after + 0.02
    assert child.pid not in set(clocks.family())


def test_memory_that_is_filled_is_seen() -> None:
    before = clocks.resident_bytes()

    # a mapping of its own: numpy might be given pages that something before it has left resident
    with mmap.mmap(-1, 40_000_000, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as filled:
        np.frombuffer(filled, np.uint8)[:] = 1
        grown = clocks.resident_bytes() - before

    assert grown > 0.9 * 40_000_000
