"""Ask a describer about labelled photos, among catalogues of any size, and keep what it said.

Knows the product's doors and the data folder's CSV files; other benchmarks make figures of it.
Catalogues smaller than the data's: all parts in a seeded random order are cut into blocks of that
size (the last one filled up from the first), and a photo is asked in the block that holds its
true part, so that every photo is asked once among true part and random rest. Larger ones: all
parts, and procedural ones of our own behind them, the same in every run.
What was said is kept line by line in a folder of the caller's, and so are signatures in shards:
a broken run goes on, and a longer one begins with what is there. Throw the folder away when the
describer's code or the cut-out's weights have changed.
"""

import csv
import json
import time
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import trimesh
from PIL import Image

from samples import random_part
from vision import CutOut, Mesh, NothingFound, Outcome, Reason, Signature
from vision.calibration import calibration_of
from vision.cut_out import cut_out
from vision.decide import decide
from vision.describers import describer
from vision.segmenter import Segmenter
from vision.shapes import Index, Match
from whoseprint.evaluation import LabelledPhoto, cut_out_by_mask, read_photo_list
from whoseprint.scores import Answered

#: The sets, by their place in the data folder.
LISTS = {"real": "photos.csv", "traced": "traced/traced.csv"}
MASKS = ("given", "cut-out")
#: Of the order of parts and photos, and of the procedural parts.
SEED = 20261121
#: Signatures in one file.
SHARD = 100
#: Matches a decision is made from, and names kept.
MATCHES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was said about one photo among so many parts.

    Attributes:
        photo: its list and name; mask: "given" or "cut-out"; size: parts of the catalogue.
        names: the first ten; lenient, strict: the right part's rank among all that came back.
        overlap: of the mask with the reference mask; 1 with given masks, None where none is known.
        first_rotation, right_rotation: nine numbers of the first and of the best right match.
        cpu_ms: of the search alone.
    """

    photo: tuple[str, str]
    mask: str
    size: int
    names: tuple[str, ...] = ()
    lenient: int | None = None
    strict: int | None = None
    outcome: str = Outcome.UNKNOWN.value
    reason: str = ""
    overlap: float | None = None
    quality: float = 0.0
    first_rotation: tuple[float, ...] = ()
    right_rotation: tuple[float, ...] = ()
    cpu_ms: float = 0.0


class Journal:
    """Lines of what was said, by list, photo, mask and size."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        whole = text[: text.rfind("\n") + 1]  # a line cut short is asked again
        if whole != text:
            path.write_text(whole, encoding="utf-8")
        rows = [json.loads(line) for line in whole.splitlines()]
        said = [Said(**{name: as_kept(value) for name, value in row.items()}) for row in rows]
        self.said = {(*each.photo, each.mask, each.size): each for each in said}

    def keep(self, said: Said) -> None:
        """Write it down at once."""
        self.said[*said.photo, said.mask, said.size] = said
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(said)) + "\n")


def as_kept(value: Any) -> Any:  # noqa: ANN401  JSON's values
    """JSON knows lists where we had tuples."""
    return tuple(value) if isinstance(value, list) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """Some signatures that belong into one file; `first` and `stems` say of which parts."""

    path: Path
    slug: str
    first: int
    stls: tuple[Path, ...]
    count: int

    def meshes(self) -> Iterator[Mesh]:
        """Of the STL files, or, where there are none, procedural ones by their numbers."""
        for n in range(self.count):
            if self.stls:
                found = trimesh.load_mesh(self.stls[n])
            else:
                found = random_part(np.random.default_rng([SEED, self.first + n]))
            yield Mesh(
                vertices_mm=np.asarray(found.vertices, float),
                faces=np.asarray(found.faces, np.int32),
            )


def make(shard: Shard) -> None:
    """Describe its parts, unless the file is there."""
    if shard.path.exists():
        return
    shard.path.parent.mkdir(parents=True, exist_ok=True)
    partly = shard.path.with_suffix(".part")
    with zipfile.ZipFile(partly, "w") as file:
        for n, mesh in enumerate(shard.meshes()):
            file.writestr(f"{shard.first + n:05d}", describer(shard.slug).describe_part(mesh))
    partly.rename(shard.path)
    print(f"described {shard.path.name}", flush=True)


class Room:
    """One describer, the data's parts, and a folder where all that was made is kept."""

    def __init__(self, data: Path, kept: Path, *, slug: str, jobs: int = 1) -> None:
        self.data, self.folder, self.slug, self.jobs = data, kept, slug, jobs
        self.kept = kept / slug
        self.names = part_names(data)
        self.journal = Journal(self.kept / "said.jsonl")
        self.open = cache(self._open)
        self.segmenter = cache(Segmenter)

    def with_slug(self, slug: str) -> "Room":
        """The same data and folder, asked of another describer."""
        return Room(self.data, self.folder, slug=slug, jobs=self.jobs)

    def photos(self, masks: str) -> list[tuple[str, LabelledPhoto]]:
        """Both lists in one seeded order; with given masks those that have one."""
        every = [
            (name, photo) for name in LISTS for photo in read_photo_list(self.data / LISTS[name])
        ]
        order = np.random.default_rng(SEED).permutation(len(every))
        return [every[n] for n in order if masks != "given" or every[n][1].mask]

    def signatures(self, kind: str, count: int) -> list[Signature]:
        """The first so many of the kind `parts` or `procedural`."""
        stls = [self.data / "parts" / f"{name}.stl" for name in self.names]
        shards = [
            Shard(
                path=self.kept / f"{kind}-{first:05d}.zip", slug=self.slug, first=first,
                stls=tuple(stls[first : first + SHARD]) if kind == "parts" else (),
                count=min(SHARD, len(stls) - first) if kind == "parts" else SHARD,
            )
            for first in range(0, count, SHARD)
        ]  # fmt: skip
        missing = [shard for shard in shards if not shard.path.exists()]
        if self.jobs > 1 and missing:
            with ProcessPoolExecutor(self.jobs) as pool:
                list(pool.map(make, missing))
        found: list[Signature] = []
        for shard in shards:
            make(shard)
            with zipfile.ZipFile(shard.path) as file:
                found += [Signature(file.read(name)) for name in sorted(file.namelist())]
        return found[:count]

    def block_of(self, size: int, part: str) -> tuple[int, ...]:
        """The rows of the catalogue of this size in which photos of this part are asked."""
        if size >= len(self.names):
            return tuple(range(size))
        blocks = blocks_of(len(self.names), size)
        row = self.names.index(part)
        return next(block for block in blocks if row in block)

    def _open(self, rows: tuple[int, ...]) -> Index:
        real = self.signatures("parts", len(self.names))
        more = self.signatures("procedural", max(0, max(rows) + 1 - len(real)))
        every = [*real, *more]
        return describer(self.slug).open_index([every[row] for row in rows])

    def name(self, row: int) -> str:
        """Of the data's parts, then of the procedural ones."""
        return self.names[row] if row < len(self.names) else f"procedural {row - len(self.names)}"

    def ask(self, place: tuple[str, LabelledPhoto], masks: str, sizes: Sequence[int]) -> list[Said]:
        """What is said of one photo among catalogues of each size, from the journal if it can."""
        where, photo = place
        known = self.journal.said
        if any((where, photo.name, masks, size) not in known for size in sizes):
            found = self._cut_out(where, photo, masks)
            for size in sizes:
                if (where, photo.name, masks, size) not in known:
                    self.journal.keep(self._said(place, masks, size, found))
        return [known[where, photo.name, masks, size] for size in sizes]

    def _cut_out(self, where: str, photo: LabelledPhoto, masks: str) -> CutOut | Reason:
        with Image.open(photo.path) as opened:
            rgb = np.asarray(opened.convert("RGB"))
        if masks == "given" and photo.mask is not None:
            return cut_out_by_mask(rgb, photo.mask)
        try:
            found = cut_out(rgb, segmenter=self.segmenter())
        except NothingFound as nothing:
            return nothing.reason
        path = self.own_mask(where, photo)
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(found.mask > 0.5).save(path)
        return found

    def own_mask(self, where: str, photo: LabelledPhoto) -> Path:
        """Where our own mask of a photo is kept, if there is one."""
        return self.kept / "masks" / where / f"{Path(photo.name).stem}.png"

    def _said(
        self, place: tuple[str, LabelledPhoto], masks: str, size: int, found: CutOut | Reason
    ) -> Said:
        where, photo = place
        about = partial(Said, photo=(where, photo.name), mask=masks, size=size)
        if isinstance(found, Reason):
            return about(reason=found.value, overlap=0.0 if photo.mask else None)
        rows = self.block_of(size, photo.truth)
        index = self.open(rows)
        started = time.process_time()
        matches = index.search([found], size)
        cpu_ms = 1000 * (time.process_time() - started)
        names = [self.name(rows[match.row]) for match in matches]
        right = rank(names, photo.acceptable | {photo.truth})
        decision = decide(matches[:MATCHES], [found], calibration=calibration_of(self.slug))
        return about(
            names=tuple(names[:MATCHES]), lenient=right, strict=rank(names, {photo.truth}),
            outcome=decision.outcome.value, reason=decision.reason.value,
            overlap=overlap_with(found, photo), quality=round(float(found.quality), 4),
            first_rotation=turned(matches, 1), right_rotation=turned(matches, right),
            cpu_ms=round(cpu_ms, 1),
        )  # fmt: skip


def answered(place: tuple[str, LabelledPhoto], said: Said) -> Answered:
    """The same in the words of whoseprint/scores.py."""
    _, photo = place
    return Answered(
        photo=photo.name, truth=photo.truth, acceptable=photo.acceptable,
        difficulty=photo.difficulty, names=said.names, outcome=Outcome(said.outcome),
        elapsed_ms=said.cpu_ms,
    )  # fmt: skip


def rank(names: Sequence[str], right: frozenset[str] | set[str]) -> int | None:
    """Place of the first right name, from 1."""
    return next((n for n, name in enumerate(names, start=1) if name in right), None)


def turned(matches: Sequence[Match], place: int | None) -> tuple[float, ...]:
    """The rotation of the match at this place, row by row."""
    if place is None or place > len(matches):
        return ()
    return tuple(round(float(value), 5) for value in matches[place - 1].rotation.ravel())


def overlap_with(found: CutOut, photo: LabelledPhoto) -> float | None:
    """Intersection over union with the reference mask."""
    if photo.mask is None:
        return None
    truth = cut_out_by_mask(found.rgb, photo.mask).mask > 0.5
    guess = found.mask > 0.5
    return round(float((truth & guess).sum() / max(1, (truth | guess).sum())), 4)


@cache
def blocks_of(count: int, size: int) -> tuple[tuple[int, ...], ...]:
    """All rows in a seeded order, cut into blocks; the last one filled up from the first."""
    order = [int(row) for row in np.random.default_rng([SEED, size]).permutation(count)]
    blocks = [order[first : first + size] for first in range(0, count, size)]
    blocks[-1] += order[: size - len(blocks[-1])]
    return tuple(tuple(block) for block in blocks)


def part_names(data: Path) -> list[str]:
    """Every part of the data's catalogue, once."""
    with (data / "parts.csv").open(newline="", encoding="utf-8") as file:
        return list(dict.fromkeys(row["part"] for row in csv.DictReader(file)))
