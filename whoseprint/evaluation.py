"""Measure recognition on labelled photos.

Every photo of the file counts: one that cannot be read, or in which no print is found, is wrong.
Times are wall times of one photo after another: reading, cut-out, description, search, decision.
"""

import csv
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image

from catalog.errors import Complaint
from catalog.parts import names_of
from catalog.unreadable import Unreadable
from vision import CutOut, Outcome, RgbImage
from whoseprint.scores import Answered
from workers.identify import CANDIDATES, Identified, compare, identify_photos, read_pictures
from workers.leanings import NOTHING_EXPECTED
from workers.shop import Shop

_INSIDE = 127


class NoPhotoList(Complaint):
    """The file names no photos."""

    def __init__(self, path: Path, lack: str) -> None:
        super().__init__(path, lack)
        self.path, self.lack = path, lack

    def __str__(self) -> str:
        return f"{self.path} {self.lack}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPhoto:
    """One row of a list of photos.

    Attributes:
        path: of the photo; name: as the list says it.
        mask: 1 bit, of the photo's size, white where the print is; None: not given.
    """

    name: str
    path: Path
    truth: str
    acceptable: frozenset[str]
    difficulty: str
    mask: Path | None


def read_photo_list(path: Path) -> list[LabelledPhoto]:
    """Read the list; paths in it are relative to it.

    Raises:
        NoPhotoList: it has no column photo or stl, no rows, or names photos that are not there.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if not {"photo", "stl"} <= set(rows.fieldnames or ()):
                raise NoPhotoList(path, "has no columns photo and stl.")
            photos = [_labelled(row, path.parent) for row in rows]
    except (UnicodeDecodeError, csv.Error):
        raise NoPhotoList(path, "is no list: save it as CSV in UTF-8.") from None
    if not photos:
        raise NoPhotoList(path, "has no rows.")
    if gone := [each.name for each in photos if not each.path.is_file()]:
        more = f" and {len(gone) - 1} more" if gone[1:] else ""
        raise NoPhotoList(path, f"names photos that are not there: {gone[0]!r}{more}.")
    return photos


def _labelled(row: dict[str, str], folder: Path) -> LabelledPhoto:
    others = (row.get("acceptable") or "").split("|")
    mask = (row.get("mask") or "").strip()
    return LabelledPhoto(
        name=(row["photo"] or "").strip(),
        path=folder / (row["photo"] or "").strip(),
        truth=(row["stl"] or "").strip(),
        acceptable=frozenset(name.strip() for name in others if name.strip()),
        difficulty=(row.get("difficulty") or "").strip() or "unlabelled",
        mask=folder / mask if mask else None,
    )


def answers(photos: list[LabelledPhoto], *, shop: Shop, given_masks: bool) -> Iterator[Answered]:
    """Ask the shop about each photo; with given masks those without one are left out.

    What the shop knows beside the photo does not count here.
    """
    shop = replace(shop, leanings=NOTHING_EXPECTED, recall=None)
    ask: Callable[[LabelledPhoto, Shop], Identified] = _with_mask if given_masks else _as_in_chat
    for photo in photos:
        if given_masks and photo.mask is None:
            continue
        start = time.perf_counter()
        identified = _asked(photo, shop, ask)
        elapsed_ms = (time.perf_counter() - start) * 1000
        yield _answered(photo, identified, shop=shop, elapsed_ms=elapsed_ms)


def _asked(
    photo: LabelledPhoto, shop: Shop, ask: Callable[[LabelledPhoto, Shop], Identified]
) -> Identified | None:
    try:
        return ask(photo, shop)
    except Unreadable:
        return None


def _as_in_chat(photo: LabelledPhoto, shop: Shop) -> Identified:
    return identify_photos([photo.path.read_bytes()], shop=shop)


def _with_mask(photo: LabelledPhoto, shop: Shop) -> Identified:
    if photo.mask is None:
        raise ValueError(f"{photo.name} has no mask")
    rgb = read_pictures([photo.path.read_bytes()], shop=shop)[0]
    given = cut_out_by_mask(rgb, photo.mask)
    return compare([given], snapshot=shop.index.current(), calibration=shop.recognition.calibration)


def cut_out_by_mask(rgb: RgbImage, mask: Path) -> CutOut:
    """What a perfect cut-out would be, by a reference mask."""
    with Image.open(mask) as opened:
        fitted = opened.convert("L").resize((rgb.shape[1], rgb.shape[0]))
    inside = np.asarray(fitted) > _INSIDE
    rim = np.concatenate([inside[0], inside[-1], inside[:, 0], inside[:, -1]])
    return CutOut(
        rgb=rgb,
        mask=inside.astype(np.float32),
        quality=1.0,
        touches_frame=bool(rim.any()),
    )


def _answered(
    photo: LabelledPhoto, identified: Identified | None, *, shop: Shop, elapsed_ms: float
) -> Answered:
    names: tuple[str, ...] = ()
    if identified is not None:
        ids = [match.part_id for match in identified.matches[:CANDIDATES]]
        with shop.database.reading() as session:
            named = names_of(session, ids)
        names = tuple(named[part_id] for part_id in ids)
    return Answered(
        photo=photo.name,
        truth=photo.truth,
        acceptable=photo.acceptable,
        difficulty=photo.difficulty,
        names=names,
        outcome=identified.decision.outcome if identified else Outcome.UNKNOWN,
        elapsed_ms=elapsed_ms,
    )
