"""Sections about searching: what each stage gives, and how it grows with parts and views.

Knows result files only.
"""

from plots import Axis, Line, bars, lines
from shown import TABLES, Results, Shown, percent


def evaluation(results: Results) -> Shown:
    """What a person gets, by describer."""
    groups: dict[str, dict[str, float]] = {}
    rows = [("photos", "describer", "top-1", "top-3", "top-10", "accepted", "accepted, wrong")]
    for name, words in TABLES.items():
        for slug in ("seed6", "hash-aligned", "learned"):
            told = results.get(f"evaluation-{name}-cut-out-{slug}")
            if told is None:
                continue
            groups[f"{words}, {slug}"] = {f"top-{k}": told[f"top{k}"] for k in (1, 3, 10)}
            shares = ("top1", "top3", "top10", "accepted", "accepted_wrong")
            rows.append((words, slug, *(percent(told[share]) for share in shares)))
    return Shown(
        title="What a person gets",
        words="Right names among the first one, three and ten (lenient), of all photos.",
        plot=bars(groups, across=Axis(label="photos", low=0, high=1.08)),
        rows=rows,
    )


def ablation(results: Results) -> Shown:
    """What each part of the search gives."""
    told = results["ablation-cut-out"]["variants"]
    groups = {
        name: {TABLES[table]: of[table]["top1"] for table in TABLES if table in of}
        for name, of in told.items()
    }
    rows = [("variant", *(f"{words}, top-1 / 3 / 10" for words in TABLES.values()))]
    for name, of in told.items():
        cells = [
            " / ".join(f"{100 * of[table][f'top{k}']:.1f}" for k in (1, 3, 10)) for table in TABLES
        ]
        rows.append((name, *cells))
    return Shown(
        title="What each stage gives",
        words='Top-1 with the likeliest cut-out of each photo alone; "fitted": weights from'
        " photos of other parts.",
        plot=bars(groups, across=Axis(label="right part first", low=0, high=1)),
        rows=rows,
    )


def catalogue_size(results: Results) -> Shown:
    """As the catalogue grows."""
    told = results["catalogue-size-cut-out-learned"]
    drawn, rows = [], [("photos", "parts", "top-1", "top-3", "top-10")]
    for number, name in enumerate(table for table in TABLES if table in told):
        sizes = sorted(told[name]["by_size"].items(), key=lambda item: int(item[0]))
        for dash, k in enumerate((1, 3, 10)):
            points = [(float(size), of[f"top{k}"]) for size, of in sizes]
            label = f"{TABLES[name]}, top-{k}"
            drawn.append(Line(label=label, colour=number, dash=dash, points=points))
        for size, of in sizes:
            shares = [percent(of[f"top{k}"]) for k in (1, 3, 10)]
            rows.append((f"{TABLES[name]} ({of['photos']})", size, *shares))
    ticks = sorted({point[0] for line in drawn for point in line.points})
    return Shown(
        title="As the catalogue grows",
        words="A seeded sample of photos among catalogues of different sizes; beyond 646 parts the"
        " rest is procedural.",
        plot=lines(
            drawn, along=Axis(label="parts", shares=False, logarithmic=True, ticks=ticks),
            up=Axis(label="photos", low=0, high=1),
        ),
        rows=rows,
    )  # fmt: skip


def view_count(results: Results) -> Shown:
    """How many views a part needs."""
    told = {name: of for name, of in results["view-count"].items() if name.isdigit()}
    ways = ("silhouettes", "silhouettes and vectors")
    drawn, rows = [], [("views", "bytes a part", *(f"{way}, first 1 / 10" for way in ways))]
    for number, (name, words) in enumerate(TABLES.items()):
        for dash, way in enumerate(ways):
            points = [(float(views), of[way][name]["first 10"]) for views, of in told.items()]
            drawn.append(Line(label=f"{words}, {way}", colour=number, dash=dash, points=points))
    for views, of in told.items():
        cells = [", ".join(_firsts(of[way], name) for name in TABLES) for way in ways]
        rows.append((views, f"{sum(of['bytes_per_part'].values()):,}", *cells))
    return Shown(
        title="How many views a part needs",
        words="The right part among the first look's best ten, 100 parts, masks given.",
        plot=lines(
            drawn,
            along=Axis(
                label="views", shares=False, logarithmic=True, ticks=[float(n) for n in told]
            ),
            up=Axis(label="among the first ten", low=0, high=1),
        ),
        rows=rows,
    )


def _firsts(of: Results, name: str) -> str:
    shares = [f"{100 * of[name][f'first {depth}']:.0f}" for depth in (1, 10)]
    return f"{name} {' / '.join(shares)}"
