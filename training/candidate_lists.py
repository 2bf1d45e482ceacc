"""What the search offers for posed photos, right and wrong: lists that the verifier learns from.

    .venv/bin/python -m training.candidate_lists --pairs DIR --out DIR --photos 120

Runs in the product's environment, not in training's: it asks the product's own cut-out (through
training/own_masks.py) and its own search, so that the wrong parts are those that are really taken
for the right one, in the poses they are really laid in. Every posed photo that has cut-outs of our
own is asked with one of them, the likelier the oftener, now and then with its exact mask. Beside
what the search found lie drawings of the right part where it really is, because the search often
has the right part from a wrong side, and that is no example of what fits. The
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

from training.lists import CANDIDATES, TRUE_VIEWS, VIEW_STEPS, Lists, write
from training.own_masks import one_of
from training.own_masks import read as read_own
from training.posed_photos import Posed, read
from training.sights import Jitter, Sight, between, facing, part_of, rolled_frame, small_turn
from training.sights import laid_view as nearly_laid
from vision.canonical import canonical_crop
from vision.describers import describer
from vision.embedder_input import EMBEDDED_PX
from vision.embedder_views import laid_view
from vision.learned import SLUG, Cued, LearnedIndex
from vision.pose import SIZE_PX, Solid, fitted, outline_of, start
from vision.shapes import CutOut, Mesh, Signature

log = logging.getLogger("candidate_lists")

#: A true side is turned so far before it is laid on the mask, and for so many steps; one that has
#: less in common with the true drawing then is not one.
OFF_DEG, STEPS, LEAST_TRUE = 6.0, 8, 0.7
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
        count=np.zeros(count, np.int32),
        true_views=np.zeros((count, TRUE_VIEWS, 5, EMBEDDED_PX, EMBEDDED_PX), np.int8),
        pose_share=np.zeros((count, CANDIDATES), np.float32),
    )
    rng = np.random.default_rng(SEED)
    for n, (number, mask) in enumerate(masked):
        rgb = np.ascontiguousarray(posed.pictures[number][..., :3])
        cut_out = CutOut(rgb=rgb, mask=mask, quality=1.0, touches_frame=False)
        seen, _ = index.looked([index.photo(cut_out)])
        truth = posed.names[posed.part[number]]
        chosen = kept(seen, right=[names[c.part.row] == truth for c in seen])
        crop = canonical_crop(cut_out, size_px=EMBEDDED_PX)
        lists.photos[n] = np.dstack([crop.rgb, np.rint(crop.mask * 255).astype(np.uint8)])
        lists.count[n] = len(chosen)
        lists.true_views[n] = in_steps(
            nearly_true(rng, posed, number, mask, solid=index.solids[names.index(truth)])
        )
        true = truly_laid(posed, number, mask)
        for place, cued in enumerate(chosen):
            view = laid_view(index.solids[cued.part.row], cued.part.fits[0])
            lists.views[n, place] = in_steps(view)
            lists.pose_share[n, place] = max(pose_share(view, each) for each in true)
            lists.right[n, place] = names[cued.part.row] == truth
    return lists


def kept(seen: Sequence[Cued], *, right: Sequence[bool]) -> list[Cued]:
    """The right one and the likeliest others, in their order."""
    others = [n for n, is_right in enumerate(right) if not is_right]
    chosen = {*others[: CANDIDATES - any(right)], *np.flatnonzero(right)}
    return [cued for n, cued in enumerate(seen) if n in chosen]


def in_steps(views: NDArray[np.float32]) -> NDArray[np.int8]:
    """As views are kept."""
    return np.rint(views * VIEW_STEPS).astype(np.int8)


def sight_of(
    posed: Posed, number: int, mask: NDArray[np.float32], *, towards_truth: float
) -> tuple[Mesh, Sight]:
    """The part and where it is; drawn as a fit to this mask would, or as it truly lies (1)."""
    level = np.eye(3)
    mesh, translation = part_of(posed, number)
    frame = rolled_frame(mask, level)
    true = rolled_frame((posed.pictures[number][..., 3] > 127).astype(np.float32), level)
    # the crop stays where the mask puts it; what is fitted to a wrong mask goes along with it
    return mesh, Sight(
        rotation=posed.rotation[number].astype(float), translation=translation,
        focal_px=float(posed.focal_px[number]), frame=frame,
        laid_in=between(true, frame, share=towards_truth), angle_deg=0.0,
    )  # fmt: skip


def truly_laid(posed: Posed, number: int, mask: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """The part in its true pose (5, S, S), in the mask's crop: where it is, and moved with it."""
    still = Jitter(laid_deg=0.0, laid_shift=0.0)
    rng = np.random.default_rng(0)
    return [
        nearly_laid(rng, *sight_of(posed, number, mask, towards_truth=share), still)
        for share in (1.0, 0.0)
    ]


def nearly_true(
    rng: np.random.Generator, posed: Posed, number: int, mask: NDArray[np.float32], *, solid: Solid
) -> NDArray[np.float32]:
    """Drawings (TRUE_VIEWS, 5, S, S) of the right part as a search from its true side leaves it.

    Turned a little and laid on the mask by the product's own steps, as the wrong parts are: else
    whether a drawing follows the mask would tell which is right. Where a wrong mask pulls the part
    away from its pose, it is drawn near that instead.
    """
    true = truly_laid(posed, number, mask)
    outline = outline_of(canonical_crop(CutOut(
        rgb=np.zeros((*mask.shape, 3), np.uint8), mask=mask, quality=1.0, touches_frame=False
    ), size_px=SIZE_PX).mask)  # fmt: skip
    mesh, sight = sight_of(posed, number, mask, towards_truth=1.0)
    seen = facing(sight.translation / np.linalg.norm(sight.translation)) @ sight.rotation
    views = []
    for _ in range(TRUE_VIEWS):
        turned = small_turn(rng, float(abs(rng.normal(0, OFF_DEG)))) @ seen
        fit = fitted(solid, start(solid, turned), outline=outline, steps=STEPS)
        view = laid_view(solid, fit)
        if max(pose_share(view, each) for each in true) < LEAST_TRUE:
            view = nearly_laid(rng, mesh, sight, Jitter())
        views.append(view)
    return np.stack(views)


def pose_share(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Mean product of the normals of two drawings (5, S, S) over what either covers."""
    alike = np.clip((one[:3] * other[:3]).sum(0), 0, 1)
    either = np.maximum(one[4], other[4]).sum()
    return float(alike.sum() / max(1.0, either))


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
