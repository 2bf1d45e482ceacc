"""Measure recognition the way a shop meets it, and keep the figures.

    whoseprint import DATA/parts --csv DATA/parts.csv
    python benchmarks/evaluation.py DATA [--only hash-aligned] [--out benchmarks/results]

Runs `whoseprint evaluate` over both lists of photos, with our cut-outs and with given masks, with
each describer; writes one JSON file a run, as the command printed it, and a table of all of them.
The catalogue is the one in WHOSEPRINT_DATA_DIR. Nothing is left out and nothing is drawn by lot.
"""

import argparse
import json
import subprocess
import sys
from itertools import product
from pathlib import Path

from vision.describers import SLUGS

LISTS = {"real": "photos.csv", "traced": "traced/traced.csv"}
DESCRIBERS = tuple(reversed(SLUGS))
MASKS = {"cut-out": (), "given": ("--given-masks",)}
HERE = Path(__file__).parent


def main() -> None:
    """Run what was asked for, then write the table anew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--only", choices=DESCRIBERS)
    parser.add_argument("--masks", choices=tuple(MASKS))
    parser.add_argument("--list", choices=tuple(LISTS))
    parser.add_argument("--out", type=Path, default=HERE / "results")
    asked = parser.parse_args()
    for photos, slug, masks in product(LISTS, DESCRIBERS, MASKS):
        wanted = (asked.only or slug, asked.masks or masks, asked.list or photos)
        if wanted == (slug, masks, photos):
            figures = evaluate(asked.data / LISTS[photos], slug, MASKS[masks])
            path = asked.out / f"evaluation-{photos}-{masks}-{slug}.json"
            path.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
            print(f"{path.name}: top-1 {figures['top1']:.1%}", flush=True)
    (asked.out / "evaluation.md").write_text(table(asked.out), encoding="utf-8")


def evaluate(photos_csv: Path, slug: str, more: tuple[str, ...]) -> dict[str, object]:
    """One run of the command."""
    command = [sys.executable, "-m", "whoseprint", "evaluate", str(photos_csv)]
    done = subprocess.run(  # noqa: S603  # our own command
        [*command, "--json", "--describer", slug, *more], check=True, stdout=subprocess.PIPE
    )
    figures: dict[str, object] = json.loads(done.stdout)
    return figures


def table(folder: Path) -> str:
    """All runs that are there, as Markdown."""
    lines = [
        "# Recognition, all photos, all parts",
        "",
        "Written by `benchmarks/evaluation.py`. Lenient: acceptable names count; strict top-1",
        "beside it. Accepted, accepted and wrong, unknown: shares of all photos. A photo whose",
        "cut-out fails is wrong. Within: 95 % interval, bootstrapped over parts.",
        "",
        "| photos | masks | describer | n | parts | top-1 | top-3 | top-10 | top-1 within "
        "| strict top-1 | accepted | accepted, wrong | unknown | ms median | ms p95 |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for photos, masks, slug in product(LISTS, MASKS, DESCRIBERS):
        path = folder / f"evaluation-{photos}-{masks}-{slug}.json"
        if path.exists():
            lines.append(row(photos, masks, json.loads(path.read_text(encoding="utf-8"))))
            lines += difficulties(photos, masks, json.loads(path.read_text(encoding="utf-8")))
    return "\n".join(lines) + "\n"


def row(photos: str, masks: str, figures: dict) -> str:  # type: ignore[type-arg]  # as JSON gives it
    """One run as a table row."""
    shares = [figures[name] for name in ("top1", "top3", "top10")]
    shares += [figures["strict"]["top1"]]
    shares += [figures[name] for name in ("accepted", "accepted_wrong", "unknown")]
    cells = [photos, masks, figures["describer"], figures["photos"], figures["parts"]]
    cells += [f"{100 * share:.1f} %" for share in shares]
    cells.insert(8, within(figures))
    cells += [f"{figures['ms_median']:.0f}", f"{figures['ms_p95']:.0f}"]
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def within(figures: dict) -> str:  # type: ignore[type-arg]  # as JSON gives it
    """The interval of top-1, empty where a run has none."""
    if "intervals_95" not in figures:
        return ""
    low, high = figures["intervals_95"]["top1"]
    return f"{100 * low:.0f} to {100 * high:.0f} %"


def difficulties(photos: str, masks: str, figures: dict) -> list[str]:  # type: ignore[type-arg]  # as JSON gives it
    """The same by difficulty, in the order of how hard they are."""
    known = [name for name in ("easy", "medium", "hard") if name in figures["by_difficulty"]]
    return [
        row(
            f"{photos}, {name}",
            masks,
            {
                **figures["by_difficulty"][name],
                "describer": figures["describer"],
                "parts": figures["parts"],
                "ms_median": figures["ms_median"],
                "ms_p95": figures["ms_p95"],
            },
        )
        for name in known
    ]


if __name__ == "__main__":
    main()
