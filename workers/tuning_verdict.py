"""Whether tuned networks are worth switching in, judged by held-out photos.

Knows answers and numbers only. Each photo was asked about twice, with the networks that answer now
and with the new ones; so gains are differences photo by photo, and intervals are by bootstrap over
parts, because photos of one part err together. To be switched in, new networks must find more of
the shop's parts beyond chance, must not be shown to lose parts they never saw, because those are
the ones that come tomorrow, and must name no wrong part more often.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np

#: Fewer photos of the shop's parts than this say nothing.
PHOTOS_LEAST = 20
#: Draws of the bootstrap; 95 in 100 of their gains lie in the interval.
DRAWS, INTERVAL = 2_000, (2.5, 97.5)
_ACCEPTED = "accepted"


class Finding(Enum):
    """What the photos say of the new networks."""

    BETTER = "better"
    TOO_FEW = "too_few"
    NOT_MORE = "not_more"
    NEW_PARTS_LOST = "new_parts_lost"
    MORE_WRONG = "more_wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one set of networks said of a photo; place of the right part from 1, None: not found."""

    place: int | None
    outcome: str

    @property
    def is_right(self) -> bool:
        return self.place == 1

    @property
    def is_wrong_name(self) -> bool:
        """A part was named alone, and it is not the right one."""
        return self.outcome == _ACCEPTED and not self.is_right


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedTwice:
    """One photo; new_part: of a part that nobody learned from."""

    part: str
    new_part: bool
    now: Said
    new: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """Share of photos whose right part came first, now and new, and the difference's interval."""

    photos: int
    parts: int
    now: float
    new: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """See the module."""

    finding: Finding
    learned: Gain
    unseen: Gain
    wrong_names_now: int
    wrong_names_new: int

    def figures(self) -> dict[str, Any]:
        """As they are kept and shown."""
        return {
            "finding": self.finding.value,
            "photos": self.learned.photos,
            "parts": self.learned.parts,
            "first_now": self.learned.now,
            "first_new": self.learned.new,
            "gain_low": self.learned.low,
            "gain_high": self.learned.high,
            "unseen_photos": self.unseen.photos,
            "unseen_first_now": self.unseen.now,
            "unseen_first_new": self.unseen.new,
            "wrong_names_now": self.wrong_names_now,
            "wrong_names_new": self.wrong_names_new,
        }


def read_answers(lines: Path) -> list[AskedTwice]:
    """What training/shop_judging.py wrote."""
    return [_asked(json.loads(line)) for line in lines.read_text(encoding="utf-8").splitlines()]


def judged(asked: Sequence[AskedTwice]) -> Verdict:
    """Weigh the answers."""
    learned = gain_of([each for each in asked if not each.new_part])
    unseen = gain_of([each for each in asked if each.new_part])
    wrong_now = sum(each.now.is_wrong_name for each in asked)
    wrong_new = sum(each.new.is_wrong_name for each in asked)
    if learned.photos < PHOTOS_LEAST:
        finding = Finding.TOO_FEW
    elif learned.low <= 0:
        finding = Finding.NOT_MORE
    elif unseen.high < 0:
        finding = Finding.NEW_PARTS_LOST
    elif wrong_new > wrong_now:
        finding = Finding.MORE_WRONG
    else:
        finding = Finding.BETTER
    return Verdict(
        finding=finding,
        learned=learned,
        unseen=unseen,
        wrong_names_now=wrong_now,
        wrong_names_new=wrong_new,
    )


def gain_of(asked: Sequence[AskedTwice]) -> Gain:
    """How much more often the right part comes first."""
    if not asked:
        return Gain(photos=0, parts=0, now=0.0, new=0.0, low=0.0, high=0.0)
    names = sorted({each.part for each in asked})
    part = np.array([names.index(each.part) for each in asked])
    right = np.array([[each.now.is_right, each.new.is_right] for each in asked], float)
    photos = np.bincount(part, minlength=len(names))
    more = np.bincount(part, weights=right[:, 1] - right[:, 0], minlength=len(names))
    drawn = np.random.default_rng(0).integers(len(names), size=(DRAWS, len(names)))
    low, high = np.percentile(more[drawn].sum(1) / photos[drawn].sum(1), INTERVAL)
    now, new = right.mean(axis=0)
    return Gain(
        photos=len(asked),
        parts=len(names),
        now=round(float(now), 4),
        new=round(float(new), 4),
        low=round(float(low), 4),
        high=round(float(high), 4),
    )


def _asked(line: dict[str, Any]) -> AskedTwice:
    return AskedTwice(
        part=line["part"],
        new_part=line["new_part"],
        now=Said(place=line["now"]["place"], outcome=line["now"]["outcome"]),
        new=Said(place=line["new"]["place"], outcome=line["new"]["outcome"]),
    )
