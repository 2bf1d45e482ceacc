"""Every plausible piece of every labelled photo, searched, with all cues of the parts looked at.

    .venv/bin/python benchmarks/proposals.py ../shared/data --kept FOLDER [--share 0/2]

fills FOLDER for the benchmarks that read it, so that several processes can, each its share.
Knows the product's doors and the data folder's CSV files; other benchmarks make figures of it.
Cues are columns by name: what the describer tells is what is kept. Kept photo by photo in a folder
of the caller's (about a CPU second each): throw it away when the describer's code or the cut-out's
weights have changed, not when weights of cues or calibrations have.
Which piece is meant, and what of the others stays a candidate, the product's own code settles. A
print that is in no catalogue is one whose right parts were taken out after the last look.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from asking import Room
from fitting import Answer
from numpy.typing import NDArray
from PIL import Image

from vision import CutOut, NothingFound
from vision.cut_out import cut_outs
from vision.decide import PIECE, QUALITY, Calibration
from vision.learned import CUES, SLUG, WEIGHTS, LearnedIndex
from vision.segmenter import Segmenter
from whoseprint.evaluation import LabelledPhoto
from workers.catalogue_index import PartMatch
from workers.pieces import TORN_SHARE, Piece, log_chance, settle

#: Matches that a decision is made from.
MATCHES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """One piece of a photo and the parts of its last look.

    Attributes:
        rows: (N,) of the parts; cues: (N, C), larger is likelier.
    """

    probability: float
    quality: float
    touches_frame: bool
    rows: NDArray[np.int64]
    cues: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """One labelled photo; no pieces where no print was found.

    Attributes:
        where: "real" or "traced".
        right: rows of all acceptable parts.
        names: of the columns of its cues.
    """

    where: str
    name: str
    part: str
    difficulty: str
    right: frozenset[int]
    names: tuple[str, ...]
    pieces: tuple[Searched, ...]


class Taken:
    """A catalogue that knows one photo only; `without` are rows that are in no catalogue."""

    def __init__(
        self, photo: Photo, weights: NDArray[np.float64], *, without: frozenset[int] = frozenset()
    ) -> None:
        self._photo, self._weights = photo, weights
        self._without = np.array(sorted(without), np.int64)

    def search(self, some: Sequence[CutOut], k: int) -> list[PartMatch]:
        """The k likeliest; a stub of a cut-out carries its piece's number as its colour."""
        piece = self._photo.pieces[int(some[0].rgb[0, 0, 0])]
        kept = np.flatnonzero(~np.isin(piece.rows, self._without))
        scores = piece.cues[kept] @ self._weights[: piece.cues.shape[1]]
        return [
            PartMatch(
                part_id=int(piece.rows[kept[n]]),
                score=float(scores[n]),
                rotation=np.eye(3),
                cues=dict(zip(self._photo.names, piece.cues[kept[n]].tolist(), strict=True)),
            )
            for n in np.argsort(-scores, kind="stable")[:k]
        ]


def answer(
    photo: Photo,
    *,
    calibration: Calibration,
    weights: NDArray[np.float64] | None = None,
    without: frozenset[int] = frozenset(),
) -> Answer:
    """What the product would decide upon; some parts may be missing from its catalogue."""
    pieces = [
        Piece(number=n, probability=each.probability, cut_outs=(stub(each, n),))
        for n, each in enumerate(photo.pieces)
    ]
    taken = Taken(photo, WEIGHTS if weights is None else weights, without=without)
    settled = settle(pieces, snapshot=taken, calibration=calibration, k=MATCHES)
    rows = tuple(match.part_id for match in settled.matches)
    right = next((n for n, row in enumerate(rows) if row in photo.right), None)
    return Answer(
        part=photo.part,
        scores=tuple(match.weighed for match in settled.matches),
        right=right,
        beside={
            **settled.matches[0].cues,
            QUALITY: settled.piece.cut_outs[0].quality,
            PIECE: log_chance(settled.piece),
        },
        rows=rows,
        where=photo.where,
        difficulty=photo.difficulty,
        photo=photo.name,
    )


def answers(
    photos: Sequence[Photo],
    *,
    calibration: Calibration,
    weights: NDArray[np.float64] | None = None,
) -> list[Answer]:
    """Of all photos in which a print was found."""
    return [
        answer(photo, calibration=calibration, weights=weights) for photo in photos if photo.pieces
    ]


def strangers(
    photos: Sequence[Photo],
    *,
    calibration: Calibration,
    weights: NDArray[np.float64] | None = None,
) -> list[Answer]:
    """Of the same photos with all their right parts in no catalogue."""
    return [
        answer(photo, calibration=calibration, weights=weights, without=photo.right)
        for photo in photos
        if photo.pieces
    ]


def stub(piece: Searched, number: int) -> CutOut:
    """As much of a cut-out as settling and deciding look at; its colour is its number."""
    return CutOut(
        rgb=np.full((1, 1, 3), number, np.uint8),
        mask=np.ones((1, 1), np.float32),
        quality=piece.quality,
        touches_frame=piece.touches_frame,
    )


def proposals(
    room: Room, *, count: int | None = None, share: tuple[int, int] = (0, 1)
) -> list[Photo]:
    """All photos of both lists, or a seeded sample of so many; searched once, then kept.

    A share (k, n) is every n-th of them from the k-th on.
    """
    found = []
    some = room.photos("cut-out")[:count][share[0] :: share[1]]
    for number, (where, photo) in enumerate(some, start=1):
        path = room.kept / "proposals" / where / f"{Path(photo.name).stem}.npz"
        if not path.exists():
            write(path, searched(room, photo))
            print(f"{number} searched", end="\r", flush=True)
        found.append(read(path, where, photo, names=room.names))
    return found


def searched(room: Room, photo: LabelledPhoto) -> list[Searched]:
    """Cut out and search each piece that the product may search for."""
    with Image.open(photo.path) as opened:
        rgb = np.asarray(opened.convert("RGB"))
    segmenter = room.segmenter()
    assert isinstance(segmenter, Segmenter)  # noqa: S101  the room's cache forgets its type
    try:
        pieces = cut_outs(rgb, segmenter=segmenter)
    except NothingFound:
        return []
    index = room.open(tuple(range(len(room.names))))
    assert isinstance(index, LearnedIndex)  # noqa: S101  the cues are its own
    found = []
    for piece in pieces:
        if piece.probability < TORN_SHARE * pieces[0].probability:
            continue
        seen, _ = index.looked(index.photos([piece.cut_out]))
        found.append(
            Searched(
                probability=float(piece.probability),
                quality=float(piece.cut_out.quality),
                touches_frame=piece.cut_out.touches_frame,
                rows=np.array([each.part.row for each in seen]),
                cues=np.array([each.cues[0] for each in seen]),
            )
        )
    return found


def write(path: Path, pieces: Sequence[Searched]) -> None:
    """One file a photo, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    named: dict[str, NDArray[np.generic]] = {
        "names": np.array(CUES[: pieces[0].cues.shape[1]] if pieces else CUES),
        "probability": np.array([each.probability for each in pieces]),
        "quality": np.array([each.quality for each in pieces]),
        "touches_frame": np.array([each.touches_frame for each in pieces]),
    }
    for number, each in enumerate(pieces):
        named |= {f"rows{number}": each.rows, f"cues{number}": each.cues}
    partly = path.with_suffix(".part.npz")
    np.savez_compressed(partly, **named)
    partly.rename(path)


def read(path: Path, where: str, photo: LabelledPhoto, *, names: Sequence[str]) -> Photo:
    """Back again, beside the label."""
    right = photo.acceptable | {photo.truth}
    with np.load(path) as kept:
        return Photo(
            where=where,
            name=photo.name,
            part=photo.truth,
            difficulty=photo.difficulty,
            right=frozenset(row for row, name in enumerate(names) if name in right),
            names=tuple(str(name) for name in kept["names"]),
            pieces=tuple(
                Searched(
                    probability=float(kept["probability"][n]),
                    quality=float(kept["quality"][n]),
                    touches_frame=bool(kept["touches_frame"][n]),
                    rows=kept[f"rows{n}"],
                    cues=kept[f"cues{n}"],
                )
                for n in range(len(kept["probability"]))
            ),
        )


def asked(doc: str) -> tuple[argparse.Namespace, list[Photo]]:
    """What whoever fits or judges a calibration is asked, and the photos they look at."""
    words = argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    words.add_argument("data", type=Path)
    words.add_argument("--kept", type=Path, required=True)
    words.add_argument("--evidence", nargs="*", default=[])
    words.add_argument("--strangers", type=float, default=0.0)
    words.add_argument("--photos", type=int, help="a seeded sample of so many")
    words.add_argument("--out", type=Path)
    options = words.parse_args()
    return options, proposals(Room(options.data, options.kept, slug=SLUG), count=options.photos)


def main() -> None:
    """Fill the folder."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    words.add_argument("data", type=Path)
    words.add_argument("--kept", type=Path, required=True)
    words.add_argument("--share", default="0/1", help="k/n: every n-th photo from the k-th on")
    said = words.parse_args()
    first, of = (int(number) for number in said.share.split("/"))
    photos = proposals(Room(said.data, said.kept, slug=SLUG), share=(first, of))
    print(f"{len(photos)} photos, {sum(len(photo.pieces) for photo in photos)} pieces")


if __name__ == "__main__":
    main()
