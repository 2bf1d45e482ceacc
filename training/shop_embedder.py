"""Tune the shipped towers to a shop's parts.

    .venv-train/bin/python -m training.shop_embedder --folder DIR --seconds 45

Stage of training/shop_folder.py. Learns as training/train_embedder.py does, from the state the
shipped towers were in, a few times slower and for minutes. Minutes are those of the processor, so
that a busy machine learns as much as an idle one, only later. One thread, bfloat16.
"""

import logging
import time
from contextlib import closing
from dataclasses import replace

import torch

from training.embedder_network import Embedder, Widths
from training.kept_state import FOLDER, read
from training.part_pairs import PairPool, batches
from training.photo_batches import ahead
from training.shop_folder import ShopFolder, Turn, take_a_turn
from training.train_embedder import Config, Run, digest_of, held_out_of, validate

log = logging.getLogger("shop_embedder")

#: By size of a plan. A tenth of the rate that the shipped towers learned with.
CONFIGS = {
    "shop": Config(
        minutes=20.0, pairs=64, rate=1.5e-4, warm_up_steps=30, mean_decay=0.99, check_batches=4,
        seed=71,
    ),
    "brief": Config(
        minutes=1.25, pairs=32, rate=1.5e-4, warm_up_steps=10, mean_decay=0.97, check_batches=2,
        seed=71,
    ),
    "toy": Config(
        minutes=0.06, pairs=8, rate=1.5e-4, warm_up_steps=2, mean_decay=0.9, check_batches=1,
        seed=71,
    ),
}  # fmt: skip
KEPT = FOLDER / "embedder.npz"


class ShopRun(Run):
    """The towers, learning on."""

    def begin_with_shipped(self) -> None:
        """Before the first step: the state that the shipped towers were in."""
        state, _ = read(KEPT)
        self.network.load_state_dict(state)
        self.mean.state = {name: tensor.clone() for name, tensor in state.items()}


def stage(folder: ShopFolder, turn: Turn) -> bool:
    """Learn on until the time of the turn or of the config is used up."""
    torch.set_num_threads(1)
    config = CONFIGS[folder.plan.size]
    out = folder.path / "run"
    out.mkdir(exist_ok=True)
    run = ShopRun(config, out)
    run.begin_with_shipped()
    run.resume()
    if run.progress >= 1:
        return True
    pool = PairPool(folder.photos)
    if not run.history:
        run.save(digest_of(pool), {"step": 0, **judged(run, folder)})
    learn(run, pool, turn)
    done = run.progress >= 1
    figures = judged(run, folder) if done else {}
    run.save(digest_of(pool), {"step": run.step, "learned_s": round(run.learned_s), **figures})
    log.info("step %d, %.0f CPU s, %s", run.step, run.learned_s, figures)
    return done


def learn(run: Run, pool: PairPool, turn: Turn) -> None:
    """Step after step."""
    pairs = min(run.config.pairs, len(pool.photos_of))
    total_s = round(60 * run.config.minutes)
    source = batches(pool, seed=run.config.seed + run.step, count=pairs)
    with closing(ahead(source)) as stream:
        clock = time.process_time()
        while run.progress < 1 and not turn.is_over:
            run.learn(next(stream))
            now = time.process_time()
            run.spend(now - clock)
            clock = now
            turn.tell(min(total_s, round(run.learned_s)), total_s)


def judged(run: Run, folder: ShopFolder) -> dict[str, float]:
    """How often a held-out photo is nearest to its own drawing in its batch, by the slow mean."""
    network = Embedder(Widths(**read(KEPT)[1]))
    network.load_state_dict(run.mean.state)
    parts = len(PairPool(folder.held_out).photos_of)
    few = replace(run.config, pairs=min(run.config.pairs, parts))
    return validate(network, held_out_of(folder.photos, few))


if __name__ == "__main__":
    take_a_turn(__doc__, stage)
