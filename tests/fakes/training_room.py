"""A checkout whose training does nothing but keep the rules of training/shop_folder.py.

Its stages are real processes: each takes some turns, keeps what it made, tells how far it is, and
says with its exit status whether it is done.
"""

import json
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.fakes.tuned_networks import TOWERS, moved_a_little
from workers.tuning_folder import COMMANDS
from workers.workshop import Workshop

#: Turns that each stage takes.
TURNS = 2

_STAGE = """
import json, os, sys, time
from pathlib import Path
folder, name = Path(sys.argv[sys.argv.index("--folder") + 1]), Path(__file__).stem
room = Path(__file__).parent
with (room / "asked").open("a") as asked:
    asked.write(f"{name} {os.nice(0)} {os.getsid(0) != os.getpid():d}\\n")
while (room / f"{name}.holds").exists():
    time.sleep(0.05)
if (room / f"{name}.fails").exists():
    sys.exit("it broke")
turns = folder / f"{name}.turns"
done = len(turns.read_text()) if turns.exists() else 0
if done + 1 < %d:
    turns.write_text("." * (done + 1))
    (folder / "progress.json").write_text(json.dumps({"done": done + 1, "total": %d}))
    sys.exit(75)
if name == "shop_export":
    (folder / "networks").mkdir()
    for made in (room / "networks").iterdir():
        (folder / "networks" / made.name).write_bytes(made.read_bytes())
if name == "shop_judging":
    (folder / "judging").mkdir()
    (folder / "judging" / "answers.jsonl").write_text((room / "answers.jsonl").read_text())
"""


class TrainingRoom:
    """A checkout to tune in."""

    def __init__(self, folder: Path, *, answers: Sequence[dict[str, Any]]) -> None:
        self._room = folder / "checkout" / "training"
        (self._room / "networks").mkdir(parents=True)
        (self._room / "__init__.py").touch()
        for command in COMMANDS:
            stage = self._room / f"{command.module.removeprefix('training.')}.py"
            stage.write_text(_STAGE % (TURNS, TURNS))
        for name in TOWERS:
            (self._room / "networks" / f"{name}.onnx").write_bytes(moved_a_little(name))
        lines = "".join(json.dumps(answer) + "\n" for answer in answers)
        (self._room / "answers.jsonl").write_text(lines)
        python = Path(sys.executable)
        self.workshop = Workshop(
            root=folder / "checkout", python=python, training_python=python,
            folder=folder / "tuning", slice_time=timedelta(seconds=5),
        )  # fmt: skip

    def breaks(self, stage: str) -> None:
        """From now on this one fails."""
        (self._room / f"{stage}.fails").touch()

    def is_mended(self, stage: str) -> None:
        """It fails no more."""
        (self._room / f"{stage}.fails").unlink()

    def holds(self, stage: str) -> None:
        """From now on this one comes to no end."""
        (self._room / f"{stage}.holds").touch()

    def lets_go(self, stage: str) -> None:
        """It goes on."""
        (self._room / f"{stage}.holds").unlink()

    def asked(self) -> list[str]:
        """The stages as they were asked, turn by turn."""
        path = self._room / "asked"
        lines = path.read_text().splitlines() if path.exists() else []
        return [line.split()[0] for line in lines]

    def niceness(self) -> set[int]:
        """How nice they were."""
        return {int(line.split()[1]) for line in (self._room / "asked").read_text().splitlines()}

    def hear_ctrl_c(self) -> set[bool]:
        """Whether what is typed to the worker reached them."""
        lines = (self._room / "asked").read_text().splitlines()
        return {line.split()[2] == "1" for line in lines}


def answer(
    part: str, *, now: int | None, new: int | None, new_part: bool = False
) -> dict[str, Any]:
    """What was said of one photo: the right part's place."""
    return {
        "part": part,
        "new_part": new_part,
        "now": {"place": now, "outcome": "unsure"},
        "new": {"place": new, "outcome": "unsure"},
    }


#: Thirty parts, two photos each: ten photos more are right.
MUCH_BETTER = [
    answer(str(n // 2), now=1 if n % 3 else 2, new=1 if n % 3 or n % 2 else 2) for n in range(60)
]
#: The same photos are right.
NO_BETTER = [answer(str(n // 2), now=1 + n % 2, new=1 + n % 2) for n in range(60)]
