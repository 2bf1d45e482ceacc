"""What a network was when it was shipped, kept so that learning can go on from there.

    .venv-train/bin/python -m training.kept_state RUN/last.pt training/weights/embedder.npz

The files in vision/weights have their batch norms folded in and cannot learn any more. Here are the
running mean's tensors by name, large ones as float16, with the SHA-256 of the file beside it and
the widths of the network within.
"""

import argparse
import hashlib
import json
import logging
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

log = logging.getLogger("kept_state")

#: Those that shipped networks can learn on from.
FOLDER = Path(__file__).parent / "weights"

#: Tensors with fewer numbers than this stay float32: what batch norms counted does not fit float16.
SMALL = 512

#: Beside the tensors: what the network's config says of its widths.
WIDTHS = "widths"


class StateDamaged(SystemExit):
    """The file is not the one that was kept."""

    def __init__(self, file: Path) -> None:
        super().__init__(f"{file} is damaged: its SHA-256 is not the one beside it")


def write(held: dict[str, Any], goal: Path) -> None:
    """Keep a checkpoint's running mean."""
    arrays = {}
    for name, tensor in held["mean"].items():
        halved = tensor.dtype.is_floating_point and tensor.numel() >= SMALL
        arrays[name] = (tensor.half() if halved else tensor).numpy()
    arrays[WIDTHS] = np.array(json.dumps(held["config"][WIDTHS]))
    with goal.open("wb") as file:
        np.savez_compressed(file, **arrays)
    digest = hashlib.sha256(goal.read_bytes()).hexdigest()
    goal.with_suffix(".sha256").write_text(digest + "\n", encoding="ascii")
    log.info("%s: %d bytes", goal, goal.stat().st_size)


def read(file: Path) -> tuple[dict[str, Tensor], dict[str, int]]:
    """The tensors, floating ones as float32, and the widths.

    Raises:
        StateDamaged: the file is not the one that was kept.
    """
    expected = file.with_suffix(".sha256").read_text(encoding="ascii").strip()
    if hashlib.sha256(file.read_bytes()).hexdigest() != expected:
        raise StateDamaged(file)
    with np.load(file) as held:
        arrays = {name: torch.from_numpy(held[name]) for name in held.files if name != WIDTHS}
        widths = json.loads(str(held[WIDTHS]))
    state = {
        name: tensor.float() if tensor.dtype.is_floating_point else tensor
        for name, tensor in arrays.items()
    }
    return state, widths


def main() -> None:
    """Keep one checkpoint's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("goal", type=Path)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    write(torch.load(args.checkpoint, weights_only=False), args.goal)


if __name__ == "__main__":
    main()
