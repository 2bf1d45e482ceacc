"""What a process and its children have cost: processor time and memory, read from /proc.

Knows Linux only. A family is this process and all its descendants that still run; what a child
that has ended did is counted with its parent.
"""

import os
from collections.abc import Iterator
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
#: utime, stime, cutime and cstime in /proc/PID/stat, counted behind the command's name.
_TIMES = slice(11, 15)


def cpu_seconds() -> float:
    """Processor time of the family so far."""
    return sum(_ticks(pid) for pid in family()) / _TICKS


def resident_bytes() -> int:
    """Memory of the family that is really there; what two share counts twice."""
    return sum(_pages(pid) for pid in family()) * _PAGE_BYTES


def family() -> Iterator[int]:
    """The ids of this process and its descendants."""
    waiting = [os.getpid()]
    while waiting:
        pid = waiting.pop()
        yield pid
        for thread in Path(f"/proc/{pid}/task").glob("*/children"):
            waiting += map(int, _text(thread).split())


def _ticks(pid: int) -> int:
    fields = _text(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return sum(map(int, fields[_TIMES]))


def _pages(pid: int) -> int:
    fields = _text(Path(f"/proc/{pid}/statm")).split()
    return int(fields[1]) if fields else 0


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):  # it ended a moment ago
        return ""
