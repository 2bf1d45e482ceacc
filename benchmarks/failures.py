"""Every failure of recognition with its class, decided by rules, and contact sheets to look at.

Knows what was said (benchmarks/asking.py) and the data folder; silhouettes of `hash-aligned` serve
as the measure of what looks alike, whichever describer is judged.

    .venv/bin/python benchmarks/failures.py ../shared/data --kept SCRATCH --sheets FOLDER \
        [--describer hash-aligned] [--masks cut-out] [--photos 200] [--out FILE.json]

A failure is a photo whose first name is neither the true nor an acceptable one. The first rule
that holds gives its class:

1. wrong cut-out: nothing was found, or our mask overlaps the reference mask by less than 0.8, or
   the same search is right with the reference mask.
2. occlusion: more than 0.1 of the silhouette is hidden or outside the frame (traced); or more than
   0.04 of the reference mask's outline runs along the frame, or the label's note names something
   in, on or before the print (real).
3. look-alike: the part named first resembles the true one from all around: silhouettes of the true
   part find their like among those of the other with a mean overlap of 0.9.
4. uninformative view: the reference mask's outline alone fits ten other parts with 0.93 or more.
5. search: the rest; the true part was not reached, or something else scored higher.

Sheets hold other people's photos: they must lie outside the repository.
"""

import argparse
import csv
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
import trimesh
from asking import LISTS, MASKS, Room, Said
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy.ndimage import binary_dilation, binary_erosion

from vision import Mesh
from vision.bits import best_overlaps, unpacked
from vision.describers import DEFAULT_SLUG, SLUGS
from vision.rasteriser import render_views
from vision.signature import unpack
from vision.silhouettes import SIZE_PX, roll_patterns
from whoseprint.evaluation import LabelledPhoto

ROOT = Path(__file__).parents[1]

#: The rules' borders. ALIKE, 21 Nov 2026: 24 of 40 pairs that labels call acceptable for each other
#: are above it (the others are alike from one side only), none of 60 random pairs.
GOOD_MASK, HIDDEN, ALONG_FRAME, ALIKE, FITS, CROWD = 0.8, 0.1, 0.04, 0.9, 0.93, 10
#: Words of a label's note that speak of something in, on or before the print.
COVERED = re.compile(
    r"hand|held|mounted|fitted|filled|inside|in it\b|inserted|attached|assembl|together|screwed|cut"
    r"|on top|on it\b|below|across|wire|tube|bottle|hides|behind|closed|sits on|nested|stepper|half"
)
#: Rolls tried and every how many-th view looked at when two parts are compared.
ROLLS, EVERY = 24, 4
#: A sheet's tiles, and a tile's pictures.
COLUMNS, ROWS, TILE_PX, TEXT_PX = 2, 6, 200, 34


class FailureClass(Enum):
    """Why a photo was not recognised."""

    CUT_OUT = "wrong cut-out"
    OCCLUSION = "occlusion"
    LOOK_ALIKE = "look-alike"
    VIEW = "uninformative view"
    SEARCH = "search"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One photo, what was said of it, and why it is in its class."""

    where: str
    photo: LabelledPhoto
    said: Said
    kind: FailureClass
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the rules look at.

    Attributes:
        overlap: of our mask with the reference mask; None where there is no reference.
        right_with_mask: whether the search was right with the reference mask; None: not asked.
        hidden: share of the silhouette that is hidden or outside, as far as is known.
        along_frame: share of the reference mask's outline on the photo's edge.
        note: the label's.
        likeness: of the part named first to the true one, 0..1.
        crowd: how many other parts' outlines fit the reference mask.
        reached: the true part was among what came back.
    """

    overlap: float | None
    right_with_mask: bool | None
    hidden: float
    along_frame: float
    note: str
    likeness: float
    crowd: int
    reached: bool


def classed(seen: Evidence) -> tuple[FailureClass, str]:
    """The first rule that holds, and what it saw."""
    if seen.overlap is not None and (seen.overlap < GOOD_MASK or seen.right_with_mask):
        after = {True: "right", False: "wrong too", None: "not asked"}[seen.right_with_mask]
        return FailureClass.CUT_OUT, f"overlap {seen.overlap:.2f}, with the given mask {after}"
    if max(seen.hidden - HIDDEN, seen.along_frame - ALONG_FRAME) > 0 or COVERED.search(seen.note):
        facts = f"hidden {seen.hidden:.2f}, along the frame {seen.along_frame:.2f}"
        return FailureClass.OCCLUSION, f"{facts}, {seen.note}".rstrip(", ")
    if seen.likeness >= ALIKE:
        return FailureClass.LOOK_ALIKE, f"likeness {seen.likeness:.2f}"
    if seen.crowd >= CROWD:
        return FailureClass.VIEW, f"fits {seen.crowd} other parts"
    how = "scored lower" if seen.reached else "not reached"
    return FailureClass.SEARCH, f"{how}, likeness {seen.likeness:.2f}"


class Shapes:
    """Silhouettes of all parts, from `hash-aligned`'s signatures."""

    def __init__(self, room: Room) -> None:
        self.names = room.names
        signatures = room.signatures("parts", len(room.names))
        self.words = np.stack([unpack("hash-aligned", s)["silhouettes"] for s in signatures])

    def likeness(self, first: str, truth: str) -> float:
        """How well the true part's views find their like among the other's, 0..1."""
        if first not in self.names or truth not in self.names:
            return 0.0
        others = self.words[self.names.index(first)]
        mine = unpacked(self.words[self.names.index(truth)][::EVERY], size_px=SIZE_PX)
        best = [
            best_overlaps(others, roll_patterns(view.astype(np.float32), ROLLS)).share.max()
            for view in mine
            if view.any()
        ]
        return float(np.mean(best))

    def crowd(self, mask: NDArray[np.bool_], right: frozenset[str]) -> int:
        """Parts, but for the right ones, whose outlines fit this mask."""
        parts, views, words = self.words.shape
        patterns = roll_patterns(mask.astype(np.float32), ROLLS)
        shares = best_overlaps(self.words.reshape(-1, words), patterns).share
        fitting = np.flatnonzero(shares.reshape(parts, views).max(1) >= FITS)
        return sum(self.names[row] not in right for row in fitting)


def labels(data: Path, where: str) -> dict[str, dict[str, str]]:
    """The rows of a list by photo."""
    with (data / LISTS[where]).open(newline="", encoding="utf-8") as file:
        return {row["photo"]: row for row in csv.DictReader(file)}


def mask_at(path: Path | None) -> NDArray[np.bool_] | None:
    """A mask file (H, W)."""
    if path is None or not path.exists():
        return None
    with Image.open(path) as opened:
        return np.asarray(opened.convert("L")) > 127


def along_frame(mask: NDArray[np.bool_]) -> float:
    """Share of a mask's outline that lies on the picture's edge."""
    outline = mask & ~binary_erosion(mask, border_value=0)
    edge = sum(int(rim.sum()) for rim in (mask[0], mask[-1], mask[:, 0], mask[:, -1]))
    return edge / max(1, int(outline.sum()))


def failures_of(room: Room, masks: str, photos: int | None) -> tuple[list[Failure], Counter[str]]:
    """All failures of a sample, in the order of the lists, and how many photos were asked."""
    shapes = Shapes(room if room.slug == "hash-aligned" else room.with_slug("hash-aligned"))
    rows = {name: labels(room.data, name) for name in LISTS}
    size, asked, found = len(room.names), Counter[str](), []
    for n, (where, photo) in enumerate(room.photos(masks)[:photos], start=1):
        said = room.ask((where, photo), masks, [size])[0]
        asked[where] += 1
        if n % 20 == 0:
            print(f"{n} photos", flush=True)
        if said.lenient == 1:
            continue
        label = rows[where][photo.name]
        kind, evidence = classed(evidence_of(room, shapes, (where, photo), said, label))
        found.append(Failure(where=where, photo=photo, said=said, kind=kind, evidence=evidence))
    return sorted(found, key=lambda each: (each.where, each.photo.name)), asked


def evidence_of(
    room: Room,
    shapes: Shapes,
    place: tuple[str, LabelledPhoto],
    said: Said,
    label: dict[str, str],
) -> Evidence:
    """Gather what the rules look at; the dear things only where a rule may need them."""
    where, photo = place
    own = said.mask == "cut-out"
    bad = said.overlap is not None and said.overlap < GOOD_MASK
    with_mask = None
    if own and photo.mask is not None:
        with_mask = room.ask(place, "given", [len(room.names)])[0].lenient == 1
    mask = mask_at(photo.mask)
    if mask is None:
        mask = mask_at(room.own_mask(where, photo))
    right = photo.acceptable | {photo.truth}
    looked = mask is not None and not bad and not with_mask
    return Evidence(
        overlap=said.overlap if own else None,
        right_with_mask=with_mask,
        hidden=float(label.get("occluded_fraction") or 0),
        along_frame=along_frame(mask) if mask is not None else 0.0,
        note=label.get("note") or "",
        likeness=shapes.likeness(said.names[0], photo.truth) if looked and said.names else 0.0,
        crowd=shapes.crowd(mask, right) if looked and mask is not None else 0,
        reached=said.lenient is not None,
    )


def counts_of(found: Sequence[Failure], asked: Counter[str]) -> dict[str, Any]:
    """How many of each class, by list."""
    return {
        where: {
            "photos": asked[where],
            "failures": sum(each.where == where for each in found),
            "classes": {
                kind.value: sum(each.where == where and each.kind is kind for each in found)
                for kind in FailureClass
            },
            "wrong cut-out, wrong with the given mask too": sum(
                each.where == where and each.evidence.endswith("wrong too") for each in found
            ),
            "search, not reached": sum(
                each.where == where
                and each.kind is FailureClass.SEARCH
                and each.evidence.startswith("not reached")
                for each in found
            ),
        }
        for where in asked
    }


def drawn(data: Path, name: str, rotation: Sequence[float]) -> Image.Image:
    """A part as it would lie in the photo, grey, lit from the camera."""
    blank = Image.new("RGB", (TILE_PX, TILE_PX), (245, 245, 245))
    path = data / "parts" / f"{name}.stl"
    if not rotation or not path.exists():
        return blank
    mesh = trimesh.load_mesh(path)
    views = render_views(
        Mesh(vertices_mm=np.asarray(mesh.vertices), faces=np.asarray(mesh.faces, np.int32)),
        np.array(rotation).reshape(1, 3, 3),
        size_px=TILE_PX,
    )
    light = np.clip(-views.normals[0] @ np.array([0.3, 0.4, 0.87]), 0.1, 1)
    grey = np.where(views.mask[0], 60 + 180 * light, 245).astype(np.uint8)
    return Image.fromarray(np.dstack([grey] * 3))


def photo_tile(room: Room, failure: Failure) -> Image.Image:
    """The photo around the print, the reference mask's edge green, ours red."""
    with Image.open(failure.photo.path) as opened:
        rgb = np.asarray(opened.convert("RGB")).copy()
    reference = mask_at(failure.photo.mask)
    own = mask_at(room.own_mask(failure.where, failure.photo))
    thick = max(1, max(rgb.shape) // 250)
    pairs = [(reference, (0, 220, 0))]
    if failure.said.mask == "cut-out":
        pairs.append((own, (255, 0, 0)))
    around = np.zeros(rgb.shape[:2], bool)
    for mask, colour in pairs:
        if mask is not None and mask.any():
            rgb[binary_dilation(mask, iterations=thick) & ~mask] = colour
            around |= mask
    if around.any():
        lines, columns = np.flatnonzero(around.any(1)), np.flatnonzero(around.any(0))
        room_px = int(0.15 * max(np.ptp(lines), np.ptp(columns))) + 4
        rgb = rgb[
            max(0, lines[0] - room_px) : lines[-1] + room_px,
            max(0, columns[0] - room_px) : columns[-1] + room_px,
        ]
    small = Image.fromarray(rgb)
    small.thumbnail((TILE_PX, TILE_PX))
    tile = Image.new("RGB", (TILE_PX, TILE_PX), "white")
    tile.paste(small, ((TILE_PX - small.width) // 2, (TILE_PX - small.height) // 2))
    return tile


def tile_of(room: Room, failure: Failure) -> Image.Image:
    """Photo, true part, part named first, and the verdict under them."""
    said = failure.said
    first = said.names[0] if said.names else ""
    tile = Image.new("RGB", (3 * TILE_PX + 10, TILE_PX + TEXT_PX), "white")
    right = next((n for n in said.names if n in failure.photo.acceptable), failure.photo.truth)
    shown = failure.photo.truth if failure.photo.truth in said.names else right
    tile.paste(photo_tile(room, failure), (0, 0))
    tile.paste(drawn(room.data, shown, said.right_rotation or (1, 0, 0, 0, 0, 1, 0, -1, 0)),
               (TILE_PX + 2, 0))  # fmt: skip
    tile.paste(drawn(room.data, first, said.first_rotation), (2 * TILE_PX + 4, 0))
    pen = ImageDraw.Draw(tile)
    place = said.lenient or "-"
    pen.text((2, TILE_PX + 1), f"{failure.photo.name}  {failure.kind.value}: {failure.evidence}",
             fill="black", font_size=11)  # fmt: skip
    pen.text((2, TILE_PX + 16), f"{shown} (place {place})   said: {first or said.reason}",
             fill=(90, 90, 90), font_size=11)  # fmt: skip
    return tile


def write_sheets(room: Room, found: Sequence[Failure], folder: Path) -> None:
    """One or more sheets a class."""
    folder.mkdir(parents=True, exist_ok=True)
    a_sheet = COLUMNS * ROWS
    for kind in FailureClass:
        mine = [each for each in found if each.kind is kind]
        for first in range(0, len(mine), a_sheet):
            tiles = [tile_of(room, each) for each in mine[first : first + a_sheet]]
            wide, high = tiles[0].size
            sheet = Image.new("RGB", (COLUMNS * wide, -(-len(tiles) // COLUMNS) * high), "white")
            for n, tile in enumerate(tiles):
                sheet.paste(tile, (n % COLUMNS * wide, n // COLUMNS * high))
            sheet.save(folder / f"{kind.value.replace(' ', '-')}-{first // a_sheet:02d}.png")


def main() -> None:
    """Class the failures, count, draw."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--kept", type=Path, required=True, help="a folder outside the repository")
    parser.add_argument("--sheets", type=Path, required=True, help="another one")
    parser.add_argument("--describer", choices=SLUGS, default=DEFAULT_SLUG)
    parser.add_argument("--masks", choices=MASKS, default="cut-out")
    parser.add_argument("--photos", type=int, help="a sample of so many")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    if ROOT in options.sheets.resolve().parents or options.sheets.resolve() == ROOT:
        parser.error("the sheets hold other people's photos: choose a folder outside")
    room = Room(options.data, options.kept, slug=options.describer)
    found, asked = failures_of(room, options.masks, options.photos)
    report = {
        "command": "benchmarks/failures.py",
        "date": datetime.now(UTC).date().isoformat(),
        "describer": options.describer,
        "masks": options.masks,
        "parts": len(room.names),
        **counts_of(found, asked),
    }
    text = json.dumps(report, indent=2) + "\n"
    print(text)
    if options.out:
        options.out.write_text(text, encoding="utf-8")
    write_sheets(room, found, options.sheets)


if __name__ == "__main__":
    main()
