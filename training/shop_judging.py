"""Ask the product about held-out photos, with the networks that answer now and with new ones.

    .venv/bin/python -m training.shop_judging --folder DIR --seconds 45

Stage of training/shop_folder.py. Runs in the product's environment, with the product's own cut-outs
(the likeliest of each photo), describer, search and decision; both networks get the same photos and
the same parts: those of the shop that are asked about, and procedural ones that nobody learned.
What each said of each photo goes to judging/answers.jsonl, a line a photo; the product itself
weighs it (workers/tuning_verdict.py).
"""

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from training.own_masks import read as read_own
from training.posed_photos import Posed
from training.posed_photos import read as read_posed
from training.shop_folder import ShopFolder, Turn, take_a_turn
from training.whole_files import named
from vision.calibration import calibration_of
from vision.decide import decide
from vision.describers import describer
from vision.networks import family_of
from vision.shapes import CutOut, Describer, Index, Mesh, Signature

log = logging.getLogger("shop_judging")

#: Procedural parts are named so (training/posed_photos.py); all others are the shop's.
PROCEDURAL = "procedural "

#: Candidates that are looked at, as the product does.
CANDIDATES = 10

#: What new networks are called while nobody knows their worth: eight digits, as a slug's.
UNDER_TEST = "00000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One photo to ask about."""

    number: int
    part: str
    cut_out: CutOut


def describers(folder: ShopFolder) -> dict[str, Describer]:
    """The one that answers now, and the one with new networks."""
    plan = folder.plan
    new = f"{family_of(plan.slug)}-{UNDER_TEST}"
    return {
        "now": describer(plan.slug, plan.networks),
        "new": describer(new, folder.path / "networks"),
    }


def meshes_of(shards: list[Posed]) -> dict[str, Mesh]:
    """Every part that is asked about, and those beside it, by name."""
    return {
        name: Mesh(vertices_mm=vertices.astype(float), faces=faces)
        for posed in shards
        for name, (vertices, faces) in zip(posed.names, posed.meshes, strict=True)
    }


def photos_of(folder: ShopFolder, shards: list[tuple[Path, Posed]]) -> list[Asked]:
    """The photos in which the product finds something, each with its likeliest cut-out."""
    asked = []
    for path, posed in shards:
        own = read_own(path)
        if own is None:
            raise FileNotFoundError(path)
        for n in range(len(posed.pictures)):
            found = own.of(n)
            if found:
                _, mask = max(found, key=lambda each: each[0])
                rgb = np.ascontiguousarray(posed.pictures[n][..., :3])
                cut = CutOut(
                    rgb=rgb, mask=mask.astype(np.float32), quality=1.0, touches_frame=False
                )
                asked.append(Asked(number=len(asked), part=posed.names[posed.part[n]], cut_out=cut))
    log.info("%s: %d photos", folder.path.name, len(asked))
    return asked


def stage(folder: ShopFolder, turn: Turn) -> bool:
    """Describe and ask what was not yet."""
    home = folder.path / "judging"
    paths = sorted(folder.held_out.glob("posed_????.npz"))
    shards = [(path, read_posed(path)) for path in paths]
    meshes, asked = meshes_of([posed for _, posed in shards]), photos_of(folder, shards)
    both = describers(folder)
    total = len(both) * len(meshes) + len(asked)
    done = 0
    for which, ours in both.items():
        (home / which).mkdir(parents=True, exist_ok=True)
        for name, mesh in meshes.items():
            turn.tell(done, total)
            if turn.is_over:
                return False
            described(home / which, name, mesh, by=ours)
            done += 1
    return ask(asked, list(meshes), both, home=home, turn=turn, total=total)


def described(home: Path, name: str, mesh: Mesh, *, by: Describer) -> Signature:
    """The part's signature, made once."""
    goal = home / f"{name.replace('/', ' ')}.signature"
    if not goal.exists():
        partial = goal.with_suffix(".part")
        partial.write_bytes(bytes(by.describe_part(mesh)))
        named(partial, goal)
    return Signature(goal.read_bytes())


def ask(
    asked: list[Asked], names: list[str], both: dict[str, Describer], *, home: Path, turn: Turn,
    total: int,
) -> bool:  # fmt: skip
    """Go on after the last line that is whole."""
    lines = home / "answers.jsonl"
    known = list(_whole_lines(lines))
    lines.write_text("".join(json.dumps(line) + "\n" for line in known), encoding="utf-8")
    opened: dict[str, Index] = {}
    with lines.open("a", encoding="utf-8") as file:
        for photo in asked[len(known) :]:
            turn.tell(total - len(asked) + photo.number, total)
            if turn.is_over:
                return False
            opened = opened or _opened(names, both, home)
            said = {which: _answer(photo, opened[which], names, both[which]) for which in both}
            line = {"part": photo.part, "new_part": photo.part.startswith(PROCEDURAL), **said}
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())
    turn.tell(total, total)
    return True


def _opened(names: list[str], both: dict[str, Describer], home: Path) -> dict[str, Index]:
    return {
        which: ours.open_index([
            Signature((home / which / f"{name.replace('/', ' ')}.signature").read_bytes())
            for name in names
        ])
        for which, ours in both.items()
    }  # fmt: skip


def _answer(photo: Asked, index: Index, names: list[str], ours: Describer) -> dict[str, Any]:
    """At which place the right part is, from 1; None: not among the candidates."""
    matches = index.search([photo.cut_out], CANDIDATES)
    decision = decide(matches, [photo.cut_out], calibration=calibration_of(ours.slug))
    found = [names[match.row] for match in matches]
    place = found.index(photo.part) + 1 if photo.part in found else None
    chance = decision.probabilities[place - 1] if place is not None else 0.0
    return {"place": place, "outcome": decision.outcome.value, "chance": round(float(chance), 4)}


def _whole_lines(path: Path) -> Iterator[dict[str, Any]]:
    """What was written to the end before the process was killed."""
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
        if not line.endswith("\n"):
            return
        yield json.loads(line)


if __name__ == "__main__":
    take_a_turn(__doc__, stage)
