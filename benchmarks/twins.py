r"""Mirror twins and look-alikes: is the right one of two named, where the photo shows which it is?

    PYTHONPATH=. .venv/bin/python benchmarks/twins.py ../shared/data --kept FOLDER [--pairs 20] \
        [--photos 60] [--out benchmarks/results/twins.json]

Two kinds of pairs. *Procedural*: parts of our own beside their mirror image, or beside themselves
with a raised bar, photographed by the training's renderer; parts, photos and poses are new in every
pair, the same in every run. *Real*: labelled photos whose part has a mirror twin or near twin among
the data's parts by vision/look_alikes.py (sizes are left out: no photo shows them), unless the
label says that the photo cannot tell. Each photo is searched among its two parts alone.
"Shown" is vision's own word for whether a photo from there could tell: by the true pose where it is
known, else by the pose that was found for the right part. A coin gets half of what is not shown.
Masks: the reference's ("given"), and our own first cut-out; without one the answer is wrong.
Kin of real parts and all answers are kept in FOLDER, and a broken run goes on; throw asked.jsonl
away when the describer's code or weights have changed.
"""

import argparse
import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import trimesh
from asking import LISTS, Room
from look_alikes import Room as Meshes
from look_alikes import elsewhere, marked, of_trimesh
from numpy.typing import NDArray
from PIL import Image

from samples import random_part
from training.bodies import body_of
from training.phone import Shot
from training.synthetic_photos import synthetic_photo
from vision import CutOut, Mesh, NothingFound, Signature
from vision.cut_out import cut_out
from vision.describers import describer
from vision.likeness import likeliest
from vision.look_alikes import Relation, Resemblance, compared
from vision.segmenter import Segmenter
from whoseprint.evaluation import LabelledPhoto, cut_out_by_mask

SEED, SLUG = 20261121, "learned"
#: Of synthetic photos; a print that covers fewer pixels shows nothing.
SIDE_PX, FEWEST_PIXELS = 448, 4000
#: Photos of each procedural pair.
SHOTS = 2
#: What a second part may be to a first, and how it is made.
MADE = {
    Relation.MIRRORED: lambda mesh: elsewhere(mesh, np.diag([-1.0, 1, 1])),
    Relation.NEAR_TWIN: marked,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One photo of one of two, and whether the right one was named.

    Attributes:
        kind: whose pair, and what they are to each other.
        shown: whether the photo shows which it is.
        right: by cut-out, "given" or "own".
    """

    kind: str
    pair: str
    shown: bool
    right: dict[str, bool]


class Journal:
    """What was answered, line by line, by kind and pair."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        self.known = {(row["kind"], row["pair"]): Asked(**row) for row in map(json.loads, lines)}

    def keep(self, asked: Asked) -> Asked:
        """Write it down at once."""
        self.known[asked.kind, asked.pair] = asked
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(asked)) + "\n")
        return asked


def procedural(count: int, journal: Journal) -> Iterator[Asked]:
    """So many pairs of each relation."""
    segmenter = Segmenter()
    for relation in MADE:
        kind = f"procedural {relation.value}"
        for number in range(count):
            shots = [f"{number}, photo {shot}" for shot in range(SHOTS)]
            if all((kind, shot) in journal.known for shot in shots):
                yield from (journal.known[kind, shot] for shot in shots)
                continue
            rng = np.random.default_rng([SEED, list(MADE).index(relation), number])
            first, second, resemblance = made(rng, relation)
            index = describer(SLUG).open_index([described(first), described(second)])
            for name in shots:
                which = int(rng.integers(2))
                mesh = (first, second)[which]
                seen = (resemblance, resemblance.turned())[which]
                shot = photographed(rng, mesh)
                right = {}
                for masks, found in cut_outs_of(shot, segmenter).items():
                    right[masks] = found is not None and index.search([found], 2)[0].row == which
                assert shot.pose is not None  # noqa: S101  photographed asks for one
                told = seen.is_told(shot.pose.rotation)
                yield journal.keep(Asked(kind=kind, pair=name, shown=told, right=right))


def made(rng: np.random.Generator, relation: Relation) -> tuple[Mesh, Mesh, Resemblance]:
    """A random part and its twin; parts that are their own mirror image are drawn again."""
    while True:
        first = of_trimesh(random_part(rng))
        second = MADE[relation](first)
        found = compared(first, second)
        if found is not None and found.relation is relation:
            return first, second, found


def photographed(rng: np.random.Generator, mesh: Mesh) -> Shot:
    """One photo that shows enough of it, whole."""
    body = body_of(trimesh.Trimesh(mesh.vertices_mm, mesh.faces, process=False), name="it")
    while True:
        shot = synthetic_photo(rng, [body], [], side_px=SIDE_PX, finer=1.0, main=body)
        inside = shot.mask > 127
        rim = np.concatenate([inside[0], inside[-1], inside[:, 0], inside[:, -1]])
        if shot.pose is not None and inside.sum() >= FEWEST_PIXELS and not rim.any():
            return shot


def cut_outs_of(shot: Shot, segmenter: Segmenter) -> dict[str, CutOut | None]:
    """By the renderer's mask and by our network."""
    mask = (shot.mask > 127).astype(np.float32)
    given = CutOut(rgb=shot.rgb, mask=mask, quality=1.0, touches_frame=False)
    return {"given": given, "own": own(shot.rgb, segmenter)}


def own(rgb: NDArray[np.uint8], segmenter: Segmenter) -> CutOut | None:
    """Our own first cut-out, if there is one."""
    try:
        return cut_out(rgb, segmenter=segmenter)
    except NothingFound:
        return None


def described(mesh: Mesh) -> Signature:
    """As the index keeps it."""
    return describer(SLUG).describe_part(mesh)


def real(room: Room, most: int, journal: Journal) -> Iterator[Asked]:
    """Labelled photos, each beside its part's nearest twins that the label tells it from."""
    meshes, segmenter, asked = Meshes(room.data), Segmenter(), 0
    every = room.signatures("parts", len(room.names))
    for where, photo in room.photos("given"):
        for other, resemblance in kin(room, meshes, photo.truth):
            if other in photo.acceptable or resemblance.relation is Relation.SCALED:
                continue
            if asked == most:
                return
            asked += 1
            key = (f"{where} {resemblance.relation.value}", f"{photo.name} or {other}")
            if key not in journal.known:
                rows = [room.names.index(name) for name in (photo.truth, other)]
                some = [every[row] for row in rows]
                shown, right = compare(where, photo, some, resemblance, segmenter)
                journal.keep(Asked(kind=key[0], pair=key[1], shown=shown, right=right))
            yield journal.known[key]


def compare(
    where: str,
    photo: LabelledPhoto,
    signatures: Sequence[Signature],
    resemblance: Resemblance,
    segmenter: Segmenter,
) -> tuple[bool, dict[str, bool]]:
    """One photo between its own part, row 0, and the other: is it shown, and who is right."""
    with Image.open(photo.path) as opened:
        rgb = np.asarray(opened.convert("RGB"))
    assert photo.mask is not None  # noqa: S101  those without are not asked for
    given, index = cut_out_by_mask(rgb, photo.mask), describer(SLUG).open_index(signatures)
    found = index.search([given], 2)
    true = turned_in(photo) if where == "traced" else None
    if true is None:
        true = next(match.rotation for match in found if match.row == 0)
    mine = own(rgb, segmenter)
    return resemblance.is_told(true), {
        "given": found[0].row == 0,
        "own": mine is not None and index.search([mine], 2)[0].row == 0,
    }


def kin(room: Room, meshes: Meshes, part: str) -> list[tuple[str, Resemblance]]:
    """Parts that this one can be taken for, looked for once."""
    path = room.kept / "kin.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    known = known_kin(path)
    if part not in known:
        sketches = meshes.sketches
        row = room.names.index(part)
        found = []
        for near in likeliest(sketches[row], sketches):
            if near == row:
                continue
            resemblance = compared(meshes.mesh(part), meshes.mesh(room.names[near]))
            if resemblance is not None:
                kept = {"relation": resemblance.relation.value, "alike": resemblance.alike}
                found.append([room.names[near], {**kept, "facts": resemblance.facts()}])
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps([part, found]) + "\n")
        known[part] = found
        print(f"{part}: {len(found)} kin", flush=True)
    return [
        (name, Resemblance.from_facts(facts["relation"], facts["alike"], facts["facts"]))
        for name, facts in known[part]
    ]


@cache
def known_kin(path: Path) -> dict[str, list[Any]]:
    """What was found before."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return dict(json.loads(line) for line in lines)


def turned_in(photo: LabelledPhoto) -> NDArray[np.float64] | None:
    """A traced photo's true rotation, part to camera, where its list gives one."""
    return poses(photo.path.parent / Path(LISTS["traced"]).name).get(photo.name)


@cache
def poses(path: Path) -> dict[str, NDArray[np.float64]]:
    """Rotations by photo, from unit quaternions."""
    with path.open(newline="", encoding="utf-8") as file:
        return {
            row["photo"]: rotation(*(float(row[name]) for name in ("qw", "qx", "qy", "qz")))
            for row in csv.DictReader(file)
            if row.get("qw")
        }


def rotation(w: float, x: float, y: float, z: float) -> NDArray[np.float64]:
    """(3, 3) of a unit quaternion."""
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )


def told(asked: Sequence[Asked]) -> dict[str, Any]:
    """Shares by kind, and by whether the photo shows it."""
    figures: dict[str, Any] = {}
    for kind in sorted({each.kind for each in asked}):
        here = [each for each in asked if each.kind == kind]
        figures[kind] = {
            label: {
                "photos": len(some),
                **{
                    f"right_{masks}": round(sum(each.right[masks] for each in some) / len(some), 4)
                    for masks in ("given", "own")
                },
            }
            for label, shown in (("shown", True), ("not_shown", False))
            if (some := [each for each in here if each.shown is shown])
        }
    return figures


def main() -> None:
    """Measure and write."""
    words = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    words.add_argument("data", type=Path)
    words.add_argument("--kept", type=Path, required=True)
    words.add_argument("--pairs", type=int, default=20, help="procedural ones, of each relation")
    words.add_argument("--photos", type=int, default=60, help="real and traced ones, at most")
    words.add_argument("--out", type=Path)
    said = words.parse_args()
    room = Room(said.data, said.kept, slug=SLUG)
    asked: list[Asked] = []
    journal = Journal(room.kept / "asked.jsonl")
    for some in (procedural(said.pairs, journal), real(room, said.photos, journal)):
        for each in some:
            asked.append(each)
            print(each.kind, each.pair, "shown" if each.shown else "-", each.right, flush=True)
    report = {
        "command": "benchmarks/twins.py",
        "date": datetime.now(UTC).date().isoformat(),
        "describer": SLUG,
        "figures": told(asked),
    }
    print(json.dumps(report["figures"], indent=1))
    if said.out is not None:
        said.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
