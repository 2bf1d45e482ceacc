import os
import pickle
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from catalog.meshes import read_parts
from catalog.unreadable import Trouble, Unreadable
from workers.cell import Cell, CellKilled, How
from workers.cell_child import CellLimits

#: No promise: longer than anything here takes on a machine that is busy with other things.
SOON = timedelta(seconds=20)


@pytest.fixture(scope="module")
def cell() -> Iterator[Cell]:
    with Cell() as warm:
        yield warm


def runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_until_gone(pid: int) -> bool:
    deadline = time.monotonic() + 10
    while runs(pid) and time.monotonic() < deadline:
        threading.Event().wait(0.01)
    return not runs(pid)


def test_a_call_is_answered_by_one_warm_process_that_is_not_this_one(cell: Cell) -> None:
    first = cell.call(os.getpid, wall_time=SOON)
    second = cell.call(os.getpid, wall_time=SOON)

    assert first == second != os.getpid()


def test_a_complaint_comes_through_with_its_facts(cell: Cell) -> None:
    with pytest.raises(Unreadable) as complaint:
        cell.call(read_parts, b"\x89PNG and so on", "bracket.stl", wall_time=SOON)

    assert complaint.value.trouble is Trouble.MESH_WRONG_CONTENT
    assert complaint.value.facts == {"file": "bracket.stl", "content": "a PNG picture"}


def test_an_error_names_the_place_where_it_happened(cell: Cell) -> None:
    with pytest.raises(ValueError, match="invalid literal") as error:
        cell.call(int, "ten", wall_time=SOON)

    assert "cell_child" in error.value.__notes__[0]


def test_a_function_that_the_child_cannot_find_is_an_error_and_not_a_dead_child(
    cell: Cell,
) -> None:
    before = cell.call(os.getpid, wall_time=SOON)

    with pytest.raises((AttributeError, pickle.PicklingError)):
        cell.call(lambda: 1, wall_time=SOON)

    assert cell.call(os.getpid, wall_time=SOON) != before or runs(before)


def test_arrays_travel_both_ways_unchanged(cell: Cell) -> None:
    picture = np.arange(2048 * 1536 * 3, dtype=np.uint32).astype(np.uint8)

    back = cell.call(np.array, picture, wall_time=SOON)

    assert np.array_equal(back, picture)


def test_a_call_that_takes_too_long_is_stopped_and_the_next_one_is_answered(cell: Cell) -> None:
    slow = cell.call(os.getpid, wall_time=SOON)

    with pytest.raises(CellKilled) as killed:
        cell.call(time.sleep, 60.0, wall_time=timedelta(milliseconds=200))

    assert killed.value.how is How.WALL_TIME
    assert cell.call(os.getpid, wall_time=SOON) != slow
    assert not Path(f"/proc/{slow}").exists()


@pytest.mark.parametrize("sign", [signal.SIGSEGV, signal.SIGKILL, signal.SIGABRT])
def test_a_crash_is_told_with_its_signal_and_leaves_no_zombie(
    cell: Cell, sign: signal.Signals
) -> None:
    victim = cell.call(os.getpid, wall_time=SOON)

    with pytest.raises(CellKilled) as killed:
        cell.call(os.kill, victim, sign, wall_time=SOON)

    assert (killed.value.how, killed.value.exit_code) == (How.CRASHED, -sign)
    assert cell.call(sum, [1, 2], wall_time=SOON) == 3
    assert not Path(f"/proc/{victim}").exists()


def test_a_call_that_wants_too_much_memory_is_told_apart_from_a_crash() -> None:
    with Cell(limits=CellLimits(address_space_bytes=1 << 30)) as small:
        with pytest.raises(CellKilled) as killed:
            small.call(bytearray, 2 << 30, wall_time=SOON)

        assert killed.value.how is How.MEMORY
        assert small.call(len, b"abc", wall_time=SOON) == 3


def test_processor_time_is_counted_for_each_call_by_itself() -> None:
    with Cell(limits=CellLimits(cpu_time=timedelta(seconds=1))) as frugal:
        with pytest.raises(CellKilled) as killed:
            frugal.call(pow, 3, 10**9, wall_time=SOON)

        assert killed.value.how is How.CPU_TIME
        for _ in range(3):
            assert frugal.call(len, b"abc", wall_time=SOON) == 3


def test_a_child_is_replaced_after_its_share_of_calls() -> None:
    with Cell(limits=CellLimits(calls=2)) as cell:
        served = [cell.call(os.getpid, wall_time=SOON) for _ in range(4)]

    assert served[0] == served[1] != served[2] == served[3]
    assert not any(Path(f"/proc/{pid}").exists() for pid in served)


def test_a_child_that_has_grown_is_replaced() -> None:
    with Cell(limits=CellLimits(resident_bytes=1)) as cell:
        assert cell.call(os.getpid, wall_time=SOON) != cell.call(os.getpid, wall_time=SOON)


def test_threads_take_turns_and_each_gets_its_own_answer(cell: Cell) -> None:
    answers: dict[int, int] = {}

    def ask(number: int) -> None:
        answers[number] = cell.call(pow, number, 2, wall_time=SOON)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == {number: number**2 for number in range(12)}


def test_a_child_outlives_the_thread_that_first_called_it() -> None:
    seen: list[int] = []
    with Cell() as fresh:
        thread = threading.Thread(target=lambda: seen.append(fresh.call(os.getpid, wall_time=SOON)))
        thread.start()
        thread.join()

        assert fresh.call(os.getpid, wall_time=SOON) == seen[0]


def test_a_closed_cell_leaves_nothing_behind() -> None:
    with Cell() as cell:
        pid = cell.call(os.getpid, wall_time=SOON)

    assert not Path(f"/proc/{pid}").exists()
    with pytest.raises(RuntimeError):
        cell.call(os.getpid, wall_time=SOON)


def test_modules_are_there_before_the_first_call_and_the_environment_is_set() -> None:
    with Cell(preload=["json.tool"], environment={"PYOPENGL_PLATFORM": "egl"}) as cell:
        loaded = cell.call(eval, "set(__import__('sys').modules)", wall_time=SOON)
        assert "json.tool" in loaded
        assert cell.call(os.getenv, "PYOPENGL_PLATFORM", wall_time=SOON) == "egl"


def test_a_cells_child_starts_without_what_opens_databases() -> None:
    asks = "import sys, workers.mesh_tasks, workers.picture_tasks; print(*sys.modules)"

    heard = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)

    assert {"sqlalchemy", "alembic", "dramatiq", "telegram"}.isdisjoint(heard.stdout.split())
    assert "catalog.meshes" in heard.stdout.split()


def test_a_child_dies_in_the_middle_of_a_call_when_its_parent_is_killed() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True, env={**os.environ}
    )
    assert parent.stdout is not None
    with parent.stdout:
        child = int(parent.stdout.readline())
        assert runs(child)

        parent.kill()
        parent.wait()

    assert wait_until_gone(child)


PARENT = textwrap.dedent(
    """
    import os, threading, time
    from datetime import timedelta
    from workers.cell import Cell

    cell = Cell()
    print(cell.call(os.getpid, wall_time=timedelta(seconds=20)), flush=True)
    cell.call(time.sleep, 600.0, wall_time=timedelta(seconds=600))
    """
)
