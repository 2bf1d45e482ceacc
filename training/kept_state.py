"""What a network was when it was shipped, kept so that learning can go on from there.

    .venv-train/bin/python -m training.kept_state RUN/last.pt training/weights/embedder.npz
    .venv-train/bin/python -m training.kept_state RUN/last.pt training/weights/verifier.npz

The files in vision/weights have their batch norms folded in and cannot learn any more. Here are the
running mean's tensors by name, large ones as float16, with the SHA-256 of the file beside it and
what the config says of the network's sizes within.
"""

import argparse
import hashlib
import json
import logging
from dataclasses import dataclass
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

#: Beside the tensors: what a network's config says of its sizes, an embedder's or a verifier's. No
#: tensor is called so.
SIZES = ("widths", "depths", "stems")


@dataclass(frozen=True, slots=True)
class Kept:
    """A network's tensors by name, floating ones as float32, and its sizes by the config's word."""

    state: dict[str, Tensor]
    sizes: dict[str, dict[str, int]]


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
    sizes = [name for name in SIZES if name in held["config"]]
    arrays |= {name: np.array(json.dumps(held["config"][name])) for name in sizes}
    with goal.open("wb") as file:
        np.savez_compressed(file, **arrays)
    digest = hashlib.sha256(goal.read_bytes()).hexdigest()
    goal.with_suffix(".sha256").write_text(digest + "\n", encoding="ascii")
    log.info("%s: %d bytes", goal, goal.stat().st_size)


def read(file: Path) -> Kept:
    """What was kept.

    Raises:
        StateDamaged: the file is not the one that was kept.
    """
    expected = file.with_suffix(".sha256").read_text(encoding="ascii").strip()
    if hashlib.sha256(file.read_bytes()).hexdigest() != expected:
        raise StateDamaged(file)
    with np.load(file) as held:
        tensors = [name for name in held.files if name not in SIZES]
        arrays = {name: torch.from_numpy(held[name]) for name in tensors}
        sizes = {name: json.loads(str(held[name])) for name in SIZES if name in held.files}
    state = {
        name: tensor.float() if tensor.dtype.is_floating_point else tensor
        for name, tensor in arrays.items()
    }
    return Kept(state, sizes)


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
