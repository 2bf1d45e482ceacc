"""How many views of a part are enough: the first look with 42, 162 and 642 of them.

Knows vision's silhouettes and what benchmarks/asking.py keeps.

    .venv/bin/python benchmarks/view_count.py ../shared/data --kept SCRATCH \
        [--parts 215] [--photos 100] [--out benchmarks/results/view-count.json]

A seeded block of the catalogue and the photos of its parts, cut out by their reference masks.
The first look is what decides which parts are looked at closely, and what more views cost most;
counted is how often a right part is among its first 1, 3, 10 and 40.
"""

import argparse
import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from asking import LISTS, Room, blocks_of
from numpy.typing import NDArray
from PIL import Image

from vision import Mesh, Signature
from vision.bits import best_overlaps
from vision.hash_aligned import ROLLS, STEPS_PER_RADIUS
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


def patterns_of(photo: LabelledPhoto) -> NDArray[np.uint64]:
    """A photo's reference mask in all rolls."""
    if photo.mask is None:
        raise ValueError(f"{photo.name} has no mask")
    with Image.open(photo.path) as opened:
        rgb = np.asarray(opened.convert("RGB"))
    return roll_patterns(cut_out_by_mask(rgb, photo.mask).mask, ROLLS)


def first_ranks(
    words: NDArray[np.uint64], photos: list[NDArray[np.uint64]], right: list[NDArray[np.bool_]]
) -> NDArray[np.int64]:
    """How many parts stand before the best right one, for each photo."""
    parts, views, length = words.shape
    found = []
    for patterns, good in zip(photos, right, strict=True):
        shares = best_overlaps(words.reshape(-1, length), patterns).share
        best = shares.reshape(parts, views).max(1)
        found.append(int((best > best[good].max()).sum()))
    return np.array(found)


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
    lists = np.array([where for where, _ in places])
    photos = [patterns_of(photo) for _, photo in places]
    right = [np.array([n in {p.truth, *p.acceptable} for n in names]) for _, p in places]
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
        ranks = first_ranks(words, photos, right)
        report[str(len(views))] = {
            "bits_bytes_per_part": int(words[0].nbytes),
            "drawing_cpu_ms_per_part": round(1000 * (drawn - started) / len(names), 1),
            "first_look_cpu_ms": round(1000 * (time.process_time() - drawn) / len(places), 1),
            **{
                name: {
                    f"first {depth}": round(float((ranks[lists == name] < depth).mean()), 4)
                    for depth in DEPTHS
                }
                for name in LISTS
            },
        }
        print(json.dumps(report[str(len(views))]), flush=True)
    if options.out:
        options.out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
