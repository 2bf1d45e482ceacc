"""What fine-tuning to a shop's own parts gains, on held-out synthetic photos and on labelled ones.

    .venv/bin/python -m benchmarks.fine_tuning PARTS --work DIR --training-python PYTHON \
        --size brief --parts 30 --unseen --labelled DATA/photos.csv --out FILE.json

Walks the same stages with the same commands as the product does (workers/tuning_folder.py) on a
folder of STLs, then lets the product's own verdict judge. With --unseen the parts are those that
the shipped networks never learned from, which is how a shop's are. --labelled asks about photos of
these parts, too, among the parts that were asked about. DIR keeps what was made; it goes on there.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from catalog.pictures import PictureLimits, read_picture
from training.posed_photos import named_stls
from vision.cut_out import cut_outs
from vision.describers import describer
from vision.errors import NothingFound
from vision.segmenter import Segmenter
from vision.shapes import Index, Signature
from whoseprint.evaluation import LabelledPhoto, read_photo_list
from workers.tuning_folder import COMMANDS, By, TuningFolder
from workers.tuning_verdict import AskedTwice, Said, gain_of, judged, read_answers

ROOT = Path(__file__).resolve().parent.parent
#: Under which name the shipped networks answer, and new ones until their slug is known.
SHIPPED, NEW = "learned", "learned-00000000"
CANDIDATES = 10


def shop_of(parts: Path, *, few: int, unseen: bool, photos: Sequence[LabelledPhoto]) -> list[str]:
    """Names of so many parts, drawn by lot, those with labelled photos first."""
    named = [name for name, _ in named_stls(parts, unseen=True)]
    if not unseen:
        named += [name for name, _ in named_stls(parts, unseen=False)]
    shown = {photo.truth for photo in photos}
    order = np.random.default_rng(0).permutation(len(named))
    return sorted((named[n] for n in order), key=lambda name: name not in shown)[:few]


def lay_out(folder: TuningFolder, parts: Path, names: Sequence[str], *, size: str) -> None:
    """Parts under their numbers, as a shop's have."""
    for number, name in enumerate(names, start=1):
        folder.lay_part(number, (parts / f"{name}.stl").read_bytes())
    folder.write_plan(size=size, slug=SHIPPED, networks=None)


def walk(folder: TuningFolder, training_python: Path) -> dict[str, float]:
    """All stages to their ends; CPU seconds of each, those of earlier runs included."""
    kept = folder.path / "spent.json"
    spent: dict[str, float] = json.loads(kept.read_text()) if kept.exists() else {}
    while (command := folder.next_command()) is not None:
        python = Path(sys.executable) if command.by is By.PRODUCT else training_python
        before = os.times()
        subprocess.run(  # noqa: S603  # our own modules
            [str(python), "-m", command.module, "--folder", str(folder.path.resolve())],
            cwd=ROOT,
            check=True,
        )
        after = os.times()
        user, system = (
            after.children_user - before.children_user,
            after.children_system - before.children_system,
        )
        spent[command.stage.value] = round(user + system, 1)
        kept.write_text(json.dumps(spent))
        folder.mark_done(command.stage)
    return spent


def ask_labelled(
    folder: TuningFolder, names: Sequence[str], photos: Sequence[LabelledPhoto]
) -> Iterator[AskedTwice]:
    """The labelled photos of these parts, each asked about twice."""
    home = folder.path / "judging"
    rows = sorted(path.stem for path in (home / "now").glob("*.signature"))
    both = {
        "now": _opened(SHIPPED, None, home / "now", rows),
        "new": _opened(NEW, folder.path / "networks", home / "new", rows),
    }
    numbers = {name: str(number) for number, name in enumerate(names, start=1)}
    segmenter = Segmenter()
    for photo in photos:
        right = {numbers[name] for name in {photo.truth, *photo.acceptable} if name in numbers}
        if not right & set(rows):
            continue
        picture = read_picture(photo.path.read_bytes(), limits=PictureLimits())
        try:
            cut = cut_outs(picture, segmenter=segmenter)[0].cut_out
        except NothingFound:
            continue
        said = {which: _said(index, cut, rows, right) for which, index in both.items()}
        yield AskedTwice(part=photo.truth, new_part=False, now=said["now"], new=said["new"])


def _opened(slug: str, networks: Path | None, home: Path, rows: Sequence[str]) -> Index:
    signatures = [Signature((home / f"{row}.signature").read_bytes()) for row in rows]
    return describer(slug, networks).open_index(signatures)


def _said(index: Index, cut: Any, rows: Sequence[str], right: set[str]) -> Said:  # noqa: ANN401  # a cut-out
    found = [rows[match.row] for match in index.search([cut], CANDIDATES)]
    places = [place for place, row in enumerate(found, start=1) if row in right]
    return Said(place=places[0] if places else None, outcome="not decided")


def main() -> None:
    """Tune, judge, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", type=Path, help="folder of STLs")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--training-python", type=Path, required=True)
    parser.add_argument("--size", default="shop")
    parser.add_argument("--parts", type=int, default=100, dest="few")
    parser.add_argument("--unseen", action="store_true")
    parser.add_argument("--labelled", type=Path, nargs="*", default=[])
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    photos = [photo for path in args.labelled for photo in read_photo_list(path)]
    names = shop_of(args.parts, few=args.few, unseen=args.unseen, photos=photos)
    folder = TuningFolder(args.work)
    if not folder.is_laid_out:
        args.work.mkdir(parents=True, exist_ok=True)
        lay_out(folder, args.parts, names, size=args.size)
    spent = walk(folder, args.training_python.absolute())
    verdict = judged(read_answers(folder.answers))
    figures: dict[str, Any] = {
        "when": time.strftime("%Y-%m-%d"),
        "size": args.size,
        "parts": len(names),
        "unseen_by_shipped": args.unseen,
        "stages": [command.stage.value for command in COMMANDS],
        "cpu_s": spent,
        "held_out_synthetic": verdict.figures(),
    }
    if photos:
        figures["labelled"] = asdict(gain_of(list(ask_labelled(folder, names, photos))))
    args.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
