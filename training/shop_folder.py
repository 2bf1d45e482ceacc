"""The folder in which networks are tuned to a shop's parts, and how its stages are walked.

Knows files and time only: no network, no picture. `workers/tuning.py` starts the stages, which know
nothing of a shop: a folder of STLs and a plan are all they get.

    plan.json           {"size": "shop", "slug": ..., "networks": folder or null}: what answers now
    parts/ID.stl        the shop's parts
    photos/             posed shards to learn from, photos/held_out to judge by
    lists/              what the shipped networks' search offers for some of those photos
    run/                the towers' checkpoint
    verifier_run/       the verifier's
    networks/           what came of it
    judging/            signatures and answers, both networks'
    progress.json       {"done": n, "total": m} of the stage in hand

A stage is a command that is given some seconds: it goes on from what the folder holds, keeps whole
what it has made, and ends with 0 when the stage is done, with MORE when it is not. Killed at any
line it has lost what was not kept yet. It stops by itself when whoever started it is gone.
"""

import argparse
import fcntl
import json
import logging
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from training.whole_files import named

#: Exit status of a stage that has more to do (sysexits.h calls it EX_TEMPFAIL).
MORE = 75

#: Shards from this number on are held out.
HELD_OUT_FROM = 9000


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is made.

    Attributes:
        photos_a_part: to learn from, as far as the two limits let.
        photos_least, photos_most: in all.
        shard_photos: in one shard, three of each part; what one piece of work takes is seconds.
        new_share: of a shard's parts that are procedural, so that the networks do not forget what
            other parts look like.
        cut_out_every: one photo in so many is cut out as the product does it.
        listed_shards, listed_photos: how many shards, and of each how many photos that were cut
            out, the search is asked about. Half a second of a core or more, and 0.65 MB, each.
        asked_parts, asked_new: parts of the shop, and parts never learned, that are asked about.
        asked_photos: of each.
    """

    photos_a_part: int = 6
    photos_least: int = 600
    photos_most: int = 4_000
    shard_photos: int = 36
    new_share: float = 0.25
    cut_out_every: int = 2
    listed_shards: int = 20
    listed_photos: int = 16
    asked_parts: int = 100
    asked_new: int = 30
    asked_photos: int = 2


SIZES = {
    "shop": Size(),
    "brief": Size(
        photos_least=360, photos_most=360, shard_photos=60, asked_parts=30, asked_new=6
    ),
    "toy": Size(
        photos_least=24, photos_most=24, shard_photos=24, listed_shards=1, listed_photos=4,
        asked_parts=3, asked_new=1,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the folder is for.

    Attributes:
        size: one of SIZES, and of the learning's configs.
        slug, networks: what answers now, and where its own networks lie.
    """

    size: str
    slug: str
    networks: Path | None


@dataclass(frozen=True, slots=True)
class ShopFolder:
    """See the module."""

    path: Path

    @property
    def plan(self) -> Plan:
        """As whoever began it wrote it."""
        held = json.loads((self.path / "plan.json").read_text(encoding="utf-8"))
        networks = held["networks"]
        return Plan(
            size=held["size"],
            slug=held["slug"],
            networks=None if networks is None else Path(networks),
        )

    @property
    def stls(self) -> list[tuple[str, Path]]:
        """Names and files of the shop's parts."""
        return [(path.stem, path) for path in sorted((self.path / "parts").glob("*.stl"))]

    @property
    def photos(self) -> Path:
        return self.path / "photos"

    @property
    def lists(self) -> Path:
        return self.path / "lists"

    @property
    def held_out(self) -> Path:
        return self.photos / "held_out"


class Turn:
    """The time that a stage has; asked before each piece of work."""

    def __init__(self, folder: ShopFolder, seconds: float) -> None:
        self._folder, self._until = folder, time.monotonic() + seconds
        self._parent = os.getppid()

    @property
    def is_over(self) -> bool:
        """Whether to stop here: the time is up, or nobody waits any more."""
        return time.monotonic() >= self._until or os.getppid() != self._parent

    def tell(self, done: int, total: int) -> None:
        """Let whoever waits see how far it is."""
        keep_json({"done": done, "total": total}, self._folder.path / "progress.json")


def keep_json(held: object, goal: Path) -> None:
    """A file that is whole or not there."""
    partial = goal.with_suffix(".part")
    partial.write_text(json.dumps(held), encoding="utf-8")
    named(partial, goal)


def take_a_turn(about: str | None, stage: Callable[[ShopFolder, Turn], bool]) -> None:
    """The command line of a stage, which tells whether it is done."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    folder = ShopFolder(args.folder)
    with (folder.path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a predecessor that lost its worker is about to stop
        sys.exit(0 if stage(folder, Turn(folder, args.seconds)) else MORE)
