r"""All figures of benchmarks/results as plots and tables: docs/figures.md, by one command.

    .venv/bin/python benchmarks/figures.py [--results benchmarks/results] [--docs docs]

Knows result files only: nothing is measured here and no number is written by hand. What has no
result file is left out. `make figures` runs it.
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from deciding_figures import (
    answer_sets,
    fine_tuning,
    open_set,
    priors,
    reliability,
    risk,
    second_photo,
    twins,
)
from plots import save
from searching_figures import ablation, catalogue_size, evaluation, view_count
from shown import Results, Shown

FOLDER = Path("pictures") / "plots"
HEAD = """# Figures

Drawn by `make figures` (`benchmarks/figures.py`) from [benchmarks/results](../benchmarks/results);
do not edit. What they mean and how they were measured: [recognition.md](recognition.md). Real
photos are 309 by strangers, traced ones 300 path-traced ones with known poses; all 646 parts are in
the catalogue unless it is said otherwise, and masks are our own.
"""


#: Sections in order: the file's name, what draws it, and the results it cannot do without.
SECTIONS: tuple[tuple[str, Callable[[Results], Shown], tuple[str, ...]], ...] = (
    ("evaluation", evaluation, ("evaluation-real-cut-out-learned",)),
    ("ablation", ablation, ("ablation-cut-out",)),
    ("reliability", reliability, ("calibration",)),
    ("answer-sets", answer_sets, ("calibration",)),
    ("risk-coverage", risk, ("open-set",)),
    ("open-set", open_set, ("open-set",)),
    ("twins", twins, ("twins",)),
    ("second-photo", second_photo, ("second-photo",)),
    ("priors", priors, ("priors",)),
    ("fine-tuning", fine_tuning, ("fine-tuning",)),
    ("catalogue-size", catalogue_size, ("catalogue-size-cut-out-learned",)),
    ("view-count", view_count, ("view-count",)),
)


def as_markdown(name: str, shown: Shown) -> str:
    """A section of the page."""
    picture = f"![{shown.title}]({(FOLDER / name).as_posix()}.svg)\n\n" if shown.plot else ""
    table = ""
    if shown.rows:
        head, *rest = shown.rows
        told = [head, ["---"] * len(head), *rest]
        table = "\n".join("| " + " | ".join(row) + " |" for row in told) + "\n"
    return f"## {shown.title}\n\n{shown.words}\n\n{picture}{table}"


def read(folder: Path) -> dict[str, Any]:
    """All result files by their names."""
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("*.json"))
    }


def draw(results: Results, docs: Path) -> list[str]:
    """Write the page and its plots; which sections it has."""
    drawn, page = [], [HEAD]
    for name, make, needed in SECTIONS:
        if not set(needed) <= results.keys():
            continue
        shown = make(results)
        if shown.plot is not None:
            save(shown.plot, docs / FOLDER / f"{name}.svg")
        page.append(as_markdown(name, shown))
        drawn.append(name)
    (docs / "figures.md").write_text("\n".join(page), encoding="utf-8")
    return drawn


def main() -> None:
    """Read, draw, tell."""
    here = Path(__file__).parent
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--results", type=Path, default=here / "results")
    asked.add_argument("--docs", type=Path, default=here.parent / "docs")
    said = asked.parse_args()
    print(*draw(read(said.results), said.docs), sep="\n")


if __name__ == "__main__":
    main()
