"""Where networks are tuned: the checkout, the Python that has PyTorch, and a folder to work in.

Knows paths only. The product never imports training: it starts it as a process of its own, and
works without it.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What tuning needs of a machine.

    Attributes:
        root: of a checkout, in which `training/` lies.
        python: the product's own.
        training_python: the one that has PyTorch.
        folder: runs keep here what they have made so far.
        slice_time: after this a run lets other jobs pass; what waits for the queue waits so long.
        niceness: of all that is started here.
    """

    root: Path
    python: Path
    training_python: Path
    folder: Path
    slice_time: timedelta = timedelta(seconds=45)
    niceness: int = 15

    def hindrance(self) -> str | None:
        """What is missing, and how to get it, in one sentence; None: nothing."""
        if not (self.root / "training" / "shop_photos.py").exists():
            return (
                f"Fine-tuning needs whoseprint's source with its training/ folder, and {self.root} "
                "has none: run the catalog's worker from a checkout."
            )
        if not self.training_python.exists():
            return (
                f"Fine-tuning needs PyTorch, and {self.training_python} is not there: run `make "
                "setup-train` in the checkout, or set WHOSEPRINT_TRAINING_PYTHON to a Python that "
                "has training/requirements.txt."
            )
        return None
