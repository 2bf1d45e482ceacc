"""Run a function where it can do no harm: in a child process with limits, kept warm.

Meshes, archives and pictures come from strangers, and their readers are C; pyrender wants a
process without forks and threads. A cell is one such child. It is started once, because imports
are what costs, and replaced when it dies, when it has answered its share of calls, or when its
memory has grown. Whatever the function raises is raised here; a child that dies is `CellKilled`.

Knows no queue and no chat, logs nothing. What is called must be importable by name in a fresh
interpreter: no lambdas, nothing of `__main__`. Not a jail: the child sees files and network, and
what it answers is unpickled (docs/decisions/0006-hostile-input.md).
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from enum import Enum
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar, TypeVarTuple, cast

from workers.cell_child import Answer, Call, CellLimits, OutOfMemory, Raised, Start

_T = TypeVar("_T")
_Arguments = TypeVarTuple("_Arguments")

_LIMITS = CellLimits()
_NO_WORDS: Mapping[str, str] = {}
#: Starting with `catalog.pictures` took 3 s on busy cores; compiling for numba can take a minute.
_START_SECONDS = 120.0
_END_SECONDS = 5.0
_BOOT = (
    "import sys; sys.path[:] = sys.argv[3:]; "
    "from workers.cell_child import serve; serve(int(sys.argv[1]), int(sys.argv[2]))"
)


class How(Enum):
    """What ended a cell in the middle of a call."""

    CRASHED = "crashed"
    WALL_TIME = "wall_time"
    CPU_TIME = "cpu_time"
    MEMORY = "memory"


class CellKilled(Exception):
    """A call did not come to its end, and its child process is gone.

    Attributes:
        how: which limit it met, or that it crashed by itself.
        exit_code: the child's, negative for a signal; None where the cell ended it.
    """

    def __init__(self, how: How, exit_code: int | None = None) -> None:
        super().__init__(how, exit_code)
        self.how, self.exit_code = how, exit_code

    def __str__(self) -> str:
        words = {
            How.CRASHED: f"the child process died (exit code {self.exit_code})",
            How.WALL_TIME: "the child process took too long and was stopped",
            How.CPU_TIME: "the child process used up its processor time",
            How.MEMORY: "the child process needed more memory than it may have",
        }
        return words[self.how]


class Cell:
    """One child process that answers calls, one at a time, from any thread.

    Use it as a context manager, or call `close`; the child also ends when this process does,
    however it ends.
    """

    def __init__(
        self,
        *,
        limits: CellLimits = _LIMITS,
        preload: Sequence[str] = (),
        environment: Mapping[str, str] = _NO_WORDS,
    ) -> None:
        """Nothing is started yet.

        Args:
            limits: what a call may use.
            preload: modules that the child imports before its first call.
            environment: what the child sets in its environment where it is not set already.
        """
        self._start = Start(limits=limits, preload=tuple(preload), environment=dict(environment))
        self._turn = threading.Lock()
        # The kernel ends a child when the thread that started it ends: this thread lives on.
        self._nursery = ThreadPoolExecutor(max_workers=1, thread_name_prefix="cell")
        self._child: Future[_Child] | None = None

    def call(
        self,
        function: Callable[[*_Arguments], _T],
        *arguments: *_Arguments,
        wall_time: timedelta,
    ) -> _T:
        """Call a function in the child and return what it returns.

        Raises:
            CellKilled: the child died, or met a limit. The next call gets a new child.
            Exception: whatever the function raised.
        """
        with self._turn:
            child = self._awake()
            try:
                answer = child.ask(Call(function, arguments), wall_time)
            except BaseException:
                self._replace(child)
                raise
            if answer.worn_out:
                self._replace(child)
        match answer:
            case Raised(error=error, trace=trace):
                error.add_note(trace)
                raise error
            case OutOfMemory():
                raise CellKilled(How.MEMORY)
        return cast(_T, answer.value)

    def warm_up(self) -> None:
        """Start the child now, so that the first call need not wait for it."""
        with self._turn:
            self._awake()

    def close(self) -> None:
        """End the child. A later call raises RuntimeError."""
        with self._turn:
            child, self._child = self._child, None
            if child is not None:
                _end_started(child)
            self._nursery.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _awake(self) -> "_Child":
        if self._child is None:
            self._child = self._nursery.submit(_Child, self._start)
        try:
            return self._child.result()
        except BaseException:
            self._child = None
            raise

    def _replace(self, child: "_Child") -> None:
        """End a child, and start its successor behind the caller's back."""
        child.end()
        self._child = self._nursery.submit(_Child, self._start)


class _Child:
    """A started process that has said it is ready."""

    def __init__(self, start: Start) -> None:
        self._pipe, far_end = Pipe()
        with far_end:
            self._process = _started(far_end)
        try:
            self._pipe.send(start)
            self._receive(_START_SECONDS)
        except BaseException:
            self.end()
            raise

    def ask(self, call: Call, wall_time: timedelta) -> Answer:
        try:
            self._pipe.send(call)
        except OSError:
            raise self._killed() from None
        return cast(Answer, self._receive(wall_time.total_seconds()))

    def _receive(self, seconds: float) -> object:
        try:
            if not self._pipe.poll(max(0.0, seconds)):
                raise CellKilled(How.WALL_TIME)
            return self._pipe.recv()
        except (EOFError, OSError):
            raise self._killed() from None

    def _killed(self) -> CellKilled:
        try:
            code = self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            return CellKilled(How.CRASHED)
        return CellKilled(How.CPU_TIME if code == -signal.SIGXCPU else How.CRASHED, code)

    def end(self) -> None:
        """Kill the process and leave no zombie; harmless when it is dead already."""
        self._pipe.close()
        self._process.kill()
        self._process.wait()


def _started(far_end: Connection) -> subprocess.Popen[bytes]:
    paths = [path or str(Path.cwd()) for path in sys.path]
    return subprocess.Popen(  # noqa: S603 -- our own interpreter and our own words
        [sys.executable, "-c", _BOOT, str(far_end.fileno()), str(os.getpid()), *paths],
        pass_fds=[far_end.fileno()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C at a terminal is for the parent to act on
    )


def _end_started(child: "Future[_Child]") -> None:
    if not child.cancel() and child.exception() is None:
        child.result().end()
