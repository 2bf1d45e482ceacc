"""The few kinds of plot that the docs have: lines over a number, bars beside names.

Knows numbers and labels only. One look for all; files are SVG, the same for the same numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator, PercentFormatter

#: Colours that people with colour blindness can tell apart (Okabe, Ito 2008).
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
#: How lines are drawn; the last one is dots alone.
DASHES = ("-", "--", ":", "-.", "")
DOTS = len(DASHES) - 1
WIDE, HIGH = 6.4, 3.8
GREY = "#8a8a8a"

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Points in order; `dash` and `colour` are numbers of the house's own."""

    label: str
    points: Sequence[Point]
    colour: int = 0
    dash: int = 0
    sizes: Sequence[float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """What an axis says; `shares` are told in per cent, `ticks` are marked where they are given."""

    label: str
    shares: bool = True
    low: float | None = None
    high: float | None = None
    logarithmic: bool = False
    ticks: Sequence[float] | None = None


def lines(some: Sequence[Line], *, along: Axis, up: Axis, diagonal: str | None = None) -> Figure:
    """Lines over a number; a diagonal is what its label says."""
    figure, axes = _canvas()
    if diagonal is not None:
        axes.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle=":", label=diagonal)
    for line in some:
        xs, ys = zip(*line.points, strict=True)
        colour = COLOURS[line.colour]
        marker = "o" if line.sizes is None and len(xs) <= 12 else None
        is_line = line.dash != DOTS
        axes.plot(xs, ys, color=colour, linestyle=DASHES[line.dash], marker=marker,
                  markersize=4, linewidth=1.6, label=line.label if is_line else None)  # fmt: skip
        if line.sizes is not None:
            axes.scatter(xs, ys, s=[12 + 0.8 * size for size in line.sizes], color=colour,
                         alpha=0.55, linewidths=0,
                         label=None if is_line else line.label)  # fmt: skip
    _name(axes, along, up)
    axes.legend(frameon=False, fontsize=8)
    return figure


def bars(groups: Mapping[str, Mapping[str, float]], *, across: Axis) -> Figure:
    """Horizontal bars: of each group (a name at the side) one for each series."""
    series = list(dict.fromkeys(name for group in groups.values() for name in group))
    thick = 0.8 / len(series)
    figure, axes = _canvas(high=max(1.6, 0.9 + 0.2 * len(groups) * (1 + len(series))))
    for number, name in enumerate(series):
        places = [row + (number - (len(series) - 1) / 2) * thick for row in range(len(groups))]
        values = [group.get(name, 0.0) for group in groups.values()]
        drawn = axes.barh(places, values, thick * 0.9, color=COLOURS[number], label=name)
        told = [f"{100 * value:.1f}" if across.shares else f"{value:g}" for value in values]
        axes.bar_label(drawn, told, padding=2, fontsize=7, color="#333333")
    axes.set_yticks(range(len(groups)), list(groups))
    axes.invert_yaxis()
    _name(axes, across, Axis(label="", shares=False))
    axes.grid(visible=False, axis="y")
    axes.legend(frameon=False, fontsize=8, loc="lower center", bbox_to_anchor=(0.5, 1.0),
                ncols=len(series))  # fmt: skip
    return figure


def save(figure: Figure, path: Path) -> None:
    """As its suffix says; text stays text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    stays = {"svg.fonttype": "none", "svg.hashsalt": "whoseprint", "font.family": "sans-serif"}
    with mpl.rc_context(stays):
        metadata = {"Date": None} if path.suffix == ".svg" else None
        figure.savefig(path, metadata=metadata, dpi=110, bbox_inches="tight", facecolor="white")
    if path.suffix == ".svg":  # its writer leaves blanks at the end of lines
        text = path.read_text(encoding="utf-8")
        path.write_text("\n".join(line.rstrip() for line in text.splitlines()) + "\n", "utf-8")


def _canvas(*, high: float = HIGH) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(WIDE, high), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(visible=True, color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=8)
    return figure, axes


def _name(axes: Axes, along: Axis, up: Axis) -> None:
    axes.set_xlabel(along.label, fontsize=9)
    axes.set_ylabel(up.label, fontsize=9)
    if along.logarithmic:
        axes.set_xscale("log")
    if along.ticks is not None:
        axes.set_xticks(along.ticks, [f"{tick:g}" for tick in along.ticks])
        axes.xaxis.set_minor_locator(NullLocator())
    for axis, said in ((axes.xaxis, along), (axes.yaxis, up)):
        if said.shares:
            axis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.set_xlim(along.low, along.high)
    axes.set_ylim(up.low, up.high)
