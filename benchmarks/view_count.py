"""How many views of a part are enough: the first look with 42, 162 and 642 of them.

Knows vision's silhouettes and vectors and what benchmarks/asking.py keeps.

    .venv/bin/python benchmarks/view_count.py ../shared/data --kept SCRATCH \
        [--parts 215] [--photos 100] [--out benchmarks/results/view-count.json]

A seeded block of the catalogue and the photos of its parts, cut out by their reference masks.
The first look is what decides which parts are looked at closely, and what more views cost most;
counted is how often a right part is among its first 1, 3, 10 and 40, by silhouettes alone and with
the embedder's vectors.
"""

import argparse
import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from asking import LISTS, Room, blocks_of
from numpy.typing import NDArray
from PIL import Image

from vision import Mesh, Signature
from vision.bits import best_overlaps
from vision.embedder import photo_tower, view_tower
from vision.embedder_views import kept_views
from vision.hash_aligned import ROLLS, STEPS_PER_RADIUS
from vision.learned import in_steps, nearness, promised, rolled_inputs
from vision.signature import unpack
from vision.silhouettes import roll_patterns, silhouettes
from vision.viewpoints import viewpoints
from whoseprint.evaluation import LabelledPhoto, cut_out_by_mask

LEVELS = (1, 2, 3)
DEPTHS = (1, 3, 10, 40)


def solid_of(signature: Signature) -> Mesh:
    """The coarse mesh in a signature of `hash-aligned`."""
    arrays = unpack("hash-aligned", signature)
    return Mesh(
        vertices_mm=arrays["vertices"].astype(float) / STEPS_PER_RADIUS,
        faces=arrays["faces"].astype(np.int32),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A photo by its reference mask: silhouette and vectors in all rolls; which rows are right."""

    where: str
    patterns: NDArray[np.uint64]
    vectors: NDArray[np.float32]
    right: NDArray[np.bool_]


def asked_of(where: str, photo: LabelledPhoto, names: list[str]) -> Asked:
    """One photo made ready."""
    if photo.mask is None:
        raise ValueError(f"{photo.name} has no mask")
    with Image.open(photo.path) as opened:
        rgb = np.asarray(opened.convert("RGB"))
    cut = cut_out_by_mask(rgb, photo.mask)
    return Asked(
        where=where,
        patterns=roll_patterns(cut.mask, ROLLS),
        vectors=photo_tower().embed(rolled_inputs(cut)).whole,
        right=np.array([name in {photo.truth, *photo.acceptable} for name in names]),
    )


def first_ranks(
    words: NDArray[np.uint64], vectors: NDArray[np.int8], photo: Asked
) -> tuple[int, int]:
    """How many parts stand before the best right one, by silhouettes and with vectors."""
    parts, views, length = words.shape
    found = best_overlaps(words.reshape(-1, length), photo.patterns)
    share, pattern = found.share.reshape(parts, views), found.pattern.reshape(parts, views)
    promise = promised(nearness(vectors, photo.vectors), share=share, pattern=pattern)
    return rank_of(share.max(1), photo.right), rank_of(promise.max(1), photo.right)


def rank_of(best: NDArray[np.float32], right: NDArray[np.bool_]) -> int:
    """From 0."""
    return int((best > best[right].max()).sum())


def recall(ranks: NDArray[np.int64], lists: NDArray[np.str_]) -> dict[str, dict[str, float]]:
    """Of each list, how often a right part is among the first."""
    return {
        name: {
            f"first {depth}": round(float((ranks[lists == name] < depth).mean()), 4)
            for depth in DEPTHS
        }
        for name in LISTS
    }


def main() -> None:
    """Draw, compare, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--kept", type=Path, required=True, help="a folder outside the repository")
    parser.add_argument("--parts", type=int, default=215)
    parser.add_argument("--photos", type=int, default=100)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    room = Room(options.data, options.kept, slug="hash-aligned")
    block = blocks_of(len(room.names), options.parts)[0]
    names = [room.names[row] for row in block]
    places = [place for place in room.photos("given") if place[1].truth in names]
    places = places[: options.photos]
    photos = [asked_of(where, photo, names) for where, photo in places]
    lists = np.array([photo.where for photo in photos])
    every = room.signatures("parts", len(room.names))
    solids = [solid_of(every[row]) for row in block]
    report: dict[str, Any] = {
        "command": "benchmarks/view_count.py",
        "date": datetime.now(UTC).date().isoformat(),
        "parts": len(names),
        "photos": {name: int((lists == name).sum()) for name in LISTS},
    }
    for level in LEVELS:
        views, started = viewpoints(level), time.process_time()
        words = np.stack([silhouettes(solid, views) for solid in solids])
        drawn = time.process_time()
        vectors = np.stack(
            [in_steps(view_tower().embed(kept_views(solid, views)).whole) for solid in solids]
        )
        embedded = time.process_time()
        ranks = np.array([first_ranks(words, vectors, photo) for photo in photos])
        report[str(len(views))] = {
            "bytes_per_part": {
                "silhouettes": int(words[0].nbytes), "vectors": int(vectors[0].nbytes)
            },
            "silhouettes_cpu_ms_per_part": round(1000 * (drawn - started) / len(names), 1),
            "vectors_cpu_ms_per_part": round(1000 * (embedded - drawn) / len(names), 1),
            "first_look_cpu_ms": round(1000 * (time.process_time() - embedded) / len(places), 1),
            "silhouettes": recall(ranks[:, 0], lists),
            "silhouettes and vectors": recall(ranks[:, 1], lists),
        }  # fmt: skip
        print(json.dumps(report[str(len(views))]), flush=True)
    if options.out:
        options.out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
