"""What every training here does alike: steps, its rate over time, slow weights, checkpoints.

Knows no network in particular and no data.
"""

import logging
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from training.whole_files import named

log = logging.getLogger("learning")

Batch_contra = TypeVar("Batch_contra", contravariant=True)


class Knobs(Protocol):
    """What every training's config says; a frozen dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def minutes(self) -> float: ...
    @property
    def rate(self) -> float: ...
    @property
    def weight_decay(self) -> float: ...
    @property
    def warm_up_steps(self) -> int: ...
    @property
    def mean_decay(self) -> float: ...
    @property
    def seed(self) -> int: ...


class Checked(Protocol):
    """A config that says how many seconds of learning lie between two checks."""

    @property
    def check_every_s(self) -> float: ...


class Learning:
    """Everything that changes while a network learns.

    Attributes:
        network: the one that learns; mean: its running mean, which is what is shipped.
        step: taken so far; learned_s: seconds of learning, over all runs that were resumed.
        agreed_s: the same as the whole team sees it, from which the rate follows.
        history: figures of all checks.
    """

    def __init__(self, network: nn.Module, config: Knobs, out: Path) -> None:
        self.network, self.config, self.out = network, config, out
        self.mean = RunningMean(network, config.mean_decay)
        self.optimiser = torch.optim.AdamW(
            network.parameters(), lr=0.0, weight_decay=config.weight_decay
        )
        self.step, self.learned_s, self.agreed_s = 0, 0.0, 0.0
        self.history: list[dict[str, Any]] = []

    @property
    def progress(self) -> float:
        """0 at the start, 1 when the time is used up; the same for the whole team."""
        return self.agreed_s / (60 * self.config.minutes)

    def spend(self, seconds: float) -> None:
        """Count time of learning."""
        self.learned_s += seconds
        self.agreed_s = self.learned_s

    def resume(self) -> None:
        """Go on from the last checkpoint, where there is one."""
        last = self.out / "last.pt"
        if not last.exists():
            return
        held = torch.load(last, weights_only=False)
        self.network.load_state_dict(held["weights"])
        self.mean.state, self.mean.steps = held["mean"], held["step"]
        self.optimiser.load_state_dict(held["optimiser"])
        self.step, self.learned_s, self.history = held["step"], held["learned_s"], held["history"]
        self.agreed_s = self.learned_s
        log.info("going on from step %d after %.0f s", self.step, self.learned_s)

    def follow(self, loss: Tensor, agree: Callable[[], None] | None = None) -> float:
        """One step down this loss, after the team has agreed on it; the loss as a number."""
        rate = rate_at(
            self.step, self.progress, rate=self.config.rate,
            warm_up_steps=self.config.warm_up_steps,
        )  # fmt: skip
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        if agree is not None:
            agree()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimiser.step()
        self.mean.follow(self.network)
        self.step += 1
        return float(loss.detach())

    def save(self, data_sha256: str, figures: dict[str, Any]) -> None:
        """Write last.pt whole or not at all."""
        self.history.append(figures)
        partial = self.out / "last.part"
        torch.save(
            {
                "weights": self.network.state_dict(), "mean": self.mean.state,
                "optimiser": self.optimiser.state_dict(), "step": self.step,
                "learned_s": self.learned_s, "history": self.history,
                "config": asdict(self.config), "seed": self.config.seed,
                "data_sha256": data_sha256, "commit": commit_now(),
            },
            partial,
        )  # fmt: skip
        named(partial, self.out / "last.pt")


class Steps(Protocol[Batch_contra]):
    """A `Learning` that can take a step down the loss of a batch."""

    config: Checked
    step: int
    learned_s: float

    @property
    def progress(self) -> float: ...
    def spend(self, seconds: float) -> None: ...
    def learn(self, batch: Batch_contra, /) -> float: ...


def learn_from(
    stream: Iterator[Batch_contra], run: Steps[Batch_contra], check: Callable[[float], None]
) -> None:
    """Step after step until the time is used up, with a check of the loss now and then.

    Checks take no time of learning.
    """
    clock, slow_loss = time.monotonic(), 0.0
    next_check = run.learned_s + run.config.check_every_s
    while run.progress < 1:
        loss = run.learn(next(stream))
        slow_loss = loss if not slow_loss else 0.97 * slow_loss + 0.03 * loss
        now = time.monotonic()
        run.spend(now - clock)
        clock = now
        if run.step % 25 == 0:
            log.info("step %d, %.0f s, loss %.4f", run.step, run.learned_s, slow_loss)
        if run.learned_s >= next_check or run.progress >= 1:
            check(slow_loss)
            clock = time.monotonic()
            next_check = run.learned_s + run.config.check_every_s


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
