"""Train the network that lifts prints out of photos.

    .venv-train/bin/python -m training.train_segmenter full --out DIR --shards DIR --cutouts DIR
    .venv-train/bin/python -m training.train_segmenter further --begin-with LAST.pt --out DIR ...
    .venv-train/bin/python -m training.train_segmenter toy --out DIR --shards DIR

Goes on from DIR/last.pt where there is one. A checkpoint holds weights, their running mean,
optimiser, config, seed, data digest, commit and the figures so far. Each process learns with one
thread in bfloat16 (measured on two shared AMD cores, 2026-11-21: 16 photos of 192 px take 0.54 CPU
s; two threads on a busy machine take four times that), a second one prepares batches. With
`--workers 2` two processes share each batch and agree on every step.
"""

import argparse
import hashlib
import logging
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - as everybody writes it

from training.learning import Learning
from training.photo_batches import Batch, BatchShape, Bending, PhotoPool, ahead, batches, normalise
from training.render_dataset import load_cutouts
from training.segmenter_network import WIDTHS, Segmenter

log = logging.getLogger("train_segmenter")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Every knob of a run.

    Attributes:
        minutes: of learning, over all runs that were resumed; the rate falls to 0 by then.
        stages: (share of the time at which it begins, side in px, photos in a batch).
        rate: AdamW's largest step.
        weight_decay: AdamW's.
        warm_up_steps: over which the rate rises from 0.
        mean_decay: of the running mean of weights, which is what is shipped.
        iou_weight: of the soft overlap loss beside cross entropy.
        edge_weight: how much more a pixel on the print's edge counts.
        enclosed_weight: how much more a pixel counts that is no print but has print on all four
            sides: holes and hollows, which a first run (20 minutes, 2026-11-21) filled in.
        side_weight: of the coarse answers' losses.
        check_every_s: seconds of learning between validations and checkpoints.
        validation_side_px: as the product uses it.
        widths: of the network.
        seed: of everything drawn.
    """

    minutes: float = 93.0
    stages: tuple[tuple[float, int, int], ...] = ((0.0, 192, 16), (0.6, 256, 12))
    rate: float = 2e-3
    weight_decay: float = 5e-4
    warm_up_steps: int = 200
    mean_decay: float = 0.998
    iou_weight: float = 1.0
    edge_weight: float = 3.0
    enclosed_weight: float = 2.0
    side_weight: float = 0.3
    check_every_s: float = 240.0
    validation_side_px: int = 256
    widths: tuple[int, int, int, int, int] = WIDTHS
    seed: int = 7


CONFIGS = {
    "full": Config(),
    # from where `full` ended, with more photos of single prints (docs/model-cards/segmenter.md)
    "further": Config(
        minutes=82.0, stages=((0.0, 160, 32), (0.55, 256, 16)), rate=1.5e-3, mean_decay=0.9985,
        check_every_s=400.0, seed=41,
    ),
    "toy": Config(
        minutes=0.5, stages=((0.0, 64, 8),), warm_up_steps=10, check_every_s=15.0,
        validation_side_px=64, widths=(8, 12, 16, 24, 32), mean_decay=0.9,
    ),
}  # fmt: skip


def loss_of(levels: list[Tensor], masks: Tensor, config: Config) -> Tensor:
    """Cross entropy (edges count more), soft overlap, and the coarse answers' cross entropy."""
    full = levels[0].float()
    smooth = F.avg_pool2d(masks, 9, 1, 4)
    weight = 1 + config.edge_weight * (smooth - masks).abs() * 2
    weight = weight + config.enclosed_weight * enclosed(masks)
    entropy = F.binary_cross_entropy_with_logits(full, masks, weight=weight)
    guess = torch.sigmoid(full)
    both = (guess * masks).sum((1, 2, 3))
    either = (guess + masks - guess * masks).sum((1, 2, 3))
    room = 0.002 * masks[0].numel()  # an empty photo is then judged gently
    overlap = 1 - ((both + room) / (either + room)).mean()
    total = entropy + config.iou_weight * overlap
    for level in levels[1:]:
        small = F.adaptive_avg_pool2d(masks, level.shape[-2:])
        coarse = F.binary_cross_entropy_with_logits(level.float(), small)
        total = total + config.side_weight * coarse / (len(levels) - 1)
    return total


def enclosed(masks: Tensor) -> Tensor:
    """(B, 1, S, S): 1 where there is no print, but some to the left, right, above and below."""
    left, above = masks.cummax(3).values, masks.cummax(2).values
    right = masks.flip(3).cummax(3).values.flip(3)
    below = masks.flip(2).cummax(2).values.flip(2)
    return torch.minimum(torch.minimum(left, right), torch.minimum(above, below)) * (1 - masks)


def squeezed(picture: NDArray[np.uint8], side_px: int) -> Tensor:
    """(1, 4, S, S) in 0..1, whatever the source's shape, as the product squeezes photos."""
    whole = torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None].float() / 255
    return F.interpolate(whole, (side_px, side_px), mode="bilinear", antialias=True)


@torch.no_grad()
def validate(
    network: Segmenter, pictures: list[NDArray[np.uint8]], side_px: int
) -> dict[str, float]:
    """Overlap of thresholded masks with the true ones: mean, median, share under a half."""
    network.eval()
    scores = []
    for picture in pictures:
        whole = squeezed(picture, side_px)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            guess = network(normalise(whole[:, :3])) > 0
        truth = whole[:, 3:] > 0.5
        union = int((guess | truth).sum())
        scores.append(int((guess & truth).sum()) / union if union else 1.0)
    network.train()
    if not scores:
        return {}
    return {
        "mean": round(float(np.mean(scores)), 4),
        "median": round(float(np.median(scores)), 4),
        "under_half": round(float(np.mean(np.array(scores) < 0.5)), 4),
    }


def stage_at(config: Config, progress: float) -> tuple[int, int]:
    """Side in px and photos in a batch."""
    side, pictures = config.stages[0][1:]
    for begins, next_side, next_pictures in config.stages:
        if progress >= begins:
            side, pictures = next_side, next_pictures
    return side, pictures


def digest_of(pool: PhotoPool) -> str:
    """SHA-256 over the names of the shards and a fiftieth of each, and the real photos."""
    sha = hashlib.sha256()
    for path in sorted(pool.known):
        sha.update(path.name.encode())
        sha.update(np.ascontiguousarray(np.load(path, mmap_mode="r")[::50]).tobytes())
    for real in pool.reals:
        sha.update(real.tobytes())
    return sha.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Processes that learn together: every one sees its part of a batch, all take the same step."""

    rank: int = 0
    size: int = 1

    def agree(self, network: Segmenter, learned_s: float) -> float:
        """Put everybody's mean gradient into the network; everybody's mean clock is returned."""
        if self.size == 1:
            return learned_s
        grads = [p.grad for p in network.parameters() if p.grad is not None]
        flat = torch.cat([g.flatten() for g in grads] + [torch.tensor([learned_s])])
        dist.all_reduce(flat)
        flat /= self.size
        start = 0
        for grad in grads:
            grad.copy_(flat[start : start + grad.numel()].view_as(grad))
            start += grad.numel()
        return float(flat[-1])


class Run(Learning):
    """The segmenter, learning, alone or in a team."""

    network: Segmenter
    config: Config

    def __init__(self, config: Config, out: Path, team: Team) -> None:
        torch.manual_seed(config.seed)
        network = Segmenter(config.widths).to(memory_format=torch.channels_last)
        super().__init__(network, config, out)
        self.team = team

    def begin_with(self, earlier: Path) -> None:
        """Take another run's running mean, and its count of steps; the clock starts anew."""
        held = torch.load(earlier, weights_only=False)
        self.network.load_state_dict(held["mean"])
        self.mean.state = {name: kept.clone() for name, kept in held["mean"].items()}
        self.step = self.mean.steps = held["step"]
        log.info("beginning with step %d of %s", self.step, earlier)

    def learn(self, batch: Batch) -> float:
        """One step; its loss."""
        with torch.autocast("cpu", dtype=torch.bfloat16):
            levels = self.network.levels(batch.photos.contiguous(memory_format=torch.channels_last))
        return self.follow(loss_of(levels, batch.masks, self.config), self.agree)

    def agree(self) -> None:
        """Everybody's mean gradient and clock."""
        self.learned_s = self.agreed_s = self.team.agree(self.network, self.learned_s)


def check(run: Run, pool: PhotoPool, held_out: "HeldOut", loss: float) -> None:
    """Validate the running mean, log, save."""
    network = Segmenter(run.config.widths)
    network.load_state_dict(run.mean.state)
    side = run.config.validation_side_px
    figures = {
        "step": run.step, "learned_s": round(run.learned_s), "loss": round(loss, 4),
        "shards": len(pool.shards), "real": validate(network, held_out.real, side),
        "rendered": validate(network, held_out.rendered, side),
    }  # fmt: skip
    run.save(digest_of(pool), figures)
    log.info("%s", figures)


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Pictures (H, W, 4) that no batch ever shows."""

    real: list[NDArray[np.uint8]]
    rendered: list[NDArray[np.uint8]]


def train(run: Run, pool: PhotoPool, held_out: HeldOut) -> None:
    """Learn until the time is used up."""
    config = run.config
    side, pictures = stage_at(config, run.progress)
    shape = BatchShape(pictures // run.team.size, side)
    source = batches(
        pool, seed=config.seed + run.step + 7919 * run.team.rank, bending=Bending(), shape=shape
    )
    with closing(ahead(source)) as stream:
        learn_from(stream, run, shape, pool, held_out)


def learn_from(
    stream: Iterator[Batch], run: Run, shape: BatchShape, pool: PhotoPool, held_out: HeldOut
) -> None:
    """Step after step, with a check now and then by the first of the team."""
    config = run.config
    clock, slow_loss = time.monotonic(), 0.0
    next_check = run.learned_s + config.check_every_s
    while run.progress < 1:
        loss = run.learn(next(stream))
        slow_loss = loss if not slow_loss else 0.98 * slow_loss + 0.02 * loss
        now = time.monotonic()
        run.learned_s, clock = run.learned_s + now - clock, now
        shape.side_px, pictures = stage_at(config, run.progress)
        shape.pictures = pictures // run.team.size
        if run.team.rank > 0:
            continue
        if run.step % 50 == 0:
            log.info("step %d, %.0f s, loss %.4f", run.step, run.learned_s, slow_loss)
        if run.learned_s >= next_check or run.progress >= 1:
            check(run, pool, held_out, slow_loss)
            next_check = run.learned_s + config.check_every_s


def split(shards: Path | None, cutouts: Path | None) -> tuple[PhotoPool, HeldOut]:
    """What is learned from, what is kept away: one real cut-out in eight, the file held_out.npy."""
    reals = load_cutouts(cutouts, held_out=False, longest_px=448) if cutouts else []
    kept = load_cutouts(cutouts, held_out=True, longest_px=640) if cutouts else []
    rendered: list[NDArray[np.uint8]] = []
    if shards is not None and (shards / "held_out.npy").exists():
        rendered = list(np.load(shards / "held_out.npy"))
    return PhotoPool(shards, reals), HeldOut(kept, rendered)


def main() -> None:
    """Train one of the configs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config", choices=sorted(CONFIGS))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--shards", type=Path)
    parser.add_argument("--cutouts", type=Path)
    parser.add_argument("--minutes", type=float, help="instead of the config's")
    parser.add_argument("--begin-with", type=Path, help="another run's last.pt, for a run's start")
    parser.add_argument("--workers", type=int, default=1, help="processes that learn together")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    if args.workers == 1:
        work(0, args, None)
        return
    os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
    with tempfile.TemporaryDirectory() as meeting:
        torch.multiprocessing.spawn(work, (args, f"file://{meeting}/point"), nprocs=args.workers)


def work(rank: int, args: argparse.Namespace, meeting_point: str | None) -> None:
    """One process of the team: the only one, or one that meets the others at a file."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    if meeting_point is not None:
        dist.init_process_group(
            "gloo", init_method=meeting_point, rank=rank, world_size=args.workers
        )
    config = CONFIGS[args.config]
    config = replace(config, minutes=args.minutes) if args.minutes else config
    run = Run(config, args.out, Team(rank=rank, size=args.workers))
    if args.begin_with is not None:
        run.begin_with(args.begin_with)
    run.resume()
    pool, held_out = split(args.shards, args.cutouts)
    train(run, pool, held_out)


if __name__ == "__main__":
    main()
