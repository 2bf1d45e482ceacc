"""The folder of one run of fine-tuning: what is put in, which stages are done, what came out.

Knows files only. Its layout is written in training/shop_folder.py, which this room never imports:
training is started as a process of its own. What stands here under its name is whole, also after
the power went. A stage is done when its mark lies here; a folder that
is lost, or a run that goes on on another machine, begins with the first stage again.
"""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from pathlib import Path

from catalog.files import FileStore, write_whole
from catalog.tunings import NetworkFile


class TuningStage(Enum):
    """What a run is at, in words the command line has sentences for."""

    #: The shop's parts are laid out.
    PARTS = "parts"
    PHOTOS = "photos"
    CUT_OUTS = "cut_outs"
    EMBEDDER = "embedder"
    LISTS = "lists"
    VERIFIER = "verifier"
    EXPORT = "export"
    JUDGING = "judging"


class By(Enum):
    """Whose Python a stage runs in."""

    PRODUCT = "product"
    TRAINING = "training"


@dataclass(frozen=True, slots=True)
class Command:
    """A stage that is done by a command of training's, a slice at a time."""

    stage: TuningStage
    module: str
    by: By


#: In this order; one more network is one more line here, and its file is found by its name.
COMMANDS = (
    Command(TuningStage.PHOTOS, "training.shop_photos", By.TRAINING),
    Command(TuningStage.CUT_OUTS, "training.shop_cut_outs", By.PRODUCT),
    Command(TuningStage.EMBEDDER, "training.shop_embedder", By.TRAINING),
    Command(TuningStage.LISTS, "training.shop_lists", By.PRODUCT),
    Command(TuningStage.VERIFIER, "training.shop_verifier", By.TRAINING),
    Command(TuningStage.EXPORT, "training.shop_export", By.TRAINING),
    Command(TuningStage.JUDGING, "training.shop_judging", By.PRODUCT),
)


@dataclass(frozen=True, slots=True)
class TuningFolder:
    """See the module."""

    path: Path

    @property
    def is_laid_out(self) -> bool:
        """Whether parts and plan are complete."""
        return (self.path / "plan.json").exists()

    def next_command(self) -> Command | None:
        """The first that is not done; None: all are."""
        return next((each for each in COMMANDS if not self._mark(each.stage).exists()), None)

    def mark_done(self, stage: TuningStage) -> None:
        """The stage is done for good."""
        (self.path / "progress.json").unlink(missing_ok=True)
        write_whole(self._mark(stage), b"")

    def lay_part(self, part_id: int, stl: bytes) -> None:
        """One part's mesh, whole or not there."""
        write_whole(self.part(part_id), stl)

    def part(self, part_id: int) -> Path:
        """Where a part's mesh lies."""
        return self.path / "parts" / f"{part_id}.stl"

    def write_plan(self, *, size: str, slug: str, networks: Path | None) -> None:
        """Say what it is for; the last thing that is laid out."""
        plan = {
            "size": size,
            "slug": slug,
            "networks": None if networks is None else str(networks.resolve()),
        }
        write_whole(self.path / "plan.json", json.dumps(plan).encode())

    def progress(self) -> tuple[int, int]:
        """How far the stage in hand is; (0, 0) where it has not told yet."""
        try:
            told = json.loads((self.path / "progress.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return 0, 0
        return int(told["done"]), int(told["total"])

    @property
    def log(self) -> Path:
        """What the stages say."""
        return self.path / "log"

    def last_word(self) -> str:
        """The last line of the log."""
        try:
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return "it said nothing"
        return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")

    @property
    def answers(self) -> Path:
        """What was said of the held-out photos."""
        return self.path / "judging" / "answers.jsonl"

    def kept_networks(self, files: FileStore) -> Mapping[str, NetworkFile]:
        """The networks that came out, by name, in the file store."""
        kept = {}
        for path in sorted((self.path / "networks").glob("*.onnx")):
            if "." in path.stem:  # training/export_onnx.py was killed while it compared
                continue
            content = path.read_bytes()
            kept[path.stem] = NetworkFile(
                key=files.keep(content), sha256=sha256(content).hexdigest()
            )
        return kept

    def discard(self) -> None:
        """Nothing of it is needed any more."""
        shutil.rmtree(self.path, ignore_errors=True)

    def _mark(self, stage: TuningStage) -> Path:
        return self.path / f"{stage.value}.done"
