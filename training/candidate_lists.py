"""What the search offers for posed photos, right and wrong: lists that the verifier learns from.

    .venv/bin/python -m training.candidate_lists --pairs DIR --out DIR --photos 120

Runs in the product's environment, not in training's: it asks the product's own cut-out (through
training/own_masks.py) and its own search, so that the wrong parts are those that are really taken
for the right one, in the poses they are really laid in. Every posed photo that has cut-outs of our
own is asked with one of them, the likelier the oftener, now and then with its exact mask. The
catalogue is all STLs of all shards and the shard's own procedural parts. For posed_NNNN.npz comes
lists_NNNN.npz and lists_NNNN.npy; a shard whose lists are there is left alone.
"""

import argparse
import logging
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.lists import CANDIDATES, VIEW_STEPS, Lists, write
from training.own_masks import one_of
from training.own_masks import read as read_own
from training.posed_photos import Posed, read
from vision.canonical import canonical_crop
from vision.describers import describer
from vision.embedder_input import EMBEDDED_PX
from vision.embedder_views import laid_view
from vision.learned import SLUG, Cued, LearnedIndex
from vision.shapes import CutOut, Mesh, Signature

log = logging.getLogger("candidate_lists")

#: Share of photos that are asked with their exact mask.
EXACT_SHARE = 0.25
SEED = 20261123
#: Procedural parts are named so (training/posed_photos.py); all others are STLs.
PROCEDURAL = "procedural "


def lists_of(
    posed: Posed, masked: Sequence[tuple[int, NDArray[np.float32]]], *, index: LearnedIndex,
    names: Sequence[str],
) -> Lists:  # fmt: skip
    """Ask about these photos (number, mask) among parts with these names, row by row."""
    count = len(masked)
    lists = Lists(
        photos=np.zeros((count, EMBEDDED_PX, EMBEDDED_PX, 4), np.uint8),
        views=np.zeros((count, CANDIDATES, 5, EMBEDDED_PX, EMBEDDED_PX), np.int8),
        right=np.zeros((count, CANDIDATES), np.bool_),
        cues=np.zeros((count, CANDIDATES, 7), np.float32),
        count=np.zeros(count, np.int32),
    )
    for n, (number, mask) in enumerate(masked):
        rgb = np.ascontiguousarray(posed.pictures[number][..., :3])
        cut_out = CutOut(rgb=rgb, mask=mask, quality=1.0, touches_frame=False)
        seen, _ = index.looked([index.photo(cut_out)])
        truth = posed.names[posed.part[number]]
        chosen = kept(seen, right=[names[c.part.row] == truth for c in seen])
        crop = canonical_crop(cut_out, size_px=EMBEDDED_PX)
        lists.photos[n] = np.dstack([crop.rgb, np.rint(crop.mask * 255).astype(np.uint8)])
        lists.count[n] = len(chosen)
        for place, cued in enumerate(chosen):
            view = laid_view(index.solids[cued.part.row], cued.part.fits[0])
            lists.views[n, place] = np.rint(view * VIEW_STEPS)
            lists.right[n, place] = names[cued.part.row] == truth
            lists.cues[n, place] = cued.cues[0]
    return lists


def kept(seen: Sequence[Cued], *, right: Sequence[bool]) -> list[Cued]:
    """The right one and the likeliest others, in their order."""
    others = [n for n, is_right in enumerate(right) if not is_right]
    few = set(others[: CANDIDATES - any(right)]) | {
        n for n, is_right in enumerate(right) if is_right
    }
    return [cued for n, cued in enumerate(seen) if n in few][:CANDIDATES]


def masked_photos(
    shard: Path, posed: Posed, *, photos: int, rng: np.random.Generator
) -> list[tuple[int, NDArray[np.float32]]]:
    """Photos that have cut-outs of our own, each with one mask."""
    own = read_own(shard)
    if own is None:
        return []
    asked = rng.permutation(np.unique(own.photo))[:photos]
    return [
        (
            int(number),
            (posed.pictures[number][..., 3] > 127).astype(np.float32)
            if rng.random() < EXACT_SHARE
            else one_of(rng, own.of(int(number))),
        )
        for number in asked
    ]


def mesh_of(posed: Posed, part: int) -> Mesh:
    """One of the shard's parts."""
    vertices, faces = posed.meshes[part]
    return Mesh(vertices_mm=vertices.astype(float), faces=faces)


def described(mesh: Mesh) -> Signature:
    """By the describer whose search is asked."""
    return describer(SLUG).describe_part(mesh)


def procedural(posed: Posed, shown: Sequence[int], *, most: int) -> list[int]:
    """So many of the shard's own procedural parts at most, those in the shown photos first."""
    own = [n for n, name in enumerate(posed.names) if name.startswith(PROCEDURAL)]
    in_them = {int(posed.part[number]) for number in shown}
    return sorted(own, key=lambda n: n not in in_them)[:most]


def make(
    shard: Path, *, out: Path, photos: int, among: int, known: Sequence[tuple[str, Signature]]
) -> str | None:
    """Write one shard's lists; their name, or None where there was nothing to do."""
    goal = out / shard.name.replace("posed_", "lists_")
    posed = read(shard)
    rng = np.random.default_rng([SEED, int(shard.stem.split("_")[-1])])
    masked = masked_photos(shard, posed, photos=photos, rng=rng)
    if goal.exists() or not masked:
        return None
    own = procedural(posed, [number for number, _ in masked], most=among)
    signatures = [signature for _, signature in known]
    signatures += [described(mesh_of(posed, n)) for n in own]
    index = describer(SLUG).open_index(signatures)
    if not isinstance(index, LearnedIndex):
        raise TypeError(f"{SLUG} opened {type(index)}")
    names = [name for name, _ in known] + [posed.names[n] for n in own]
    write(lists_of(posed, masked, index=index, names=names), goal)
    return goal.name


def stls_of(shards: Sequence[Path]) -> dict[str, Mesh]:
    """Every STL that any shard shows, once."""
    found: dict[str, Mesh] = {}
    for shard in shards:
        posed = read(shard)
        for n, name in enumerate(posed.names):
            if not name.startswith(PROCEDURAL) and name not in found:
                found[name] = mesh_of(posed, n)
    return found


def main() -> None:
    """Make what is not there yet, with a process for each core."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--photos", type=int, default=120, help="of one shard")
    parser.add_argument("--among", type=int, default=80, help="procedural parts of each shard")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    args.out.mkdir(parents=True, exist_ok=True)
    shards = sorted(args.pairs.glob("posed_????.npz"))
    stls = stls_of(shards)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        signatures = pool.map(described, stls.values(), chunksize=8)
        known = list(zip(stls, signatures, strict=True))
        log.info("%d STLs described", len(known))
        work = partial(make, out=args.out, photos=args.photos, among=args.among, known=known)
        for name in pool.map(work, shards):
            if name:
                log.info("made %s", name)


if __name__ == "__main__":
    main()
