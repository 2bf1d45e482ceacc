"""How shipped networks learn on from what they are, a turn at a time.

What training/shop_embedder.py and training/shop_verifier.py do alike; knows no network in
particular. Minutes are those of the processor, so that a busy machine learns as much as an idle
one, only later.
"""

import time
from collections.abc import Iterator
from contextlib import closing
from typing import Protocol, TypeVar

from torch import Tensor

from training.learning import Knobs, Learning
from training.photo_batches import ahead
from training.shop_folder import Turn

Batch_contra = TypeVar("Batch_contra", contravariant=True)


class Learner(Protocol[Batch_contra]):
    """A run (training/learning.py) that can take a step."""

    config: Knobs
    learned_s: float

    @property
    def progress(self) -> float: ...
    def spend(self, seconds: float) -> None: ...
    def learn(self, batch: Batch_contra, /) -> float: ...


def begin_with(run: Learning, shipped: dict[str, Tensor]) -> None:
    """Before the first step: the state that the shipped network was in."""
    run.network.load_state_dict(shipped)
    run.mean.state = {name: tensor.clone() for name, tensor in shipped.items()}


def learn_on(run: Learner[Batch_contra], source: Iterator[Batch_contra], turn: Turn) -> None:
    """Step after step, until the time of the turn or of the config is used up."""
    total_s = round(60 * run.config.minutes)
    with closing(ahead(source)) as stream:
        clock = time.process_time()
        while run.progress < 1 and not turn.is_over:
            run.learn(next(stream))
            now = time.process_time()
            run.spend(now - clock)
            clock = now
            turn.tell(min(total_s, round(run.learned_s)), total_s)
