"""Measure what the shop's knowledge gives: open orders, and a batch of twelve parts.

    python benchmarks/priors.py DATA --kept FOLDER [--describer SLUG] [--photos N] [--json FILE]

Apart from every published figure, where nothing is expected. Each photo is cut out and searched
once among all parts, and once among those of its two plates, as the product does; the scores are
kept in a folder of the caller's, line by line, and weighed anew by the product's own code. What is
expected is drawn with a seed: a share of the parts is open, the true one among them or, which is
the price, not; a batch holds the true part and eleven others, or, which is the other price, twelve
others.
Throw the folder away when the describer's code or the weights have changed.
"""

import argparse
import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from asking import Room
from PIL import Image

from vision import CutOut, NothingFound, Outcome, Signature
from vision.calibration import calibration_of
from vision.cut_out import cut_out
from vision.describers import describer
from whoseprint.evaluation import LabelledPhoto
from workers.catalogue_index import PartMatch
from workers.identify import Identified, compare, is_one_of, offered
from workers.leanings import (
    NOTHING_EXPECTED,
    WEIGHED,
    Closely,
    Expected,
    Leanings,
    Searches,
    Weighed,
)

SEED = 20261121
#: Parts of a batch.
PLATE = 12
#: Shares of the catalogue that are open, and how many times likelier such a part is.
OPEN_SHARES, FACTORS = (0.1, 0.3), (3.0, 10.0, 30.0)
BATCH_FACTORS = (10.0, 50.0, 200.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One photo after the search: rows and scores, best first; none where no print was found.

    Attributes:
        closely: rows and scores of the parts of both its plates, compared to the end.
    """

    photo: tuple[str, str]
    rows: tuple[int, ...] = ()
    scores: tuple[float, ...] = ()
    closely: tuple[tuple[int, float], ...] = ()
    quality: float = 0.0
    touches_frame: bool = False

    def search(self, _cut_outs: Sequence[CutOut], k: int) -> list[PartMatch]:
        """What was found already; parts are called by their rows."""
        found = zip(self.rows[:k], self.scores[:k], strict=True)
        return [PartMatch(part_id=row, score=score, rotation=np.eye(3)) for row, score in found]

    def among(self, batch: frozenset[int]) -> "Scored":
        """The parts of a batch alone, as they are looked at closely."""
        some = [(row, score) for row, score in self.closely if row in batch]
        rows, scores = tuple(row for row, _ in some), tuple(score for _, score in some)
        return replace(self, rows=rows, scores=scores)

    @property
    def cut_outs(self) -> list[CutOut]:
        """What a decision needs of it."""
        if not self.rows:
            return []
        rgb, mask = np.zeros((1, 1, 3), np.uint8), np.ones((1, 1), np.float32)
        return [CutOut(rgb=rgb, mask=mask, quality=self.quality, touches_frame=self.touches_frame)]


def scored(room: Room, photos: int | None) -> list[tuple[LabelledPhoto, Scored]]:
    """Search each photo once, or read what was found before."""
    path = room.kept / "scores.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    known = {tuple(row["photo"]): _read(row) for row in map(json.loads, lines)}
    found = []
    for where, photo in room.photos("cut-out")[:photos]:
        if (where, photo.name) not in known:
            known[where, photo.name] = _scored(room, where, photo)
            with path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(known[where, photo.name])) + "\n")
            print(f"{len(known)} searched", end="\r", flush=True)
        found.append((photo, known[where, photo.name]))
    return found


def _read(row: dict[str, Any]) -> Scored:
    pairs = {"closely": tuple((int(part), float(score)) for part, score in row.pop("closely", ()))}
    return Scored(**pairs, **{
        name: tuple(value) if isinstance(value, list) else value for name, value in row.items()
    })  # fmt: skip


def _scored(room: Room, where: str, photo: LabelledPhoto) -> Scored:
    with Image.open(photo.path) as opened:
        rgb = np.asarray(opened.convert("RGB"))
    try:
        found = cut_out(rgb, segmenter=room.segmenter())
    except NothingFound:
        return Scored(photo=(where, photo.name))
    matches = room.open(tuple(range(len(room.names)))).search([found], WEIGHED)
    every = kept_signatures(room)
    plates = sorted(some(photo, room, count=PLATE, holds_truth=True)
                    | some(photo, room, count=PLATE, holds_truth=False))  # fmt: skip
    index = describer(room.slug).open_index([every[row] for row in plates])
    closely = index.search([found], len(plates))
    return Scored(
        photo=(where, photo.name),
        rows=tuple(match.row for match in matches),
        scores=tuple(round(match.score, 4) for match in matches),
        closely=tuple((plates[match.row], round(match.score, 4)) for match in closely),
        quality=round(float(found.quality), 4),
        touches_frame=bool(found.touches_frame),
    )


def measured(
    asked: Sequence[tuple[LabelledPhoto, Scored]], expected: Sequence[Expected], room: Room
) -> dict[str, float]:
    """How often answers are right when this is expected of each photo."""
    calibration = calibration_of(room.slug)
    ranks, outcomes, fits = [], [], []
    for (photo, each), what in zip(asked, expected, strict=True):
        found, fit = _answer(each, what, calibration.temperature, room)
        right = right_rows(photo, room)
        ranks.append(next((n for n, m in enumerate(found.matches, 1) if m.part_id in right), 99))
        outcomes.append(found.decision.outcome)
        fits.append(fit)
    first, count = np.array(ranks), len(ranks)
    accepted = np.array([outcome is Outcome.ACCEPTED for outcome in outcomes])
    return {
        "photos": count,
        "top1": round(float((first == 1).mean()), 4),
        "top3": round(float((first <= 3).mean()), 4),
        "accepted": round(float(accepted.mean()), 4),
        "accepted_wrong": round(float((accepted & (first > 1)).mean()), 4),
        "told_to_be_outside": round(sum(fit is False for fit in fits) / count, 4),
    }


def _answer(
    each: Scored, what: Expected, temperature: float, room: Room
) -> tuple[Identified, bool | None]:
    whole: Searches = each
    if what.batch is not None:
        whole = Closely(each, each.among(what.batch), parts=PLATE)
    catalogue = Weighed(whole, what, temperature=temperature)
    calibration = calibration_of(room.slug)
    found = compare(each.cut_outs, snapshot=catalogue, calibration=calibration)
    if what.batch is None or is_one_of(what.batch, found):
        return found, None if what.batch is None else True
    found = compare(each.cut_outs, snapshot=catalogue.without_batch(), calibration=calibration)
    return offered(found), False


def drawn(
    asked: Sequence[tuple[LabelledPhoto, Scored]], room: Room, *, count: int, holds_truth: bool
) -> list[frozenset[int]]:
    """Some random parts for each photo."""
    return [some(photo, room, count=count, holds_truth=holds_truth) for photo, _ in asked]


def some(photo: LabelledPhoto, room: Room, *, count: int, holds_truth: bool) -> frozenset[int]:
    """So many random parts, the true one among them or surely none that is right."""
    rng = np.random.default_rng([SEED, count, zlib.crc32(photo.name.encode())])
    right = right_rows(photo, room)
    others = [row for row in range(len(room.names)) if row not in right]
    chosen = rng.choice(others, count - holds_truth, replace=False).tolist()
    return frozenset([*chosen, *([room.names.index(photo.truth)] if holds_truth else [])])


def right_rows(photo: LabelledPhoto, room: Room) -> set[int]:
    """The rows of all its right names."""
    names = photo.acceptable | {photo.truth}
    return {room.names.index(name) for name in names if name in room.names}


@cache
def kept_signatures(room: Room) -> list[Signature]:
    """Of all parts, read once."""
    return room.signatures("parts", len(room.names))


def report(asked: Sequence[tuple[LabelledPhoto, Scored]], room: Room) -> dict[str, Any]:
    """All conditions, each beside what it costs where the shop is mistaken."""
    plain = Expected(leanings=NOTHING_EXPECTED)
    figures: dict[str, Any] = {"nothing expected": measured(asked, [plain] * len(asked), room)}
    for share in OPEN_SHARES:
        count = round(share * len(room.names))
        for holds_truth, words in ((True, "the right one open"), (False, "the right one not open")):
            sets = drawn(asked, room, count=count, holds_truth=holds_truth)
            for factor in FACTORS:
                told = [Expected(leanings=Leanings(open_orders=factor), wanted=s) for s in sets]
                name = f"{share:.0%} open, {words}, {factor:.0f} times"
                figures[name] = measured(asked, told, room)
    for holds_truth, words in ((True, "with the right one"), (False, "without the right one")):
        sets = drawn(asked, room, count=PLATE, holds_truth=holds_truth)
        for factor in BATCH_FACTORS:
            told = [Expected(leanings=Leanings(batch=factor), batch=s) for s in sets]
            figures[f"batch of {PLATE} {words}, {factor:.0f} times"] = measured(asked, told, room)
    return {"describer": room.slug, "parts": len(room.names), "figures": figures}


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    words.add_argument("data", type=Path)
    words.add_argument("--kept", type=Path, required=True)
    words.add_argument("--describer", default="learned")
    words.add_argument("--photos", type=int)
    words.add_argument("--json", type=Path)
    said = words.parse_args()
    room = Room(said.data, said.kept, slug=said.describer)
    told = report(scored(room, said.photos), room)
    for name, row in told["figures"].items():
        print(f"{name:58}", *(f"{key} {value:.3f}" for key, value in row.items()))
    if said.json is not None:
        said.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
