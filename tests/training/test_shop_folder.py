"""How a stage takes its turns; the stages themselves: test_shop_tuning.py."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes.patience import wait_until
from tests.training.commands import ROOT
from training.shop_folder import MORE, Plan, ShopFolder, Turn, keep_json
from workers.tuning_folder import TuningFolder

#: A stage that works until its turn is over; how far it came stands in `beats`.
STAGE = """
import sys, time
from training.shop_folder import take_a_turn
def stage(folder, turn):
    beats = 0
    while not turn.is_over:
        beats += 1
        (folder.path / "beats").write_text(str(beats))
        turn.tell(beats, 100)
        time.sleep(0.02)
    (folder.path / "over").touch()
    return False
take_a_turn(None, stage)
"""
#: Starts it as a worker does and waits for it.
WORKER = """
import subprocess, sys
subprocess.run([sys.executable, "-c", sys.argv[1], "--folder", sys.argv[2]])
"""


def test_the_folder_is_read_as_the_product_writes_it(tmp_path: Path) -> None:
    written = TuningFolder(tmp_path)
    written.lay_part(12, b"solid one")
    written.write_plan(size="toy", slug="learned-0123abcd", networks=tmp_path / "networks")

    read = ShopFolder(tmp_path)

    assert read.plan == Plan(size="toy", slug="learned-0123abcd", networks=tmp_path / "networks")
    assert [(name, path.read_bytes()) for name, path in read.stls] == [("12", b"solid one")]
    written.write_plan(size="shop", slug="learned", networks=None)
    assert read.plan == Plan(size="shop", slug="learned", networks=None)


def test_a_turn_ends_with_its_time_and_tells_how_far_it_came(tmp_path: Path) -> None:
    written, folder = TuningFolder(tmp_path), ShopFolder(tmp_path)
    assert written.progress() == (0, 0)
    assert not Turn(folder, 60).is_over
    over = Turn(folder, 0)

    over.tell(3, 9)

    assert over.is_over
    assert written.progress() == (3, 9)
    keep_json({"done": 4, "total": 9}, tmp_path / "progress.json")
    assert json.loads((tmp_path / "progress.json").read_text()) == {"done": 4, "total": 9}


def test_a_stage_that_has_more_to_do_says_so(tmp_path: Path) -> None:
    words = [sys.executable, "-c", STAGE, "--folder", str(tmp_path), "--seconds", "0.1"]

    done = subprocess.run(words, cwd=ROOT, check=False, timeout=60)

    assert done.returncode == MORE == 75
    assert (tmp_path / "over").exists()


def test_a_stage_whose_worker_was_killed_stops_by_itself(tmp_path: Path) -> None:
    worker = subprocess.Popen([sys.executable, "-c", WORKER, STAGE, str(tmp_path)], cwd=ROOT)
    try:
        wait_until((tmp_path / "beats").exists)
    finally:
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()

    wait_until((tmp_path / "over").exists)


def test_two_of_a_folder_take_turns(tmp_path: Path) -> None:
    words = [sys.executable, "-c", STAGE, "--folder", str(tmp_path)]
    first = subprocess.Popen(words, cwd=ROOT)
    try:
        wait_until((tmp_path / "beats").exists)
        second = subprocess.Popen([*words, "--seconds", "0"], cwd=ROOT)
        with pytest.raises(subprocess.TimeoutExpired):
            second.wait(timeout=1)
    finally:
        first.kill()
        first.wait()

    assert second.wait(timeout=60) == MORE
