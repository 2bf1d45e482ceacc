"""Sections about deciding: how sure, how often wrong, what more knowledge gives.

Knows result files only.
"""

from plots import DOTS, Axis, Line, bars, lines
from shown import TABLES, Results, Shown, percent


def reliability(results: Results) -> Shown:
    """What was claimed against what came."""
    judged = results["calibration"]["judged"]
    drawn, rows = [], [("photos", "ECE", "by chance alone", "accepted", "of these wrong")]
    for number, (name, of) in enumerate(judged.items()):
        told = of["cross_validated"]
        bins = told["reliability"]
        chance = told["calibration_error_by_chance"]
        drawn.append(
            Line(
                label=TABLES.get(name, "all photos"),
                colour=(number + 2) % 3,
                dash=DOTS if name in TABLES else 0,
                sizes=[row["photos"] for row in bins],
                points=[(row["claimed"], row["right"]) for row in bins],
            )
        )
        border = f"{judged['all']['accept_at']:g}"
        accepted = told["by_border"].get(border, {})
        rows.append(
            (
                f"{TABLES.get(name, name)} ({told['photos']})",
                f"{told['calibration_error']:.3f}",
                f"{chance['mean']:.3f}, 95 of 100 below {chance['percentile_95']:.3f}",
                str(accepted.get("accepted", "")),
                str(accepted.get("wrong", "")),
            )
        )
    return Shown(
        title="Calibration",
        words="Probability claimed for the first candidate against how often it was right, on parts"
        " that the calibration did not see; a dot's size is its number of photos. \"By chance"
        ' alone": what as many claims show where each of them is exactly right. Accepted at'
        f" {judged['all']['accept_at']:g}; each row is fitted on its own photos.",
        plot=lines(
            drawn, along=Axis(label="claimed", low=0, high=1),
            up=Axis(label="right", low=0, high=1),
            diagonal="perfectly calibrated",
        ),
        rows=rows,
    )  # fmt: skip


def risk(results: Results) -> Shown:
    """Accepted and wrong against coverage."""
    told = results["open-set"]
    there = [name for name in TABLES if name in told]
    drawn = [
        Line(
            label=TABLES[name], colour=number,
            points=[(point["coverage"], point["wrong"]) for point in told[name]["curve"]],
        )
        for number, name in enumerate(there)
    ]  # fmt: skip
    rows = [
        ("photos", "right part first", "among the ten", "wrong at 80 % of these", "of all photos"),
        *(
            (
                f"{TABLES[name]} ({told[name]['photos']})",
                str(told[name]["right_part_first"]),
                str(told[name]["right_part_among_the_ten"]),
                percent(told[name]["at_80"]["of_answerable_wrong"]),
                percent(told[name]["at_80"]["of_all_wrong"]),
            )
            for name in there
        ),
    ]
    return Shown(
        title="Accepted and wrong against coverage",
        words="Photos by falling probability of the first candidate: of so many (coverage of all"
        " photos whose part is in the catalogue) so many are wrong.",
        plot=lines(
            drawn, along=Axis(label="coverage", low=0, high=1),
            up=Axis(label="accepted and wrong", low=0),
        ),
        rows=rows,
    )  # fmt: skip


def open_set(results: Results) -> Shown:
    """Prints that are in no catalogue."""
    told = results["open-set"]
    there = [name for name in TABLES if name in told]
    drawn = [
        Line(
            label=f"{TABLES[name]}, AUROC "
            f"{told[name]['strangers_told_apart']['by_none_of_these']:.2f}",
            colour=number,
            points=[(point["known"], point["strangers"]) for point in told[name]["roc"]],
        )
        for number, name in enumerate(there)
    ]
    accept_at = f"{told['accept_at']:g}"
    give_up_at = f"{told['give_up_at']:g}"
    rows = [
        (
            "photos", "AUROC (95 %)", "where the known one is right",
            f"strangers accepted at {accept_at}", f"strangers noticed at {give_up_at}",
            f"known ones refused at {give_up_at}",
        ),
    ]  # fmt: skip
    for name in there:
        apart = told[name]["strangers_told_apart"]
        low, high = apart["by_none_of_these_interval_95"]
        refused = told[name]["nobody_named"].get(give_up_at, {})
        rows.append(
            (
                TABLES[name],
                f"{apart['by_none_of_these']:.3f} ({low:.3f} to {high:.3f})",
                f"{apart['among_right']:.3f}",
                percent(told[name]["accepted"].get(accept_at, {}).get("strangers_share")),
                percent(refused.get("strangers_share")),
                percent(refused.get("known_share")),
            )
        )
    return Shown(
        title="Prints that are in no catalogue",
        words="Each photo again with all its right parts taken out of the catalogue (a stranger):"
        ' of strangers and of known ones so many reach a border of "none of these".',
        plot=lines(
            drawn, along=Axis(label="known ones taken for strangers", low=0, high=1),
            up=Axis(label="strangers noticed", low=0, high=1), diagonal="a coin",
        ),
        rows=rows,
    )  # fmt: skip


def answer_sets(results: Results) -> Shown:
    """How large the sets are and how often they hold the truth."""
    told = results["calibration"]["answer_sets"]
    rows = [("way", "unsure photos", "hold the truth (95 %)", "size", "parts", "up to 3 parts")]
    sizes = {}
    for way, tables in told.items():
        for name, of in tables.items():
            unsure = of["unsure"]
            low, high = unsure["held_interval_95"]
            rows.append(
                (
                    way,
                    f"{TABLES.get(name, name)} ({unsure['photos']})",
                    f"{percent(unsure['held'])} ({percent(low)} to {percent(high)})",
                    f"{unsure['size_mean']:.2f}",
                    f"{unsure['parts_mean']:.2f}",
                    percent(unsure["parts_up_to_3"]),
                )
            )
        counts = tables["all"]["unsure"]
        sizes[way] = [(n, c / counts["photos"]) for n, c in enumerate(counts["sizes"]) if n]
    drawn = [
        Line(label=way, colour=number, points=points)
        for number, (way, points) in enumerate(sizes.items())
    ]
    return Shown(
        title="What an unsure answer may be",
        words="Sets of candidates that hold the right one for 95 of 100 unsure photos like these"
        ' ("none of these" is a candidate, too, and the truth where no right part is among the'
        " ten), borders fitted and judged on different parts. The product's are by threshold.",
        plot=lines(
            drawn, along=Axis(label="candidates in the set", shares=False, ticks=range(1, 12)),
            up=Axis(label="unsure photos", low=0),
        ),
        rows=rows,
    )  # fmt: skip


def twins(results: Results) -> Shown:
    """Mirror twins and near twins."""
    told = results["twins"]["figures"]
    groups = {
        kind.replace("_", " "): {
            "masks given": of["shown"]["right_given"], "our own masks": of["shown"]["right_own"],
        }
        for kind, of in told.items()
        if "shown" in of
    }  # fmt: skip
    rows = [("pairs", "the photo shows it", "photos", "right, masks given", "right, our own masks")]
    for kind, of in told.items():
        for label, yes in (("shown", "yes"), ("not_shown", "no")):
            if label in of:
                shares = [percent(of[label][f"right_{masks}"]) for masks in ("given", "own")]
                rows.append((kind.replace("_", " "), yes, str(of[label]["photos"]), *shares))
    return Shown(
        title="Twins",
        words="The right one of two named, where the photo shows which it is.",
        plot=bars(groups, across=Axis(label="right", low=0, high=1.08)),
        rows=rows,
    )


def second_photo(results: Results) -> Shown:
    """The photo that was asked for against any other."""
    told = results["second-photo"]
    arms = {"first photo alone": "one photo", "random": "and a random second one",
            "asked": "and the one asked for"}  # fmt: skip
    shares = {"wrong": "not right", "accepted": "accepted"}
    groups = {
        words: {label: told[arm][share] for share, label in shares.items()}
        for arm, words in arms.items()
        if arm in told
    }
    left = told["errors left, asked / random"]
    rows = [
        ("of unsure traced photos", "wrong", "not among three", "accepted", "accepted and wrong"),
        *(
            (words, *(percent(told[arm][share]) for share in
                      ("wrong", "not among three", "accepted", "accepted and wrong")))
            for arm, words in arms.items()
            if arm in told
        ),
    ]  # fmt: skip
    return Shown(
        title="A second photo",
        words=f"{told['with second photos']} unsure answers about traced photos. Errors left with"
        f" the photo that was asked for, as a share of those left with a random one:"
        f" {left['ratio']:.2f} ({left['low']:.2f} to {left['high']:.2f}).",
        plot=bars(groups, across=Axis(label="unsure photos", low=0, high=1.08)),
        rows=rows,
    )


def priors(results: Results) -> Shown:
    """What the shop knows beside the photo."""
    told = results["priors"]["figures"]
    names = ("top1", "accepted", "accepted_wrong")
    labels = dict(zip(names, ("right part first", "accepted", "accepted and wrong"), strict=True))
    groups = {
        condition: {labels[name]: row[name] for name in names} for condition, row in told.items()
    }
    rows = [
        ("expected", *labels.values()),
        *((name, *(percent(row[each]) for each in names)) for name, row in told.items()),
    ]
    return Shown(
        title="What the shop knows beside the photo",
        words="Open orders and batches, the right part among them or (the price) not. Off in every"
        " other figure.",
        plot=bars(groups, across=Axis(label="photos", low=0, high=1.08)),
        rows=rows,
    )


def fine_tuning(results: Results) -> Shown:
    """Networks tuned to a shop's own parts beside those that are shipped."""
    told = results["fine-tuning"]
    kept = told["held_out_synthetic"]
    gains = {
        "synthetic photos of its parts": {
            "photos": kept["photos"], "parts": kept["parts"], "now": kept["first_now"],
            "new": kept["first_new"], "low": kept["gain_low"], "high": kept["gain_high"],
        },
        "labelled photos": told.get("labelled"),
    }  # fmt: skip
    asked = {name: gain for name, gain in gains.items() if gain and gain["photos"]}
    rows = [("photos", "parts", "right part first, shipped", "tuned", "gain (95 %)")]
    for name, gain in asked.items():
        within = " to ".join(f"{100 * gain[end]:.1f}" for end in ("low", "high"))
        more = f"{100 * (gain['new'] - gain['now']):.1f} ({within})"
        shares = (percent(gain["now"]), percent(gain["new"]))
        rows.append((f"{name} ({gain['photos']})", str(gain["parts"]), *shares, more))
    groups = {name: {"shipped": gain["now"], "tuned": gain["new"]} for name, gain in asked.items()}
    return Shown(
        title="Fine-tuning to the shop's own parts",
        words=f'A shop of {told["parts"]} parts, a run of the size "{told["size"]}"; the parts'
        " alone are the catalogue.",
        plot=bars(groups, across=Axis(label="right part first", low=0, high=1.08)),
        rows=rows,
    )
