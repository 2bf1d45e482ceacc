"""The child's side of a cell: set the limits, import, answer calls until the parent is gone.

Knows the standard library only, so that a child's memory is what its preloaded modules need.
"""

import ctypes
import gc
import importlib
import math
import os
import pickle
import resource
import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_GIB = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class CellLimits:
    """What a call may use, and when a child has served long enough.

    Attributes:
        address_space_bytes: what may be mapped, not what is resident: numba, ONNX Runtime and
            Mesa map 1 to 3 GB before they do anything.
        cpu_time: processor time of one call, rounded up to whole seconds.
        calls: after so many the child is replaced.
        resident_bytes: a child that holds more than this after a call is replaced.
    """

    address_space_bytes: int = 4 * _GIB
    cpu_time: timedelta = timedelta(seconds=60)
    calls: int = 1000
    resident_bytes: int = 1 * _GIB


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The first message: how the child is to live."""

    limits: CellLimits
    preload: tuple[str, ...]
    environment: dict[str, str]


@dataclass(frozen=True, slots=True)
class Ready:
    """The child's first message."""


@dataclass(frozen=True, slots=True)
class Call:
    """What the child is to do."""

    function: Callable[..., object]
    arguments: tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What the function returned."""

    value: object
    worn_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """What the function raised, and where."""

    error: Exception
    trace: str
    worn_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfMemory:
    """The function met the limit of the address space."""

    worn_out: bool = True


Answer = Done | Raised | OutOfMemory


def serve(descriptor: int, parent: int) -> None:
    """Live as a child: called in a fresh interpreter and nowhere else."""
    _die_with(parent)
    with Connection(descriptor) as pipe:
        start: Start = pipe.recv()
        _limit(start.limits)
        for name, word in start.environment.items():
            os.environ.setdefault(name, word)
        for name in start.preload:
            importlib.import_module(name)
        # what is imported stays; pyrender collects garbage twice a picture (0.45 s without this)
        gc.freeze()
        pipe.send(Ready())
        served = 0
        while True:
            try:
                asked = pipe.recv_bytes()
            except EOFError:
                return
            served += 1
            pipe.send_bytes(_answer(asked, start.limits, served))


def _die_with(parent: int) -> None:
    """Have the kernel kill this process when the parent's thread that started it is gone."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it went before we could ask
        os._exit(1)


def _limit(limits: CellLimits) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits.address_space_bytes,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(asked: bytes, limits: CellLimits, served: int) -> bytes:
    """The answer, pickled: what cannot be pickled must become an answer as well."""
    try:
        _limit_cpu(limits.cpu_time)
        call: Call = pickle.loads(asked)  # noqa: S301 -- the parent's own words
        value = call.function(*call.arguments)
        return pickle.dumps(Done(value=value, worn_out=_worn_out(limits, served)))
    except MemoryError:
        return pickle.dumps(OutOfMemory())
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is for the caller
        return _raised(error, _worn_out(limits, served))


def _limit_cpu(cpu_time: timedelta) -> None:
    """Move the limit, which counts from the process's birth, behind what is spent already."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    seconds = math.ceil(usage.ru_utime + usage.ru_stime + cpu_time.total_seconds())
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, hard))


def _worn_out(limits: CellLimits, served: int) -> bool:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    resident = pages * resource.getpagesize()
    return served >= limits.calls or resident > limits.resident_bytes


def _raised(error: Exception, worn_out: bool) -> bytes:  # noqa: FBT001 -- one caller, above
    trace = "".join(traceback.format_tb(error.__traceback__))
    try:
        answer = pickle.dumps(Raised(error=error, trace=trace, worn_out=worn_out))
        pickle.loads(answer)  # noqa: S301 -- our own bytes: some errors go in but not out
    except Exception:  # noqa: BLE001 -- an error that cannot travel is told in words
        told = RuntimeError(f"{type(error).__name__}: {error}")
        answer = pickle.dumps(Raised(error=told, trace=trace, worn_out=worn_out))
    return answer
