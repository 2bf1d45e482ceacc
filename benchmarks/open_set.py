r"""Prints that are in no catalogue, and how often an answer that sounds sure is wrong.

    .venv/bin/python benchmarks/open_set.py ../shared/data --kept FOLDER \
        [--evidence map piece ...] [--strangers 0.1] [--out benchmarks/results/open-set.json]

Every photo twice: with its part in the catalogue, and with all its right parts taken out after the
last look ("stranger"). Chances are those of calibrations that saw neither the photo's part nor it
as a stranger; FOLDER, --evidence and --strangers as in benchmarks/calibrating.py. A photo in which
no print was found names nobody, is never accepted, and counts in every share.
`strangers_told_apart`: AUROC of "none of these" (and of doubt in the first) between both kinds; a
known photo whose right part was not found looks like a stranger, so `among_right` tells apart what
is the search's and what is the decision's. `curve`: photos by falling chance of the first, how many
of them are wrong; coverage is of all photos whose part is there, `at_80` also of those whose right
part is among the ten ("answerable").
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from calibrating import BORDERS, SLUG, fitted, told_apart, weighted
from fitting import Answer, unseen_chances
from numpy.typing import NDArray
from proposals import MATCHES, Photo, asked

from whoseprint.scores import drawn_weights, interval

#: Points of a curve that are kept, and photos before its first one: of fewer, shares mean nothing.
POINTS, FEWEST = 40, 10
NONE_BORDERS = (0.4, 0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.9)

Chances = NDArray[np.float64]


def curve(first: Chances, right: NDArray[np.bool_], *, of: int) -> list[dict[str, float]]:
    """Coverage of so many photos against the share of wrong ones, the surest first."""
    order = np.argsort(-first, kind="stable")
    wrong = np.cumsum(~right[order])
    counts = np.unique(np.linspace(min(FEWEST, len(order)), len(order), POINTS).astype(int))
    return [
        {
            "coverage": round(int(n) / of, 4),
            "wrong": round(float(wrong[n - 1] / n), 4),
            "border": round(float(first[order[n - 1]]), 4),
        }
        for n in counts
    ]


def wrong_at(share: float, first: Chances, right: NDArray[np.bool_], *, of: int) -> float | None:
    """The share of wrong ones among the surest, so many of `of`; None: there are not so many."""
    count = int(share * of)
    if not 0 < count <= len(first):
        return None
    surest = np.argsort(-first, kind="stable")[:count]
    return round(float((~right[surest]).mean()), 4)


def roc(known: Chances, unknown: Chances) -> list[dict[str, float]]:
    """Of strangers noticed against known ones taken for strangers, from strict to lax."""
    borders = np.unique(np.quantile(np.concatenate([known, unknown]), np.linspace(0, 1, POINTS)))
    points = [
        {
            "strangers": round(float((unknown >= border).mean()), 4),
            "known": round(float((known >= border).mean()), 4),
        }
        for border in borders[::-1]
    ]
    return [{"strangers": 0.0, "known": 0.0}, *points]


def measured(
    known: Sequence[Answer], mine: Chances, strange: Sequence[Answer], theirs: Chances, *, of: int
) -> dict[str, Any]:
    """One list of photos, so many of them with those in which no print was found."""
    right = np.array([answer.right == 0 for answer in known])
    there = np.array([answer.right is not None for answer in known])
    none, strange_none = mine[:, -1], theirs[:, -1]
    return {
        "photos": of,
        "cut_out": len(known),
        "right_part_first": int(right.sum()),
        "right_part_among_the_ten": int(there.sum()),
        "strangers_told_apart": {
            "by_none_of_these": round(told_apart(none, strange_none), 4),
            "by_none_of_these_interval_95": spread(known, none, strange, strange_none),
            "by_doubt_in_the_first": round(told_apart(-mine[:, 0], -theirs[:, 0]), 4),
            "among_right": round(told_apart(none[right], strange_none), 4),
        },
        "accepted": {
            str(border): {
                "known": int((mine[:, 0] >= border).sum()),
                "known_wrong": int(((mine[:, 0] >= border) & ~right).sum()),
                "strangers_share": round(float((theirs[:, 0] >= border).sum() / of), 4),
            }
            for border in BORDERS
        },
        "nobody_named": {
            str(border): {
                "known_share": round(float((none >= border).sum() / of), 4),
                "known_right_first": int(((none >= border) & right).sum()),
                "strangers_share": round(float((strange_none >= border).sum() / of), 4),
            }
            for border in NONE_BORDERS
        },
        "at_80": {
            "of_all_wrong": wrong_at(0.8, mine[:, 0], right, of=of),
            "of_answerable_wrong": wrong_at(0.8, mine[:, 0], right, of=int(there.sum())),
        },
        "curve": curve(mine[:, 0], right, of=of),
        "roc": roc(none, strange_none),
    }


def spread(
    known: Sequence[Answer], none: Chances, strange: Sequence[Answer], strange_none: Chances
) -> list[float]:
    """Of the AUROC, parts drawn anew, each with all its photos."""
    parts = [answer.part for answer in (*known, *strange)]
    values, count = np.concatenate([none, strange_none]), len(known)
    order = np.argsort(values, kind="stable")
    is_known = order < count
    found = []
    for weights in drawn_weights(parts):
        mine = np.where(is_known, weights[order], 0)
        theirs = np.where(is_known, 0, weights[order])
        below = np.cumsum(mine) - mine / 2
        found.append(float((theirs * below).sum() / (mine.sum() * theirs.sum())))
    return interval(np.array(found))


def report(photos: Sequence[Photo], names: Sequence[str], *, share: float) -> dict[str, Any]:
    """Real and traced apart."""
    calibration, known, strange = fitted(photos, names, share=share)
    some = [*known, *weighted(strange, share)]
    mine, theirs = (unseen_chances(some, names, asked=each) for each in (known, strange))
    figures = {}
    for table in ("real", "traced"):
        of = sum(photo.where == table for photo in photos)
        here = np.array([answer.where == table for answer in known])
        if here.any():
            figures[table] = measured(
                [answer for answer in known if answer.where == table], mine[here],
                [answer for answer in strange if answer.where == table], theirs[here], of=of,
            )  # fmt: skip
    return {
        "command": "benchmarks/open_set.py",
        "date": datetime.now(UTC).date().isoformat(),
        "describer": SLUG,
        "matches": MATCHES,
        "evidence": list(names),
        "strangers_count": share,
        "accept_at": calibration.accept_at,
        "give_up_at": calibration.give_up_at,
        **figures,
    }


def main() -> None:
    """Measure and write."""
    options, photos = asked(__doc__ or "")
    told = report(photos, options.evidence, share=options.strangers)
    text = json.dumps(told, indent=1) + "\n"
    if options.out is not None:
        options.out.write_text(text, encoding="utf-8")
    for table in ("real", "traced"):
        few = {k: v for k, v in told.get(table, {}).items() if k not in ("curve", "roc")}
        print(table, json.dumps(few))


if __name__ == "__main__":
    main()
