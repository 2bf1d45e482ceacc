"""What every training here does alike: its rate over time, its slow weights, where it came from.

Knows no network in particular and no data.
"""

import subprocess
from pathlib import Path

import numpy as np
import torch
from torch import nn


class RunningMean:
    """A slow copy of the weights: steadier than any single step's."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.decay, self.steps = decay, 0
        self.state = {k: v.detach().clone() for k, v in network.state_dict().items()}

    @torch.no_grad()
    def follow(self, network: nn.Module) -> None:
        """Move a little towards the network; faster in the beginning."""
        self.steps += 1
        decay = min(self.decay, self.steps / (self.steps + 10))
        for key, value in network.state_dict().items():
            if value.dtype.is_floating_point:
                self.state[key].lerp_(value, 1 - decay)
            else:
                self.state[key].copy_(value)


def rate_at(step: int, progress: float, *, rate: float, warm_up_steps: int) -> float:
    """Warm up, then half a cosine down to nothing."""
    rising = min(1.0, (step + 1) / warm_up_steps)
    return rate * rising * 0.5 * (1 + float(np.cos(np.pi * min(1.0, progress))))


def commit_now() -> str:
    """The commit the code was at, with a plus when files differed."""
    try:
        told = subprocess.run(
            ["git", "describe", "--always", "--dirty=+"],  # noqa: S607 - git from the path
            capture_output=True, text=True, check=True, cwd=Path(__file__).parent,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return told.stdout.strip()
