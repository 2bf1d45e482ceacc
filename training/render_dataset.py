"""Render the segmenter's training photos into shards, so that training is not kept waiting.

Each shard is one .npy, (N, S, S, 4) uint8: RGB and mask. A shard depends on its number and the
seed alone, so a broken run goes on where it stopped and several processes may share the work:

    .venv-train/bin/python -m training.render_dataset --out DIR --parts DIR --backgrounds DIR \
        --cutouts DIR --first 0 --last 40

Folders may be left out: without STLs every part is procedural, without photos every table is.
"""

import argparse
import csv
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import trimesh
from numpy.typing import NDArray
from PIL import Image

from samples import random_part
from training.bodies import Body, body_of
from training.pasted_photos import pasted_photo
from training.phone import RgbPhoto, Shot
from training.surfaces import load_backgrounds
from training.synthetic_photos import synthetic_photo

log = logging.getLogger("render_dataset")

#: Every eighth real cut-out is kept away from training, to choose between runs.
HELD_OUT_EVERY = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How a shard is made.

    Attributes:
        photos: in one shard.
        side_px: of each photo.
        finer: how much finer each is drawn before it is made smaller.
        new_parts: procedural parts drawn for one shard.
        stl_parts: STL files drawn for one shard, none where no folder is given.
        pasted_share: share of photos that show a real print pasted elsewhere.
        seed: with the shard's number it fixes the shard.
    """

    photos: int = 500
    side_px: int = 288
    finer: float = 1.3
    new_parts: int = 120
    stl_parts: int = 100
    pasted_share: float = 0.2
    seed: int = 20261121


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Other people's files that may be trained on: STL paths, photos, real prints with masks."""

    stls: Sequence[Path]
    backgrounds: Sequence[RgbPhoto]
    prints: Sequence[NDArray[np.uint8]]


def load_cutouts(folder: Path, *, held_out: bool, longest_px: int) -> list[NDArray[np.uint8]]:
    """Real prints as (H, W, 4) uint8, either those kept away from training or the others."""
    with (folder / "cutouts.csv").open(newline="", encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    chosen = [row for i, row in enumerate(rows) if (i % HELD_OUT_EVERY == 0) == held_out]
    return [load_cutout(folder / row["file"], folder / row["mask"], longest_px) for row in chosen]


def load_cutout(photo: Path, mask: Path, longest_px: int) -> NDArray[np.uint8]:
    """One photo with its mask as a fourth channel."""
    with Image.open(photo) as rgb, Image.open(mask) as grey:
        both = rgb.convert("RGB")
        both.putalpha(grey.convert("L").resize(rgb.size))
    scale = min(1.0, longest_px / max(both.size))
    size = (round(both.width * scale), round(both.height * scale))
    colour = both.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    alpha = both.getchannel("A").resize(size, Image.Resampling.BILINEAR)
    return np.dstack([np.asarray(colour), np.asarray(alpha)])


def bodies_for(rng: np.random.Generator, recipe: Recipe, stls: Sequence[Path]) -> list[Body]:
    """This shard's parts: fresh procedural ones and a draw of STLs."""
    bodies = [body_of(random_part(rng)) for _ in range(recipe.new_parts)]
    for index in rng.permutation(len(stls))[: recipe.stl_parts]:
        bodies.append(body_of(trimesh.load_mesh(stls[index])))
    return bodies


def shard(number: int, recipe: Recipe, sources: Sources) -> NDArray[np.uint8]:
    """(N, S, S, 4) uint8: the photos of one shard."""
    rng = np.random.default_rng([recipe.seed, number])
    bodies = bodies_for(rng, recipe, sources.stls)
    out = np.zeros((recipe.photos, recipe.side_px, recipe.side_px, 4), np.uint8)
    for row in out:
        shot = one_photo(rng, recipe, bodies, sources)
        row[..., :3], row[..., 3] = shot.rgb, shot.mask
    return out


def one_photo(
    rng: np.random.Generator, recipe: Recipe, bodies: Sequence[Body], sources: Sources
) -> Shot:
    """A rendered print or, less often, a real one pasted somewhere else."""
    if sources.prints and sources.backgrounds and rng.random() < recipe.pasted_share:
        real = sources.prints[rng.integers(len(sources.prints))]
        return pasted_photo(
            rng, real[..., :3], real[..., 3], sources.backgrounds, side_px=recipe.side_px
        )
    return synthetic_photo(
        rng, bodies, sources.backgrounds, side_px=recipe.side_px, finer=recipe.finer
    )


def gather_sources(args: argparse.Namespace) -> Sources:
    """What the folders named on the command line hold."""
    return Sources(
        stls=sorted(args.parts.rglob("*.stl")) if args.parts else [],
        backgrounds=load_backgrounds(args.backgrounds) if args.backgrounds else [],
        prints=load_cutouts(args.cutouts, held_out=False, longest_px=400) if args.cutouts else [],
    )


def main() -> None:
    """Render the shards that are not there yet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    for name in ("--parts", "--backgrounds", "--cutouts"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--last", type=int, default=40)
    parser.add_argument("--step", type=int, default=1, help="share shards between processes")
    parser.add_argument("--photos", type=int, default=Recipe().photos)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    args.out.mkdir(parents=True, exist_ok=True)
    recipe, sources = Recipe(photos=args.photos), gather_sources(args)
    for number in range(args.first, args.last, args.step):
        goal = args.out / f"shard_{number:04d}.npy"
        if goal.exists():
            continue
        partial = goal.with_suffix(".part")
        with partial.open("wb") as file:
            np.save(file, shard(number, recipe, sources))
        partial.rename(goal)
        log.info("rendered %s", goal.name)


if __name__ == "__main__":
    main()
