"""Train the two towers that make photos and drawings of parts comparable.

    .venv-train/bin/python -m training.train_embedder full --out DIR --pairs DIR
    .venv-train/bin/python -m training.train_embedder toy --out DIR --pairs DIR

Symmetric InfoNCE (van den Oord et al. 2018; Radford et al. 2021) over a batch of pairs, for the
vector and for the map of each; drawings of mirrored and stretched parts stand among the wrong
answers of every photo. Goes on from DIR/last.pt where there is one. One thread, bfloat16.
"""

import argparse
import hashlib
import logging
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - as everybody writes it

from training.embedder_network import Embedded, Embedder, Widths
from training.learning import Learning, learn_from
from training.part_pairs import PairBatch, PairPool, batches
from training.photo_batches import ahead

log = logging.getLogger("train_embedder")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Every knob of a run.

    Attributes:
        minutes: of learning, over all runs that were resumed; the rate falls to 0 by then.
        pairs: in a batch.
        rate: AdamW's largest step.
        weight_decay: AdamW's.
        warm_up_steps: over which the rate rises from 0.
        mean_decay: of the running mean of weights, which is what is shipped.
        sharpest: bound of the learned sharpness (one over the temperature).
        check_every_s: seconds of learning between validations and checkpoints.
        check_batches: batches of a validation.
        widths: of the network.
        seed: of everything drawn.
    """

    minutes: float = 60.0
    pairs: int = 96
    rate: float = 2e-3
    weight_decay: float = 1e-2
    warm_up_steps: int = 80
    mean_decay: float = 0.995
    sharpest: float = 50.0
    check_every_s: float = 240.0
    check_batches: int = 6
    widths: Widths = field(default_factory=Widths)
    seed: int = 11


CONFIGS = {
    "full": Config(),
    "toy": Config(
        minutes=0.5, pairs=12, warm_up_steps=5, mean_decay=0.9, check_every_s=15.0, check_batches=2,
        widths=Widths(half=8, quarter=12, eighth=16, sixteenth=24, place=8, whole=32),
    ),
}  # fmt: skip


def loss_of(photos: Embedded, views: Embedded, sharpness: Tensor) -> Tensor:
    """Each photo finds its drawing among all, each true drawing its photo; vector and map alike."""
    count = len(photos.whole)
    right = torch.arange(count)
    total = torch.zeros(())
    sides = ((photos.whole, views.whole), (photos.places, views.places))
    for n, (ours, theirs) in enumerate(sides):
        alike = ours @ theirs.T * sharpness[n]
        total = total + F.cross_entropy(alike, right) + F.cross_entropy(alike[:, :count].T, right)
    return total / 4


class Run(Learning):
    """The towers, learning."""

    network: Embedder
    config: Config

    def __init__(self, config: Config, out: Path) -> None:
        torch.manual_seed(config.seed)
        network = Embedder(config.widths).to(memory_format=torch.channels_last)
        super().__init__(network, config, out)

    def learn(self, batch: PairBatch) -> float:
        """One step; its loss."""
        with torch.autocast("cpu", dtype=torch.bfloat16):
            photos, views = self.network(flat(batch.photos), flat(batch.views))
        sharpness = self.network.log_sharpness.exp().clamp(max=self.config.sharpest)
        return self.follow(loss_of(photos, views, sharpness))


def flat(pictures: Tensor) -> Tensor:
    """In the order of memory that convolutions on a CPU like."""
    return pictures.contiguous(memory_format=torch.channels_last)


def digest_of(pool: PairPool) -> str:
    """SHA-256 over the shards' names, poses and a fiftieth of their photos."""
    sha = hashlib.sha256()
    for path, posed in sorted(zip(pool.own, pool.shards, strict=True), key=lambda each: each[0]):
        sha.update(path.name.encode())
        sha.update(posed.rotation.tobytes())
        sha.update(posed.pictures[::50].tobytes())
    return sha.hexdigest()


@torch.no_grad()
def validate(network: Embedder, held_out: list[PairBatch]) -> dict[str, float]:
    """How often a photo of a part never learned is nearest to its own drawing in its batch."""
    network.eval()
    whole, places = 0.0, 0.0
    for batch in held_out:
        photos, views = network(batch.photos, batch.views)
        right = torch.arange(len(photos.whole))
        whole += float(((photos.whole @ views.whole.T).argmax(1) == right).float().mean())
        places += float(((photos.places @ views.places.T).argmax(1) == right).float().mean())
    network.train()
    return {
        "whole": round(whole / len(held_out), 4), "places": round(places / len(held_out), 4)
    }  # fmt: skip


def check(run: Run, pool: PairPool, held_out: list[PairBatch], loss: float) -> None:
    """Validate the running mean, log, save."""
    network = Embedder(run.config.widths)
    network.load_state_dict(run.mean.state)
    figures = {
        "step": run.step, "learned_s": round(run.learned_s), "loss": round(loss, 4),
        "shards": len(pool.shards), **validate(network, held_out),
    }  # fmt: skip
    run.save(digest_of(pool), figures)
    log.info("%s", figures)


def train(run: Run, pool: PairPool, held_out: list[PairBatch]) -> None:
    """Learn until the time is used up."""
    source = batches(pool, seed=run.config.seed + run.step, count=run.config.pairs)
    with closing(ahead(source)) as stream:
        learn_from(stream, run, lambda loss: check(run, pool, held_out, loss))


def held_out_of(pairs: Path, config: Config) -> list[PairBatch]:
    """Batches from the folder's own `held_out`, of parts that no other shard has."""
    stream = batches(PairPool(pairs / "held_out"), seed=0, count=config.pairs)
    return [next(stream) for _ in range(config.check_batches)]


def main() -> None:
    """Train one of the configs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config", choices=sorted(CONFIGS))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--minutes", type=float, help="instead of the config's")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    args.out.mkdir(parents=True, exist_ok=True)
    config = CONFIGS[args.config]
    config = replace(config, minutes=args.minutes) if args.minutes else config
    run = Run(config, args.out)
    run.resume()
    train(run, PairPool(args.pairs), held_out_of(args.pairs, config))


if __name__ == "__main__":
    main()
