"""The mean of two checkpoints of one network, one of which learned on from the other.

    .venv-train/bin/python -m training.averaged ONE/last.pt LATER/last.pt --share 0.35 --out FILE

Learning on with other photos gains on what they show and loses on what they do not; on the straight
line between both sets of weights lies a network that keeps most of either (Wortsman et al., "Robust
fine-tuning of zero-shot models", 2022). What comes out describes itself as the later one does, and
says of which two it is the mean.
"""

import argparse
import logging
from pathlib import Path
from typing import Any

import torch

from training.whole_files import named

log = logging.getLogger("averaged")


class NotOfOneKind(SystemExit):
    """The two checkpoints' networks have other tensors."""

    def __init__(self) -> None:
        super().__init__("the two checkpoints are not of the same network")


def averaged(earlier: dict[str, Any], later: dict[str, Any], *, share: float) -> dict[str, Any]:
    """The later checkpoint with running means so far on the way from the earlier one's, 0 to 1."""
    one, other = earlier["mean"], later["mean"]
    if {name: kept.shape for name, kept in one.items()} != {
        name: kept.shape for name, kept in other.items()
    }:
        raise NotOfOneKind
    mean = {
        name: one[name].lerp(kept, share) if kept.dtype.is_floating_point else kept
        for name, kept in other.items()
    }
    told = {
        "mean_of_steps": [earlier["step"], later["step"]], "share_of_later": share,
        "figures_of_both": [each["history"][-1] for each in (earlier, later) if each["history"]],
    }  # fmt: skip
    return later | {"mean": mean, "weights": mean, "history": [*later["history"], told]}


def main() -> None:
    """Write the mean of two."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("earlier", type=Path)
    parser.add_argument("later", type=Path)
    parser.add_argument("--share", type=float, default=0.5, help="of the later one")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    one, other = (torch.load(file, weights_only=False) for file in (args.earlier, args.later))
    partial = args.out.with_suffix(".part")
    torch.save(averaged(one, other, share=args.share), partial)
    named(partial, args.out)
    log.info("%s", args.out)


if __name__ == "__main__":
    main()
