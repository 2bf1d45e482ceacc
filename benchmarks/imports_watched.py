"""Run `whoseprint import` on a terminal and watch it: what it shows, what it costs.

Knows the command only. The terminal is a pseudo-terminal, because progress is shown to people and
not to pipes.
"""

import os
import pty
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from select import select

_COUNTED = re.compile(rb"(\d+)/\d+")
_READ_BYTES = 1 << 16
#: Seconds that a process has for ending once its terminal is closed or it was asked to stop.
ENDING_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One import.

    Attributes:
        told: its last words.
        steps_shown: different counts of parts done that it showed.
        cpu_s: of all its processes.
    """

    told: str
    steps_shown: int
    wall_s: float
    cpu_s: float


def watched_import(folder: Path, data_dir: Path, *, patience_s: float) -> Watched:
    """Import a folder into a new catalogue.

    Raises:
        TimeoutError: it takes longer than one has patience for; it is stopped.
    """
    environment = {**os.environ, "WHOSEPRINT_DATA_DIR": str(data_dir), "COLUMNS": "100"}
    command = [sys.executable, "-m", "whoseprint", "import", str(folder)]
    terminal, far_end = pty.openpty()
    before, start = os.times(), time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=far_end)  # noqa: S603  # our own command
    os.close(far_end)
    try:
        shown = _all_shown(terminal, until_s=start + patience_s)
    except TimeoutError:
        process.send_signal(signal.SIGINT)
        raise
    finally:
        told = _ended(process)
        os.close(terminal)
    after = os.times()
    return Watched(
        told=told.decode().strip(),
        steps_shown=len(set(_COUNTED.findall(shown))),
        wall_s=time.perf_counter() - start,
        cpu_s=sum(after[2:4]) - sum(before[2:4]),
    )


def _ended(process: "subprocess.Popen[bytes]") -> bytes:
    """What it told, once it has ended; one that was asked to stop and does not is killed."""
    try:
        told, _ = process.communicate(timeout=ENDING_S)
    except subprocess.TimeoutExpired:
        process.kill()
        told, _ = process.communicate()
    return told


def _all_shown(terminal: int, *, until_s: float) -> bytes:
    """Everything written to a terminal until nobody holds its other end."""
    shown = b""
    while (left_s := until_s - time.perf_counter()) > 0:
        if not select([terminal], [], [], left_s)[0]:
            break
        try:
            shown += os.read(terminal, _READ_BYTES)
        except OSError:  # the other end is closed
            return shown
    raise TimeoutError(f"the import is not done, last shown: {shown[-200:]!r}")
