"""What the product's own cut-out makes of posed photos, beside their shards.

    .venv/bin/python -m training.own_masks --pairs DIR --every 2

Runs in the product's environment, not in training's: it asks the product itself. An embedder that
only ever saw exact masks, or masks spoilt by a formula, is lost when a cut-out takes a shadow along
or leaves a dark side out (docs/recognition.md). For posed_NNNN.npy comes posed_NNNN.own.npz; shards
that have one are left alone.
"""

import argparse
import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.whole_files import named
from vision.cut_out import cut_outs
from vision.errors import NothingFound
from vision.segmenter import PixelJudge, Segmenter

log = logging.getLogger("own_masks")

#: A mask that has less in common with the print than this shows something else.
LEAST_OVERLAP = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMasks:
    """Cut-outs of some of a shard's photos, several of one photo where the product was torn.

    Attributes:
        photo: (K,) int32, number in the shard.
        chance: (K,) float32, what the product gave it.
        bits: (K, S * S / 8) uint8, packed rows of the mask.
    """

    photo: NDArray[np.int32]
    chance: NDArray[np.float32]
    bits: NDArray[np.uint8]

    def of(self, photo: int) -> list[tuple[float, NDArray[np.bool_]]]:
        """Chances and (S, S) masks of one photo; none where the product was not asked."""
        side = round(float(np.sqrt(self.bits.shape[1] * 8)))
        rows = np.flatnonzero(self.photo == photo)
        masks = np.unpackbits(self.bits[rows], axis=1).reshape(-1, side, side).astype(bool)
        return [(float(self.chance[row]), mask) for row, mask in zip(rows, masks, strict=True)]


def own_masks(pictures: NDArray[np.uint8], *, every: int, segmenter: PixelJudge) -> OwnMasks:
    """Cut out every so-manieth of (N, S, S, 4) RGB and true mask; S a multiple of 8.

    Cut-outs that show something else than the print are left out.
    """
    photo, chance, bits = [], [], []
    for n in range(0, len(pictures), every):
        truth = pictures[n, ..., 3] > 127
        try:
            found = cut_outs(np.ascontiguousarray(pictures[n, ..., :3]), segmenter=segmenter)
        except NothingFound:
            continue
        for each in found:
            mask = each.cut_out.mask > 0.5
            if (mask & truth).sum() >= LEAST_OVERLAP * (mask | truth).sum():
                photo.append(n)
                chance.append(each.probability)
                bits.append(np.packbits(mask))
    side = pictures.shape[1]
    return OwnMasks(
        photo=np.array(photo, np.int32),
        chance=np.array(chance, np.float32),
        bits=np.array(bits, np.uint8).reshape(-1, side * side // 8),
    )


def one_of(
    rng: np.random.Generator, found: list[tuple[float, NDArray[np.bool_]]]
) -> NDArray[np.float32]:
    """One of the product's cut-outs, the likelier the oftener."""
    chances = np.array([chance for chance, _ in found])
    return found[rng.choice(len(found), p=chances / chances.sum())][1].astype(np.float32)


def path_of(shard: Path) -> Path:
    """Where the own masks of posed_NNNN.npy (or .npz) lie."""
    return shard.with_suffix(".own.npz")


def keep(made: OwnMasks, goal: Path) -> None:
    """Write them whole or not at all."""
    partial = goal.with_suffix(".part")
    with partial.open("wb") as file:
        np.savez(file, photo=made.photo, chance=made.chance, bits=made.bits)
    named(partial, goal)


def read(shard: Path) -> OwnMasks | None:
    """The own masks of a shard; None where nobody made them."""
    path = path_of(shard)
    if not path.exists():
        return None
    with np.load(path) as held:
        return OwnMasks(photo=held["photo"], chance=held["chance"], bits=held["bits"])


def main() -> None:
    """Make what is not there yet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--every", type=int, default=2, help="ask about one photo in so many")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    segmenter = Segmenter()
    for shard in sorted(args.pairs.glob("posed_????.npy")):
        goal = path_of(shard)
        if goal.exists():
            continue
        made = own_masks(np.load(shard, mmap_mode="r"), every=args.every, segmenter=segmenter)
        keep(made, goal)
        log.info("made %s: %d masks", goal.name, len(made.photo))


if __name__ == "__main__":
    main()
