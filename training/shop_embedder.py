"""Tune the shipped towers to a shop's parts.

    .venv-train/bin/python -m training.shop_embedder --folder DIR --seconds 45

Stage of training/shop_folder.py. Learns as training/train_embedder.py does, from the state the
shipped towers were in, a few times slower and for minutes. One thread, bfloat16.
"""

import logging
from dataclasses import replace

import torch

from training.embedder_network import Embedder, Widths
from training.kept_state import FOLDER, read
from training.part_pairs import PairPool, batches
from training.shop_folder import ShopFolder, Turn, take_a_turn
from training.shop_learning import begin_with, learn_on
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


def stage(folder: ShopFolder, turn: Turn) -> bool:
    """Learn on until the time of the turn or of the config is used up."""
    torch.set_num_threads(1)
    config = CONFIGS[folder.plan.size]
    out = folder.path / "run"
    out.mkdir(exist_ok=True)
    run = Run(config, out)
    begin_with(run, read(KEPT).state)
    run.resume()
    if run.progress >= 1:
        return True
    pool = PairPool(folder.photos)
    if not run.history:
        run.save(digest_of(pool), {"step": 0, **judged(run, folder)})
    pairs = min(config.pairs, len(pool.photos_of))
    learn_on(run, batches(pool, seed=config.seed + run.step, count=pairs), turn)
    done = run.progress >= 1
    figures = judged(run, folder) if done else {}
    run.save(digest_of(pool), {"step": run.step, "learned_s": round(run.learned_s), **figures})
    log.info("step %d, %.0f CPU s, %s", run.step, run.learned_s, figures)
    return done


def judged(run: Run, folder: ShopFolder) -> dict[str, float]:
    """How often a held-out photo is nearest to its own drawing in its batch, by the slow mean."""
    network = Embedder(Widths(**read(KEPT).sizes["widths"]))
    network.load_state_dict(run.mean.state)
    parts = len(PairPool(folder.held_out).photos_of)
    few = replace(run.config, pairs=min(run.config.pairs, parts))
    return validate(network, held_out_of(folder.photos, few))


if __name__ == "__main__":
    take_a_turn(__doc__, stage)
