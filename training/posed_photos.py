"""Photos of prints whose parts and poses are known, in shards: what the embedder learns from.

    .venv-train/bin/python -m training.posed_photos --out DIR --parts DIR --backgrounds DIR \
        --first 0 --last 60

A shard is two files: posed_NNNN.npy, (N, S, S, 4) uint8 RGB and mask, and posed_NNNN.npz with the
poses and the parts' triangles, so that whoever learns needs nothing else. A shard depends on its
number and the seed alone. Folders may be left out: parts are then all procedural, tables painted.
"""

import argparse
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import trimesh
from numpy.typing import NDArray

from samples import random_part
from training.bodies import Body, body_of
from training.phone import RgbPhoto, Shot
from training.surfaces import load_backgrounds
from training.synthetic_photos import synthetic_photo
from training.whole_files import named

log = logging.getLogger("posed_photos")

#: One STL in so many is never shown, so that figures on its photos are of a part never learned.
UNSEEN_EVERY = 5

#: A print that covers fewer pixels than this, or is cut by the frame further, teaches nothing.
FEWEST_PIXELS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class PosedRecipe:
    """How a shard is made.

    Attributes:
        photos: in one shard.
        side_px: of each photo.
        new_parts: procedural parts drawn for one shard.
        stl_parts: STL files drawn for one shard, none where no folder is given.
        seed: with the shard's number it fixes the shard.
    """

    photos: int = 480
    side_px: int = 192
    new_parts: int = 80
    stl_parts: int = 60
    seed: int = 20261122


@dataclass(frozen=True, slots=True, kw_only=True)
class Posed:
    """One shard.

    Attributes:
        pictures: (N, S, S, 4) uint8, RGB and mask.
        part: (N,) int32, index into the meshes.
        rotation: (N, 3, 3) float32, mesh to camera.
        translation_mm: (N, 3) float32.
        focal_px: (N,) float32.
        names: one for each mesh; procedural ones are unique over all shards.
        meshes: vertices (V, 3) float32 in mm, faces (F, 3) int32.
    """

    pictures: NDArray[np.uint8]
    part: NDArray[np.int32]
    rotation: NDArray[np.float32]
    translation_mm: NDArray[np.float32]
    focal_px: NDArray[np.float32]
    names: list[str]
    meshes: list[tuple[NDArray[np.float32], NDArray[np.int32]]]


def is_unseen(name: str) -> bool:
    """Whether this STL is kept away from training, decided by its name alone."""
    return hashlib.sha256(name.encode()).digest()[0] % UNSEEN_EVERY == 0


def shard(
    number: int, recipe: PosedRecipe, stls: Sequence[tuple[str, Path]], photos: Sequence[RgbPhoto]
) -> Posed:
    """All photos of one shard; prints that hardly show are drawn again."""
    rng = np.random.default_rng([recipe.seed, number])
    bodies = [
        body_of(random_part(rng), name=f"procedural {number} {n}") for n in range(recipe.new_parts)
    ]
    for index in rng.permutation(len(stls))[: recipe.stl_parts]:
        name, path = stls[index]
        bodies.append(body_of(trimesh.load_mesh(path), name=name))
    bodies = [body for body in bodies if len(body.rests) > 1]
    which = np.arange(recipe.photos) % len(bodies)
    shots = [posed_shot(rng, bodies[n], bodies, photos, side_px=recipe.side_px) for n in which]
    poses = [shot.pose for shot in shots if shot.pose is not None]
    return Posed(
        pictures=np.stack([np.dstack([shot.rgb, shot.mask]) for shot in shots]),
        part=which.astype(np.int32),
        rotation=np.stack([pose.rotation for pose in poses]).astype(np.float32),
        translation_mm=np.stack([pose.translation_mm for pose in poses]).astype(np.float32),
        focal_px=np.array([pose.focal_px for pose in poses], np.float32),
        names=[body.name for body in bodies],
        meshes=[
            (body.vertices_mm + np.array(body.middle_mm, np.float32), body.faces) for body in bodies
        ],
    )


def posed_shot(
    rng: np.random.Generator, main: Body, bodies: Sequence[Body], photos: Sequence[RgbPhoto],
    *, side_px: int,
) -> Shot:  # fmt: skip
    """One photo of this part that shows enough of it."""
    while True:
        shot = synthetic_photo(rng, bodies, photos, side_px=side_px, finer=1.0, main=main)
        if shot.pose is not None and (shot.mask > 127).sum() >= FEWEST_PIXELS:
            return shot


def write(posed: Posed, goal: Path) -> None:
    """Both files, the .npz last: a shard without it is not there yet."""
    np.save(goal.with_suffix(".npy"), posed.pictures)
    partial = goal.with_suffix(".part")
    arrays = {f"vertices_{n}": mesh[0] for n, mesh in enumerate(posed.meshes)}
    arrays |= {f"faces_{n}": mesh[1] for n, mesh in enumerate(posed.meshes)}
    with partial.open("wb") as file:
        np.savez(
            file, part=posed.part, rotation=posed.rotation, focal_px=posed.focal_px,
            translation_mm=posed.translation_mm, names=np.array(posed.names), **arrays,
        )  # fmt: skip
    named(partial, goal.with_suffix(".npz"), goal.with_suffix(".npy"))


def read(poses: Path) -> Posed:
    """A shard by its .npz; pictures are mapped, not read."""
    with np.load(poses) as held:
        names = [str(name) for name in held["names"]]
        return Posed(
            pictures=np.load(poses.with_suffix(".npy"), mmap_mode="r"),
            part=held["part"], rotation=held["rotation"], focal_px=held["focal_px"],
            translation_mm=held["translation_mm"], names=names,
            meshes=[(held[f"vertices_{n}"], held[f"faces_{n}"]) for n in range(len(names))],
        )  # fmt: skip


def named_stls(folder: Path | None, *, unseen: bool) -> list[tuple[str, Path]]:
    """Names (relative path without suffix) and files of STLs, those kept away or the others."""
    if folder is None:
        return []
    named = [
        (path.relative_to(folder).with_suffix("").as_posix(), path)
        for path in sorted(folder.rglob("*.stl"))
    ]
    return [(name, path) for name, path in named if is_unseen(name) == unseen]


def main() -> None:
    """Make the shards that are not there yet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--parts", type=Path)
    parser.add_argument("--backgrounds", type=Path)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--last", type=int, default=60)
    parser.add_argument("--photos", type=int, default=PosedRecipe().photos)
    parser.add_argument("--unseen", action="store_true", help="of the STLs that are kept away")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    args.out.mkdir(parents=True, exist_ok=True)
    recipe = PosedRecipe(photos=args.photos)
    stls = named_stls(args.parts, unseen=args.unseen)
    photos = load_backgrounds(args.backgrounds) if args.backgrounds else []
    for number in range(args.first, args.last):
        goal = args.out / f"posed_{number:04d}.npz"
        if not goal.exists():
            write(shard(number, recipe, stls, photos), goal)
            log.info("made %s", goal.name)


if __name__ == "__main__":
    main()
