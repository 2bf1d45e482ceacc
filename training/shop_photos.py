"""Photos of a shop's own parts that never were: to learn from, and to judge by.

    .venv-train/bin/python -m training.shop_photos --folder DIR --seconds 45

Stage of training/shop_folder.py. Every part has its turn in as many shards as every other, with
procedural parts among them. The photos to judge by are of other poses, lights, tables and plastics,
of parts drawn by lot and of procedural ones that nobody learns from. A shard depends on its number
and the parts alone. A part of which no photo can be made is left out and named in left_out.json.
"""

import json
import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import trimesh

from training.bodies import body_of
from training.posed_photos import PosedRecipe, shard, write
from training.shop_folder import (
    HELD_OUT_FROM,
    SIZES,
    ShopFolder,
    Size,
    Turn,
    keep_json,
    take_a_turn,
)

log = logging.getLogger("shop_photos")

#: Photos of a part in one shard to learn from.
PHOTOS_A_SHARD = 3

Named = tuple[str, Path]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One shard that is to be made."""

    number: int
    stls: list[Named]
    new_parts: int
    photos: int

    def goal(self, folder: ShopFolder) -> Path:
        """Where it goes."""
        home = folder.photos if self.number < HELD_OUT_FROM else folder.held_out
        return home / f"posed_{self.number:04d}.npz"


def wanted_shards(stls: list[Named], size: Size) -> list[Wanted]:
    """All of them, those to judge by first: they are few and say what the rest is for."""
    return [*_to_judge_by(stls, size), *_to_learn_from(stls, size)]


def _to_learn_from(stls: list[Named], size: Size) -> list[Wanted]:
    photos = min(size.photos_most, max(size.photos_least, size.photos_a_part * len(stls)))
    in_shard = size.shard_photos // PHOTOS_A_SHARD
    own = max(1, round(in_shard * (1 - size.new_share)))
    count = max(1, photos // size.shard_photos, -(-len(stls) // own))
    order = np.random.default_rng(0).permutation(len(stls))  # round and round
    few = min(own, len(stls))
    return [
        Wanted(
            number=number,
            stls=[stls[order[n % len(stls)]] for n in range(number * own, number * own + few)],
            new_parts=in_shard - own,
            photos=size.shard_photos,
        )
        for number in range(count)
    ]


def _to_judge_by(stls: list[Named], size: Size) -> list[Wanted]:
    order = np.random.default_rng(1).permutation(len(stls))[: size.asked_parts]
    per_shard = max(1, size.shard_photos // size.asked_photos)
    chunks = [order[start : start + per_shard] for start in range(0, len(order), per_shard)]
    new = np.full(len(chunks), size.asked_new // len(chunks))
    new[: size.asked_new % len(chunks)] += 1
    return [
        Wanted(
            number=HELD_OUT_FROM + n,
            stls=[stls[part] for part in chunk],
            new_parts=int(new[n]),
            photos=size.asked_photos * (len(chunk) + int(new[n])),
        )
        for n, chunk in enumerate(chunks)
    ]


def make(wanted: Wanted, folder: ShopFolder) -> None:
    """One shard; parts that cannot be photographed are left out from now on."""
    left_out = _left_out(folder)
    stls = [named for named in wanted.stls if named[0] not in left_out]
    recipe = PosedRecipe(
        photos=wanted.photos, new_parts=wanted.new_parts + (not stls), stl_parts=len(stls)
    )
    try:
        made = shard(wanted.number, recipe, stls, [])
    except Exception:  # whatever a stranger's mesh does to geometry
        broken = [name for name, path in stls if not _can_stand(path)]
        if not broken:
            raise
        log.warning("left out: %s", broken)
        keep_json(sorted({*left_out, *broken}), folder.path / "left_out.json")
        make(wanted, folder)
        return
    write(made, wanted.goal(folder))


def _left_out(folder: ShopFolder) -> set[str]:
    path = folder.path / "left_out.json"
    return set(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else set()


def _can_stand(path: Path) -> bool:
    try:
        body_of(trimesh.load_mesh(path), name=path.stem)
    except Exception:  # noqa: BLE001 - the question is whether it does
        return False
    return True


def stage(folder: ShopFolder, turn: Turn) -> bool:
    """Make what is not there yet."""
    folder.held_out.mkdir(parents=True, exist_ok=True)
    wanted = wanted_shards(folder.stls, SIZES[folder.plan.size])
    for done, each in enumerate(wanted):
        if each.goal(folder).exists():
            continue
        turn.tell(done, len(wanted))
        if turn.is_over:
            return False
        make(each, folder)
    turn.tell(len(wanted), len(wanted))
    return True


if __name__ == "__main__":
    take_a_turn(__doc__, stage)
