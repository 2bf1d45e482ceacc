"""How recognition fares as the catalogue grows: the same photos among 100 to 10,000 parts.

Knows what was said (benchmarks/asking.py, which also says how catalogues are drawn) and makes
figures of it.

    .venv/bin/python benchmarks/catalogue_size.py ../shared/data --kept SCRATCH \
        [--describer hash-aligned] [--masks given] [--sizes 100 200 215 646 1000] [--photos 200] \
        [--out benchmarks/results/catalogue-size-given-hash-aligned.json]

With --photos a seeded sample of both lists; run it again without to take in the rest. The share
of the top-1 that is left at 1,000 parts is taken against 200, with its interval over parts.
"""

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from asking import LISTS, MASKS, Room, Said, answered

from vision.describers import DEFAULT_SLUG, SLUGS
from whoseprint.evaluation import LabelledPhoto
from whoseprint.scores import drawn_weights, interval, score

SIZES = (100, 200, 215, 646, 1000)
#: Whose top-1 is compared: at the first against the second.
COMPARED = (1000, 200)

Asked = list[tuple[tuple[str, LabelledPhoto], list[Said]]]


def figures_of(some: Asked, sizes: list[int], *, slug: str) -> dict[str, Any]:
    """One list's figures by size."""
    by_size = {}
    for n, size in enumerate(sizes):
        answers = [answered(place, said[n]) for place, said in some]
        everything = score(answers, parts=size, describer=slug)
        by_size[str(size)] = {
            name: everything[name]
            for name in ("photos", "top1", "top3", "top10", "strict", "intervals_95", "accepted",
                         "accepted_wrong", "unknown")
        } | {"search_cpu_ms_median": everything["ms_median"]}  # fmt: skip
    return {"by_size": by_size, "kept_share": kept_share(some, sizes)}


def kept_share(some: Asked, sizes: list[int]) -> dict[str, Any]:
    """Top-1 at the larger size over top-1 at the smaller one, the same photos in both."""
    if not set(COMPARED) <= set(sizes):
        return {}
    large, small = (
        np.array([said[sizes.index(size)].lenient == 1 for _, said in some], float)
        for size in COMPARED
    )
    weights = drawn_weights([photo.truth for (_, photo), _ in some])
    return {
        "sizes": list(COMPARED),
        "share": round(float(large.sum() / small.sum()), 4),
        "interval_95": interval((weights @ large) / (weights @ small)),
    }


def main() -> None:
    """Ask, print, and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--kept", type=Path, required=True, help="a folder outside the repository")
    parser.add_argument("--describer", choices=SLUGS, default=DEFAULT_SLUG)
    parser.add_argument("--masks", choices=MASKS, default="given")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--photos", type=int, help="a sample of so many")
    parser.add_argument("--jobs", type=int, default=1, help="processes that describe parts")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    room = Room(options.data, options.kept, slug=options.describer, jobs=options.jobs)
    sizes = sorted(set(options.sizes))
    asked: Asked = []
    places = room.photos(options.masks)[: options.photos]
    for n, place in enumerate(places, start=1):
        asked.append((place, room.ask(place, options.masks, sizes)))
        if n % 20 == 0:
            print(f"{n} of {len(places)} photos", flush=True)
    report = {
        "command": "benchmarks/catalogue_size.py",
        "date": datetime.now(UTC).date().isoformat(),
        "describer": options.describer,
        "masks": options.masks,
        "photos": len(asked),
        "photos_in_all": len(room.photos(options.masks)),
        "real_parts": len(room.names),
        **{
            name: figures_of(some, sizes, slug=options.describer)
            for name in LISTS
            if (some := [each for each in asked if each[0][0] == name])
        },
    }
    text = json.dumps(report, indent=2) + "\n"
    print(text)
    if options.out:
        options.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
