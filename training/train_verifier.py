"""Train the network that compares a photo with each candidate of the search.

    .venv-train/bin/python -m training.train_verifier full --out DIR --lists DIR --towers FILE
    .venv-train/bin/python -m training.train_verifier toy --out DIR --lists DIR

Learns from what the search really offers (training/candidate_lists.py): among the drawings for one
photo the one that fits is to be the likeliest (a softmax over the list, as in learning to rank: Cao
et al. 2007, ListNet), and each pair by itself right or wrong, so that its odds mean something where
the right part is not in the catalogue. The right part from a wrong side is wrong: what is learned
is whether a drawing fits, and the search may then offer several poses of each part. Photos and
drawings are turned and mirrored together.
Goes on from DIR/last.pt where there is one; --towers begins with a trained embedder's stems.
"""

import argparse
import hashlib
import logging
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - as everybody writes it

from training.embedder_network import Widths
from training.learning import Learning, learn_from
from training.lists import TRUE_VIEWS, VIEW_STEPS, Lists, read
from training.part_pairs import seen_by_phone
from training.photo_batches import ahead
from training.verifier_network import Depths, Verifier
from vision.embedder_input import photo_input

log = logging.getLogger("train_verifier")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Every knob of a run.

    Attributes:
        minutes: of learning, over all runs that were resumed; the rate falls to 0 by then.
        photos, candidates: in a batch; candidates of each photo.
        rate: AdamW's largest step.
        weight_decay: AdamW's.
        warm_up_steps: over which the rate rises from 0.
        mean_decay: of the running mean of weights, which is what is shipped.
        alone_weight: of "is this pair right" beside "which of them is".
        check_every_s: seconds of learning between validations and checkpoints.
        depths, stems: of the network.
        threads: of the processor.
        seed: of everything drawn.
    """

    minutes: float = 60.0
    photos: int = 20
    candidates: int = 8
    rate: float = 1.5e-3
    weight_decay: float = 2e-2
    warm_up_steps: int = 60
    mean_decay: float = 0.995
    alone_weight: float = 0.5
    check_every_s: float = 240.0
    depths: Depths = field(default_factory=Depths)
    stems: Widths = field(default_factory=Widths)
    threads: int = 2
    seed: int = 17


CONFIGS = {
    "full": Config(),
    "toy": Config(
        minutes=0.3, photos=4, candidates=4, warm_up_steps=5, mean_decay=0.9, check_every_s=10.0,
        depths=Depths(quarter=12, eighth=16, sixteenth=24, told=16),
        stems=Widths(half=8, quarter=12, eighth=16, sixteenth=24, place=8, whole=32),
    ),
}  # fmt: skip


#: A drawing with so much in common with the true one fits (training/lists.py, pose_share); one of
#: the right part with less than the other figure shows a wrong side of it.
FITS, MISFITS = 0.75, 0.55
#: How often what fits is what the search found, where it found it.
FOUND_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class ListBatch:
    """Photos (B, 4, S, S), candidates (B, K, 5, S, S), which are right (B, K) and there (B, K)."""

    photos: Tensor
    views: Tensor
    right: Tensor
    there: Tensor


class ListPool:
    """All lists in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lists: dict[str, Lists] = {}
        self.look_again()

    def look_again(self) -> None:
        """Take in lists that were finished meanwhile."""
        for path in sorted(self.folder.glob("lists_????.npz")):
            if path.name not in self.lists:
                self.lists[path.name] = read(path)

    @property
    def photos(self) -> list[tuple[str, int]]:
        """Every photo that has two candidates at least."""
        return [
            (name, n)
            for name, lists in self.lists.items()
            for n in np.flatnonzero(lists.count > 1).tolist()
        ]

    def digest(self) -> str:
        """SHA-256 over names, crops and which candidates are right."""
        sha = hashlib.sha256()
        for name, lists in sorted(self.lists.items()):
            sha.update(name.encode())
            sha.update(lists.photos[::20].tobytes())
            sha.update(lists.right.tobytes())
        return sha.hexdigest()


@dataclass(frozen=True, slots=True)
class Chosen:
    """Drawings (K, 5, S, S) int8 for one photo and which of them fit (K,)."""

    views: NDArray[np.int8]
    fits: NDArray[np.bool_]


def some_of(rng: np.random.Generator, lists: Lists, number: int, *, candidates: int) -> Chosen:
    """One drawing that fits, and others: other parts, the right one from a wrong side.

    What fits is the right part as the search laid it, where it found the pose, or nearly as it
    truly lies. A right part half-way to its pose is no example of either.
    """
    count = int(lists.count[number])
    right, share = lists.right[number, :count], lists.pose_share[number, :count]
    found = np.flatnonzero(right & (share >= FITS))
    misfits = rng.permutation(np.flatnonzero(~right | (share < MISFITS)))
    # a wrong side of the right part is the rarest and best lesson
    misfits = sorted(misfits.tolist(), key=lambda place: not right[place])[: candidates - 1]
    if len(found) and rng.random() < FOUND_SHARE:
        fit = lists.views[number][found[0]]
    else:
        fit = lists.true_views[number][rng.integers(TRUE_VIEWS)]
    views = np.concatenate([fit[None], lists.views[number][misfits]])
    return Chosen(views, np.arange(len(views)) == 0)


def turned(
    rng: np.random.Generator, photo: NDArray[np.float32], views: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Photo (4, S, S) and drawings (K, 5, S, S) in one of the square's eight ways.

    A mirrored photo shows the mirrored part, and so does the mirrored drawing.
    """
    if rng.random() < 0.5:
        photo, views = photo[:, :, ::-1], views[..., ::-1] * facing(-1, 1)
    if rng.random() < 0.5:
        photo, views = photo[:, ::-1], views[:, :, ::-1] * facing(1, -1)
    if rng.random() < 0.5:
        photo = photo.swapaxes(1, 2)
        views = views.swapaxes(2, 3)[:, [1, 0, 2, 3, 4]]
    return np.ascontiguousarray(photo), np.ascontiguousarray(views)


def facing(x: int, y: int) -> NDArray[np.float32]:
    """Signs of normals (1, 5, 1, 1) after a flip along an axis."""
    return np.array([x, y, 1, 1, 1], np.float32).reshape(1, 5, 1, 1)


def batches(pool: ListPool, *, seed: int, config: Config) -> Iterator[ListBatch]:
    """Endless random batches."""
    rng, torch_rng = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    made = 0
    while True:
        photos = pool.photos
        chosen = [photos[n] for n in rng.integers(len(photos), size=config.photos)]
        yield batch_of(pool, chosen, rng=rng, torch_rng=torch_rng, candidates=config.candidates)
        made += 1
        if made % 100 == 0:
            pool.look_again()


def batch_of(
    pool: ListPool, chosen: list[tuple[str, int]], *, rng: np.random.Generator,
    torch_rng: torch.Generator, candidates: int,
) -> ListBatch:  # fmt: skip
    """These photos with some of their candidates, turned and in other colours."""
    crops, views = [], []
    right, there = np.zeros((2, len(chosen), candidates), np.bool_)
    for place, (name, number) in enumerate(chosen):
        lists = pool.lists[name]
        some = some_of(rng, lists, number, candidates=candidates)
        crop = np.moveaxis(lists.photos[number].astype(np.float32) / 255, 2, 0)
        crop, drawn = turned(rng, crop, some.views.astype(np.float32) / VIEW_STEPS)
        missing = candidates - len(drawn)
        crops.append(crop)
        views.append(np.pad(drawn, ((0, missing), (0, 0), (0, 0), (0, 0))))
        right[place, : len(drawn)] = some.fits
        there[place, : len(drawn)] = True
    return ListBatch(
        seen_by_phone(torch_rng, np.stack(crops)), torch.from_numpy(np.stack(views)),
        torch.from_numpy(right), torch.from_numpy(there),
    )  # fmt: skip


def loss_of(odds: Tensor, batch: ListBatch, *, alone_weight: float) -> Tensor:
    """Which of the list it is, and of each pair whether it is."""
    among = odds.masked_fill(~batch.there, -torch.inf)
    which = F.cross_entropy(among, batch.right.float().argmax(1))
    alone = F.binary_cross_entropy_with_logits(odds[batch.there], batch.right[batch.there].float())
    return which + alone_weight * alone


class Run(Learning):
    """The verifier, learning."""

    network: Verifier
    config: Config

    def __init__(self, config: Config, out: Path) -> None:
        torch.manual_seed(config.seed)
        network = Verifier(config.depths, config.stems)
        super().__init__(network.to(memory_format=torch.channels_last), config, out)

    def begin_with(self, towers: Path) -> None:
        """Take the stems of a trained embedder."""
        held = torch.load(towers, weights_only=False)["mean"]
        for name in ("photo_stem", "view_stem"):
            stem = {
                key[len(name) + 1 :]: kept for key, kept in held.items() if key.startswith(name)
            }
            getattr(self.network, name).load_state_dict(stem)

    def learn(self, batch: ListBatch) -> float:
        """One step; its loss."""
        with torch.autocast("cpu", dtype=torch.bfloat16):
            odds = self.network(batch.photos, batch.views)
        loss = loss_of(odds.float(), batch, alone_weight=self.config.alone_weight)
        return self.follow(loss)


@torch.no_grad()
def validate(network: Verifier, held_out: ListPool) -> dict[str, float]:
    """On photos of parts never learned whose right part the search laid as it truly lies.

    How often that comes first, by the verifier and by the search; and how well odds alone tell
    fitting drawings from others: the share of such couples that are in order (AUROC).
    """
    network.eval()
    first, before = [], []
    odds_right, odds_wrong = [], []
    for name, number in held_out.photos:
        lists = held_out.lists[name]
        count = int(lists.count[number])
        right = lists.right[number, :count]
        fits = right & (lists.pose_share[number, :count] >= FITS)
        crop = np.moveaxis(lists.photos[number].astype(np.float32) / 255, 2, 0)
        views = torch.from_numpy(np.asarray(lists.views[number][:count], np.float32) / VIEW_STEPS)
        odds = network(seen_plainly(crop)[None], views[None])[0].numpy()
        odds_right.extend(odds[fits])
        odds_wrong.extend(odds[~right])
        if fits.any():
            first.append(fits[odds.argmax()])
            before.append(fits[0])
    network.train()
    apart = np.array(odds_right)[:, None] > np.array(odds_wrong)
    return {
        "first": round(float(np.mean(first)), 4),
        "search_first": round(float(np.mean(before)), 4),
        "auroc": round(float(apart.mean()), 4),
        "photos": len(first),
    }


def seen_plainly(crop: NDArray[np.float32]) -> Tensor:
    """The photo (4, S, S) as the product hands it over."""
    return torch.from_numpy(photo_input(np.moveaxis(crop[:3] * 255, 0, 2), crop[3]))


def check(run: Run, pool: ListPool, held_out: ListPool, loss: float) -> None:
    """Validate the running mean, log, save."""
    network = Verifier(run.config.depths, run.config.stems)
    network.load_state_dict(run.mean.state)
    figures = {
        "step": run.step, "learned_s": round(run.learned_s), "loss": round(loss, 4),
        "lists": len(pool.lists), **validate(network, held_out),
    }  # fmt: skip
    run.save(pool.digest(), figures)
    log.info("%s", figures)


def train(run: Run, pool: ListPool, held_out: ListPool) -> None:
    """Learn until the time is used up."""
    source = batches(pool, seed=run.config.seed + run.step, config=run.config)
    with closing(ahead(source)) as stream:
        learn_from(stream, run, lambda loss: check(run, pool, held_out, loss))


def main() -> None:
    """Train one of the configs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config", choices=sorted(CONFIGS))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--lists", type=Path, required=True, help="with a folder `held_out` in it")
    parser.add_argument("--towers", type=Path, help="an embedder's checkpoint to begin with")
    parser.add_argument("--minutes", type=float, help="instead of the config's")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    config = CONFIGS[args.config]
    config = replace(config, minutes=args.minutes) if args.minutes else config
    torch.set_num_threads(config.threads)
    args.out.mkdir(parents=True, exist_ok=True)
    run = Run(config, args.out)
    if args.towers:
        run.begin_with(args.towers)
    run.resume()
    train(run, ListPool(args.lists), ListPool(args.lists / "held_out"))


if __name__ == "__main__":
    main()
