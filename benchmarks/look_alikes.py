"""How well look-alikes are found beforehand: labelled pairs, made copies, strangers.

    .venv/bin/python benchmarks/look_alikes.py ../shared/data [--copied 30] [--strangers 60] \
        [--labelled 60] [--out benchmarks/results/look_alikes.json]

Asked of every pair: does the sketch propose it among all parts, is a relation found, and is it the
right one. Copies lie turned and elsewhere, each mesh's own part left out: mirrored, at 125 %, one
side half as long again, and with a bar of 1/40 of the length raised on the largest face of its box.
Labelled pairs are those that some photo's label calls acceptable for each other: alike from that
photo's side, not always from all. Strangers are pairs of other repositories. Other people's meshes
are read, none is written.
"""

import argparse
import csv
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import trimesh

from catalog.meshes.binary_stl import corners_back
from samples import catalogue
from vision.likeness import likeliest, sketch
from vision.look_alikes import Relation, Resemblance, compared
from vision.shapes import Mesh
from vision.viewpoints import look_from

TURN = look_from(np.array([0.4, -0.7, 0.5]))
LISTS = ("photos.csv", "traced.csv", "traced/traced.csv")
#: The samples' pairs, and what they are to each other.
SAMPLES = {
    ("corner-mount-left", "corner-mount-right"): Relation.MIRRORED,
    ("angle-bracket-m4", "angle-bracket-m5"): Relation.NEAR_TWIN,
    ("spur-gear-24", "spur-gear-25"): Relation.NEAR_TWIN,
}


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--copied", type=int, default=30, help="parts of which copies are made")
    parser.add_argument("--strangers", type=int, default=60)
    parser.add_argument("--labelled", type=int, default=60, help="pairs by labels, at most")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    started = time.process_time()
    room = Room(arguments.data)
    result: dict[str, Any] = {
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "parts": len(room.names),
        "sketch_cpu_ms": round(1000 * room.sketch_s / len(room.names), 1),
    }
    for name, measure in (
        ("samples", samples),
        ("copies", lambda: room.copies(arguments.copied)),
        ("strangers", lambda: room.strangers(arguments.strangers)),
        ("labelled", lambda: room.labelled(arguments.labelled)),
    ):
        result[name] = measure()
        print(name, json.dumps(result[name]), flush=True)
    result["compare_cpu_ms"] = round(1000 * float(np.mean(room.compare_s)))
    result["cpu_s"] = round(time.process_time() - started, 1)
    if arguments.out is not None:
        arguments.out.write_text(json.dumps(result, indent=1) + "\n")


class Room:
    """All parts with their sketches, and what comparing them costs."""

    def __init__(self, data: Path) -> None:
        self.data = data
        with (data / "parts.csv").open(newline="", encoding="utf-8") as file:
            self.names = [row["part"] for row in csv.DictReader(file)]
        started = time.process_time()
        self.sketches = np.stack([sketch(self.mesh(name)) for name in self.names])
        self.sketch_s = time.process_time() - started
        self.compare_s: list[float] = []

    def mesh(self, name: str) -> Mesh:
        """A part's triangles."""
        corners = corners_back((self.data / "parts" / f"{name}.stl").read_bytes())
        return Mesh(
            vertices_mm=corners.reshape(-1, 3).astype(np.float64),
            faces=np.arange(3 * len(corners), dtype=np.int32).reshape(-1, 3),
        )

    def compared(self, first: Mesh, second: Mesh) -> Resemblance | None:
        """The closer look, its cost noted."""
        started = time.process_time()
        found = compared(first, second)
        self.compare_s.append(time.process_time() - started)
        return found

    def proposed(self, own: np.ndarray, other: str, *, but: Sequence[str] = ()) -> bool:
        """Whether the other part is among those a sketch proposes."""
        rows = [n for n, name in enumerate(self.names) if name not in but]
        return self.names.index(other) in [rows[n] for n in likeliest(own, self.sketches[rows])]

    def labelled(self, most: int) -> dict[str, Any]:
        """Pairs that labels call acceptable for each other, a seeded choice of them."""
        rows, pairs = [], sorted(self._labels())
        chosen = np.random.default_rng(9).permutation(len(pairs))[:most]
        for one, other in (pairs[n] for n in sorted(chosen)):
            proposed = self.proposed(self.sketches[self.names.index(one)], other, but=[one])
            found = self.compared(self.mesh(one), self.mesh(other))
            rows.append((proposed, found))
        return told(rows)

    def copies(self, count: int) -> dict[str, Any]:
        """Copies of real parts: a relation found, and the right one."""
        chosen = np.random.default_rng(7).choice(len(self.names), count, replace=False)
        result = {}
        for kind, (make, right) in COPIES.items():
            rows = []
            for row in chosen:
                name = self.names[row]
                first = self.mesh(name)
                second = make(first)
                rows.append((self.proposed(sketch(second), name), self.compared(first, second)))
            result[kind] = told(rows, right=right)
        return result

    def strangers(self, count: int) -> dict[str, Any]:
        """Random pairs that have nothing to do with each other."""
        rng = np.random.default_rng(8)
        rows: list[tuple[bool, Resemblance | None]] = []
        while len(rows) < count:
            a, b = rng.choice(len(self.names), 2, replace=False)
            one, other = self.names[a], self.names[b]
            if one.split("/")[0] == other.split("/")[0]:
                continue
            proposed = self.proposed(self.sketches[a], other, but=[one])
            rows.append((proposed, self.compared(self.mesh(one), self.mesh(other))))
        return told(rows)

    def _labels(self) -> set[tuple[str, str]]:
        pairs = set()
        for name in LISTS:
            if (path := self.data / name).exists():
                with path.open(newline="", encoding="utf-8") as file:
                    pairs |= set(acceptable(csv.DictReader(file)))
        return {pair for pair in pairs if set(pair) <= set(self.names)}


def acceptable(rows: Iterable[dict[str, str]]) -> Iterator[tuple[str, str]]:
    """Pairs of names, in order."""
    for row in rows:
        for other in filter(None, row["acceptable"].split("|")):
            yield (min(row["stl"], other), max(row["stl"], other))


def told(
    rows: Sequence[tuple[bool, Resemblance | None]], *, right: Relation | None = None
) -> dict[str, Any]:
    """Counts; `symmetric` copies are their part's own mirror image: nothing differs."""
    relations = [None if found is None else found.relation.value for _, found in rows]
    counted: dict[str, Any] = {
        "pairs": len(rows),
        "proposed": sum(proposed for proposed, _ in rows),
        "found": sum(relation is not None for relation in relations),
        "proposed_and_found": sum(proposed and found is not None for proposed, found in rows),
        "relations": {kind.value: relations.count(kind.value) for kind in Relation},
    }
    if right is Relation.MIRRORED:
        counted["symmetric"] = sum(
            found is not None and found.relation is not right and found.alike > 0.98
            for _, found in rows
        )
    if right is not None:
        counted["right"] = relations.count(right.value) + counted.get("symmetric", 0)
    return counted


def samples() -> dict[str, str]:
    """What the samples' pairs are said to be."""
    parts = {part.name: of_trimesh(part.mesh) for part in catalogue()}
    said = {}
    for one, other in SAMPLES:
        found = compared(parts[one], parts[other])
        said[f"{one} / {other}"] = "none" if found is None else found.relation.value
    return said


def of_trimesh(mesh: trimesh.Trimesh) -> Mesh:
    """The same triangles."""
    return Mesh(
        vertices_mm=np.asarray(mesh.vertices, np.float64), faces=np.asarray(mesh.faces, np.int32)
    )


def elsewhere(mesh: Mesh, by: np.ndarray) -> Mesh:
    """Changed by a matrix, turned and moved."""
    return Mesh(vertices_mm=mesh.vertices_mm @ (TURN @ by).T + [12, -7, 31], faces=mesh.faces)


def marked(mesh: Mesh) -> Mesh:
    """A bar of 1/40 of the length raised on the largest face of its box, and laid elsewhere."""
    low, high = mesh.vertices_mm.min(0), mesh.vertices_mm.max(0)
    sides = high - low
    thin = int(sides.argmin())
    extents = 0.35 * sides
    extents[thin] = sides.max() / 20
    middle = (low + high) / 2
    middle[thin] = low[thin]
    bar = trimesh.creation.box(extents=extents)
    bar.apply_translation(middle)
    joined = Mesh(
        vertices_mm=np.concatenate([mesh.vertices_mm, bar.vertices]),
        faces=np.concatenate([mesh.faces, bar.faces + len(mesh.vertices_mm)]).astype(np.int32),
    )
    return elsewhere(joined, np.eye(3))


def longer(mesh: Mesh) -> Mesh:
    """Its longest side half as long again."""
    by = np.ones(3)
    by[int(np.ptp(mesh.vertices_mm, axis=0).argmax())] = 1.5
    return Mesh(vertices_mm=mesh.vertices_mm * by, faces=mesh.faces)


COPIES: dict[str, tuple[Callable[[Mesh], Mesh], Relation]] = {
    "mirrored": (lambda mesh: elsewhere(mesh, np.diag([-1.0, 1, 1])), Relation.MIRRORED),
    "at 125 %": (lambda mesh: elsewhere(mesh, 1.25 * np.eye(3)), Relation.SCALED),
    "longer": (longer, Relation.SCALED),
    "engraved": (marked, Relation.NEAR_TWIN),
}


if __name__ == "__main__":
    main()
