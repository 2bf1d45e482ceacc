"""Tune the shipped verifier to a shop's parts.

    .venv-train/bin/python -m training.shop_verifier --folder DIR --seconds 45

Stage of training/shop_folder.py. Learns as training/train_verifier.py does, from the state the
shipped verifier was in, a few times slower and for minutes. One thread, bfloat16. Whether it gained
by that is not asked here: the networks are judged together (training/shop_judging.py).
"""

import logging
from dataclasses import replace

import torch

from training.embedder_network import Widths
from training.kept_state import FOLDER, read
from training.shop_folder import ShopFolder, Turn, take_a_turn
from training.shop_learning import begin_with, learn_on
from training.train_verifier import Config, ListPool, Run, batches
from training.verifier_network import Depths

log = logging.getLogger("shop_verifier")

#: By size of a plan. A tenth of the rate that the shipped verifier learned with.
CONFIGS = {
    "shop": Config(
        minutes=8.0, photos=12, rate=1.5e-4, warm_up_steps=30, mean_decay=0.99, threads=1, seed=72,
    ),
    "brief": Config(
        minutes=1.0, photos=8, rate=1.5e-4, warm_up_steps=10, mean_decay=0.97, threads=1, seed=72,
    ),
    "toy": Config(
        minutes=0.04, photos=4, candidates=4, rate=1.5e-4, warm_up_steps=2, mean_decay=0.9,
        threads=1, seed=72,
    ),
}  # fmt: skip
KEPT = FOLDER / "verifier.npz"


def stage(folder: ShopFolder, turn: Turn) -> bool:
    """Learn on until the time of the turn or of the config is used up."""
    pool = ListPool(folder.lists)
    if not pool.photos:  # nothing was cut out of any photo: the shipped one stays
        return True
    kept, config = read(KEPT), CONFIGS[folder.plan.size]
    depths, stems = Depths(**kept.sizes["depths"]), Widths(**kept.sizes["stems"])
    torch.set_num_threads(config.threads)
    out = folder.path / "verifier_run"
    out.mkdir(exist_ok=True)
    run = Run(replace(config, depths=depths, stems=stems), out)
    begin_with(run, kept.state)
    run.resume()
    if run.progress >= 1:
        return True
    learn_on(run, batches(pool, seed=config.seed + run.step, config=run.config), turn)
    run.save(pool.digest(), {"step": run.step, "learned_s": round(run.learned_s)})
    log.info("step %d, %.0f CPU s", run.step, run.learned_s)
    return run.progress >= 1


if __name__ == "__main__":
    take_a_turn(__doc__, stage)
