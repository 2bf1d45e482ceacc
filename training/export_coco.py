"""Write synthetic photos of any STLs as a COCO dataset: boxes, masks, names and poses for free.

Knows files and the COCO format; what a photo shows is synthetic_photos.py's affair.

    .venv-train/bin/python -m training.export_coco --out DIR --photos 2000 \
        [--parts STLS] [--backgrounds PHOTOS] [--side-px 480] [--seed 1]

Makes DIR/photos/*.jpg, DIR/annotations.json and DIR/overview.jpg, some photos with everything that
annotations.json says of them drawn in. Without --parts the parts are the sample catalogue's,
without --backgrounds every table is procedural. Every part is the main print equally often (in
one photo of twenty it is left out); others, smaller, lie around at times and are annotated too.
A photo depends on its number, the seed and the folders alone; what is finished is kept in
DIR/shots.jsonl, so the same command goes on where it was stopped, or adds photos.

Beside COCO's own fields an annotation has `pose`: {"rotation": 3 x 3, "translation_mm": 3,
"scale", "focal_px"}. A vertex v of the part's file is at rotation @ v * scale + translation_mm
before the camera (x right, y down, z away) and is seen at focal_px * (x / z, y / z) + side / 2.
Masks are uncompressed RLE, of what is visible.
Format: https://cocodataset.org/#format-data
"""

import argparse
import hashlib
import json
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import trimesh
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from samples import catalogue
from training.bodies import Body, body_of
from training.phone import Pose, RgbPhoto, Shot
from training.surfaces import load_backgrounds
from training.synthetic_photos import synthetic_photo

log = logging.getLogger("export_coco")

Json = dict[str, Any]

#: A mask of fewer pixels is no example of anything.
LEAST_PX = 24
#: Other parts that may lie around in one photo.
NEIGHBOURS = 3
#: Prepared meshes kept at hand.
BODIES_KEPT = 256
#: Photos of the overview, and of one of its rows.
SHOWN, A_ROW = 12, 4
JPEG_QUALITY = 92


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be made; two runs into one folder must be of one order.

    Attributes:
        seed: with its number it fixes a photo.
        side_px: of each photo.
        parts: names of all parts; a category's id is its place here, from 1.
        digest: of the parts' files and the backgrounds.
    """

    seed: int
    side_px: int
    parts: tuple[str, ...]
    digest: str

    @property
    def row(self) -> Json:
        """As the first line of shots.jsonl."""
        return {
            "seed": self.seed,
            "side_px": self.side_px,
            "parts": len(self.parts),
            "digest": self.digest,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Where parts and backgrounds come from; `mesh` opens a part by its name."""

    parts: tuple[str, ...]
    mesh: Callable[[str], trimesh.Trimesh]
    backgrounds: Sequence[RgbPhoto]
    digest: str


def shelf_of(stls: Path | None, backgrounds: Path | None) -> Shelf:
    """A folder of STLs, named by their paths without the ending, or the sample catalogue."""
    photos = load_backgrounds(backgrounds) if backgrounds else []
    seen = hashlib.sha256()
    for photo in photos:
        seen.update(photo.tobytes())
    if stls is None:
        samples = {part.name: part.mesh for part in catalogue()}
        seen.update("".join(samples).encode())
        return Shelf(
            parts=tuple(samples), mesh=samples.__getitem__, backgrounds=photos,
            digest=seen.hexdigest(),
        )  # fmt: skip
    files = {
        path.relative_to(stls).with_suffix("").as_posix(): path
        for path in sorted(stls.rglob("*"))
        if path.suffix.lower() == ".stl"
    }
    for path in files.values():
        seen.update(path.read_bytes())
    return Shelf(
        parts=tuple(files), mesh=lambda name: trimesh.load_mesh(files[name]), backgrounds=photos,
        digest=seen.hexdigest(),
    )  # fmt: skip


class Studio:
    """Takes the photos of one order."""

    def __init__(self, shelf: Shelf, order: Order) -> None:
        self.shelf, self.order = shelf, order
        self.body = lru_cache(BODIES_KEPT)(self._body)

    def _body(self, name: str) -> Body:
        return body_of(self.shelf.mesh(name), name=name)

    def shot(self, number: int) -> Shot:
        """Photo so and so: each part once before any comes again."""
        parts, seed = self.order.parts, self.order.seed
        turn, place = divmod(number, len(parts))
        main = parts[np.random.default_rng([seed, 0, turn]).permutation(len(parts))[place]]
        rng = np.random.default_rng([seed, 1, number])
        around = [self.body(parts[rng.integers(len(parts))]) for _ in range(NEIGHBOURS)]
        return synthetic_photo(
            rng, around, self.shelf.backgrounds, side_px=self.order.side_px, main=self.body(main)
        )


def run_lengths(mask: NDArray[np.bool_]) -> list[int]:
    """COCO's uncompressed RLE of a mask (H, W): runs down the columns, the first one of zeros."""
    flat = mask.ravel(order="F")
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    edges = np.concatenate([[0], changes, [flat.size]])
    runs = np.diff(edges).tolist()
    return [0, *runs] if flat[0] else runs


def mask_from(counts: Sequence[int], *, height: int, width: int) -> NDArray[np.bool_]:
    """The mask (H, W) that such runs describe."""
    flat = np.repeat(np.arange(len(counts)) % 2 == 1, counts)
    return flat.reshape((height, width), order="F")


def annotation(mask: NDArray[np.uint8], pose: Pose, category: int) -> Json | None:
    """One print of one photo, still without ids; None where too little of it is seen."""
    seen = mask > 127
    if seen.sum() < LEAST_PX:
        return None
    rows, columns = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
    left, top = int(columns[0]), int(rows[0])
    return {
        "category_id": category,
        "bbox": [left, top, int(columns[-1]) + 1 - left, int(rows[-1]) + 1 - top],
        "area": int(seen.sum()),
        "iscrowd": 0,
        "segmentation": {"size": list(seen.shape), "counts": run_lengths(seen)},
        "pose": {
            "rotation": np.round(pose.rotation, 7).tolist(),
            "translation_mm": np.round(pose.translation_mm, 4).tolist(),
            "scale": round(pose.scale, 6),
            "focal_px": round(pose.focal_px, 3),
        },
    }


def annotations_of(shot: Shot, parts: Sequence[str]) -> list[Json]:
    """The main print first, then those around it."""
    prints = [(shot.mask, shot.pose)] if shot.pose else []
    prints += [(other.mask, other.pose) for other in shot.neighbours]
    found = [annotation(mask, pose, parts.index(pose.part) + 1) for mask, pose in prints]
    return [each for each in found if each]


def finished(journal: Path, order: Order) -> dict[int, list[Json]]:
    """Annotations of the photos that are there, by number; a last line cut short is taken away.

    Raises:
        ValueError: they were made to another order.
    """
    if not journal.exists():
        journal.write_text(json.dumps(order.row) + "\n", encoding="utf-8")
    text = journal.read_text("utf-8")
    whole = [line + "\n" for line in text[: text.rfind("\n") + 1].splitlines()]
    rows = [json.loads(line) for line in whole] or [order.row]
    if rows[0] != order.row:
        raise ValueError(
            f"{journal.parent} holds photos of another order ({rows[0]}, not {order.row}); "
            "take another folder, or the same parts, backgrounds, size and seed"
        )
    journal.write_text("".join(whole) or json.dumps(order.row) + "\n", encoding="utf-8")
    return {row["number"]: row["annotations"] for row in rows[1:]}


def take_photos(studio: Studio, out: Path, *, photos: int) -> dict[int, list[Json]]:
    """Make what is missing of so many photos; all annotations by number."""
    journal, order = out / "shots.jsonl", studio.order
    done = finished(journal, order)
    missing = [number for number in range(photos) if number not in done]
    log.info("%d photos are there, %d to go", len(done), len(missing))
    started = time.monotonic()
    with journal.open("a", encoding="utf-8") as file:
        for taken, number in enumerate(missing, start=1):
            shot = studio.shot(number)
            Image.fromarray(shot.rgb).save(out / photo_name(number), quality=JPEG_QUALITY)
            done[number] = annotations_of(shot, order.parts)
            file.write(json.dumps({"number": number, "annotations": done[number]}) + "\n")
            file.flush()
            if taken % 20 == 0 or taken == len(missing):
                left_s = (time.monotonic() - started) / taken * (len(missing) - taken)
                log.info("photo %d of %d, %.0f s to go", taken, len(missing), left_s)
    return {number: done[number] for number in range(photos)}


def photo_name(number: int) -> str:
    """Below the dataset's folder."""
    return f"photos/{number:06d}.jpg"


def dataset(order: Order, photos: dict[int, list[Json]]) -> Json:
    """annotations.json: ids from 1, as COCO's tools like them."""
    rows = [(number + 1, each) for number, some in photos.items() for each in some]
    return {
        "info": {
            "description": "Synthetic photos of 3D prints, with poses",
            "version": "1",
            "contributor": "whoseprint training/export_coco.py",
            **order.row,
        },
        "licenses": [],
        "images": [
            {
                "id": number + 1, "file_name": photo_name(number),
                "width": order.side_px, "height": order.side_px,
            }
            for number in photos
        ],
        "annotations": [
            {"id": n, "image_id": image, **each} for n, (image, each) in enumerate(rows, start=1)
        ],
        "categories": [
            {"id": n, "name": name, "supercategory": "print"}
            for n, name in enumerate(order.parts, start=1)
        ],
    }  # fmt: skip


def overview(out: Path, found: Json) -> Image.Image:
    """The first photos, masks tinted, boxes and names drawn, all from the dataset."""
    side = found["images"][0]["width"]
    names = {category["id"]: category["name"] for category in found["categories"]}
    shown = found["images"][:SHOWN]
    sheet = Image.new("RGB", (A_ROW * side, -(-len(shown) // A_ROW) * side))
    for n, image in enumerate(shown):
        mine = [each for each in found["annotations"] if each["image_id"] == image["id"]]
        with Image.open(out / image["file_name"]) as photo:
            tile = drawn_in(photo.convert("RGB"), mine, names)
        sheet.paste(tile, (n % A_ROW * side, n // A_ROW * side))
    return sheet


def drawn_in(photo: Image.Image, mine: Sequence[Json], names: dict[int, str]) -> Image.Image:
    """A photo with its annotations."""
    pixels = np.asarray(photo).astype(np.float32)
    for n, each in enumerate(mine):
        height, width = each["segmentation"]["size"]
        inside = mask_from(each["segmentation"]["counts"], height=height, width=width)
        pixels[inside] = 0.55 * pixels[inside] + 0.45 * np.array(tint(n))
    tinted = Image.fromarray(pixels.astype(np.uint8))
    pen = ImageDraw.Draw(tinted)
    for n, each in enumerate(mine):
        x, y, wide, high = each["bbox"]
        pen.rectangle((x, y, x + wide - 1, y + high - 1), outline=tint(n), width=2)
        pen.text((x + 4, max(2, y + 3)), names[each["category_id"]], fill="white",
                 stroke_width=1, stroke_fill="black", font_size=14)  # fmt: skip
    return tinted


def tint(n: int) -> tuple[int, int, int]:
    """Red for the main print, then others."""
    return ((255, 40, 40), (40, 120, 255), (30, 200, 60), (250, 180, 0))[n % 4]


def main() -> None:
    """Make the photos that are missing and write the dataset."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--parts", type=Path, help="a folder of STLs, with folders in it")
    parser.add_argument("--backgrounds", type=Path, help="a folder of JPEG photos without prints")
    parser.add_argument("--photos", type=int, default=1000)
    parser.add_argument("--side-px", type=int, default=480)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    shelf = shelf_of(args.parts, args.backgrounds)
    if not shelf.parts or args.photos < 1:
        parser.error("no STLs there" if args.photos > 0 else "at least one photo")
    order = Order(seed=args.seed, side_px=args.side_px, parts=shelf.parts, digest=shelf.digest)
    (args.out / "photos").mkdir(parents=True, exist_ok=True)
    try:
        found = dataset(order, take_photos(Studio(shelf, order), args.out, photos=args.photos))
    except ValueError as refused:
        parser.error(str(refused))
    partial = args.out / "annotations.part"
    partial.write_text(json.dumps(found), encoding="utf-8")
    partial.rename(args.out / "annotations.json")
    overview(args.out, found).save(args.out / "overview.jpg", quality=85)
    log.info("%d photos, %d prints", len(found["images"]), len(found["annotations"]))


if __name__ == "__main__":
    main()
