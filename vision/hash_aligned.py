"""The describer `hash-aligned`: the best that silhouettes and rendering can do, nothing learned.

Knows meshes and cut-outs only.
A signature holds the part's canonical silhouettes from 162 viewpoints and a coarse mesh.
A search looks three times, each time closer and at fewer parts: the photo's silhouette in 48 rolls
against all stored ones; the likeliest parts, turned until their outlines lie on the photo's; the
likeliest of those, turned further, with the inside compared too. Each look ranks what it has seen
before what it has not.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from vision.appearance import NOTHING_SEEN, Agreement, Look, agreement, look_of
from vision.bits import THREADS, Overlaps, best_overlaps
from vision.canonical import Frame, canonical_crop
from vision.laying import closed
from vision.pose import SIZE_PX, Fit, Outline, Solid, fitted, in_photo, outline_of, start
from vision.shapes import CutOut, Match, Mesh, Rotation, Signature
from vision.signature import Arrays, pack, unpack
from vision.silhouettes import roll_patterns, silhouettes, unit_sized
from vision.simplify import simplified
from vision.viewpoints import roll, viewpoints

T = TypeVar("T")

SLUG = "hash-aligned"
LEVEL = 2
ROLLS = 48
#: A finer outline is not seen at 96 px.
TRIANGLES = 3000
#: Vertices are stored as shares of the bounding radius in this many steps.
STEPS_PER_RADIUS = 32767
#: Parts whose silhouettes are laid side by side at once, where not all are compared: 21 MB.
GATHERED = 256
#: Parts that are turned, from how many views each, for how many steps.
SHORTLIST, VIEWS, FIRST_STEPS = 120, 2, 3
#: Parts whose inside is compared, and the steps they are turned before.
FINALISTS, LAST_STEPS = 40, 8
#: Of these finalists so many come by the first look alone, wherever the turning left them: where a
#: mask is wrong the outline says little.
FAVOURED = 12
#: Score that separates what a look has seen from what it has not.
GAP = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Breadth:
    """How many parts the closer looks take: turned, then compared inside, some of them favoured."""

    shortlist: int = SHORTLIST
    finalists: int = FINALISTS
    favoured: int = FAVOURED


#: Where silhouettes alone propose.
WIDE = Breadth()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    """What a photo says of one part; larger is likelier in each.

    Attributes:
        silhouette: intersection over union with the best stored view, 0..1.
        share: the same after turning, as -log(1.02 - share).
        closeness: of the outlines after turning, as -log(px + 0.1).
        shading: see vision/appearance.py.
        edges: see vision/appearance.py.
    """

    silhouette: float
    share: float
    closeness: float
    shading: float
    edges: float

    @property
    def row(self) -> NDArray[np.float64]:
        """The cues in the order of their weights."""
        return np.array([self.silhouette, self.share, self.closeness, self.shading, self.edges])


#: Fitted as a conditional logit on every second traced photo by `benchmarks/ablation.py`.
WEIGHTS = np.array([6.9, 3.7, 7.2, 1.5, 1.6])


class HashAligned:
    """See the module."""

    slug = SLUG

    def describe_part(self, mesh: Mesh) -> Signature:
        """The part's silhouettes and triangles."""
        return pack(SLUG, arrays_of(coarse_of(mesh)))

    def open_index(self, signatures: Sequence[Signature]) -> "AlignedIndex":
        """Rows in the order given."""
        return AlignedIndex.empty().extended(signatures)


def coarse_of(mesh: Mesh) -> Mesh:
    """The mesh as it is compared: of radius one and few triangles."""
    return unit_sized(simplified(mesh, triangles=TRIANGLES))


def arrays_of(coarse: Mesh) -> dict[str, NDArray[Any]]:
    """What is kept of a coarse mesh."""
    return {
        "silhouettes": silhouettes(coarse, viewpoints(LEVEL)),
        "vertices": np.rint(coarse.vertices_mm * STEPS_PER_RADIUS).astype(np.int16),
        "faces": coarse.faces.astype(np.uint16),  # a coarse mesh has at most 18,000 corners
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """One cut-out made ready, and what a first look says of every view.

    Attributes:
        outline, look: of its canonical crop.
        frame: that crop's square in the photo.
        share: (P, V) float32, intersection over union with the stored silhouettes.
        pattern: (P, V) int16, in which of the rolls.
        promise: (P, V) float32, how worthwhile a closer look at each is; the share, unless
            somebody knows better.
    """

    outline: Outline
    look: Look
    frame: Frame
    share: NDArray[np.float32]
    pattern: NDArray[np.int16]
    promise: NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighted:
    """One part after the last look: its cues and fits, one per cut-out."""

    row: int
    cues: list[Cues]
    fits: list[Fit]


class AlignedIndex:
    """Silhouettes (P, V, 64) of P parts from V rotations (V, 3, 3), and P solids."""

    def __init__(
        self, views: NDArray[np.float64], words: NDArray[np.uint64], solids: list[Solid]
    ) -> None:
        self._views, self._words, self._solids = views, words, solids

    @classmethod
    def empty(cls) -> "AlignedIndex":
        """An index of no part."""
        views = viewpoints(LEVEL)
        return cls(views, np.zeros((0, len(views), 64), np.uint64), [])

    @property
    def solids(self) -> Sequence[Solid]:
        """The parts' triangles, row by row."""
        return self._solids

    def extended(self, signatures: Sequence[Signature]) -> "AlignedIndex":
        """Rows of this index first, then the new ones in the order given."""
        return self.joined([unpack(SLUG, signature) for signature in signatures])

    def joined(self, new: Sequence[Arrays]) -> "AlignedIndex":
        """The same, of arrays as `arrays_of` makes them."""
        words = np.concatenate([self._words, *(arrays["silhouettes"][None] for arrays in new)])
        return AlignedIndex(self._views, words, [*self._solids, *(solid_from(a) for a in new)])

    def search(self, cut_outs: Sequence[CutOut], k: int) -> list[Match]:
        """The k likeliest parts by the mean of their scores over all cut-outs."""
        if not self._solids or not cut_outs:
            return []
        photos = [self.photo(cut_out) for cut_out in cut_outs]
        seen, rest = self.looked(photos)
        scores = {part.row: float(np.mean([WEIGHTS @ c.row for c in part.cues])) for part in seen}
        return ranked(seen, rest, scores=scores, frame=photos[0].frame)[:k]

    def looked(
        self, photos: Sequence[Photo], *, breadth: Breadth = WIDE
    ) -> tuple[list[Sighted], list[Sighted]]:
        """Parts of the last look, in no order, and those that were dropped before it, best first.

        Parts that never came to a second look are in neither.
        """
        with ThreadPoolExecutor(THREADS) as pool:
            first = np.mean([photo.promise.max(1) for photo in photos], axis=0)
            shortlist = np.argsort(-first, kind="stable")[: breadth.shortlist].tolist()
            turned = _each(pool, lambda row: self._turned(photos, row), shortlist)
            turned.sort(
                key=lambda part: -float(np.mean([c.closeness + c.share for c in part.cues]))
            )
            finalists, rest = _parted(turned, promise=first, breadth=breadth)
            last = _each(pool, lambda part: self._compared(photos, part), finalists)
        return last, rest

    def photo(self, cut_out: CutOut, *, rows: NDArray[np.intp] | None = None) -> Photo:
        """The first look: this cut-out's silhouette in all rolls against all that are stored.

        With rows, against those of these parts alone; with the others nothing is shared.
        """
        patterns = roll_patterns(cut_out.mask, ROLLS)
        best = self._overlaps(patterns) if rows is None else self._overlaps_of(rows, patterns)
        crop = canonical_crop(cut_out, size_px=SIZE_PX)
        share = best.share.reshape(self._words.shape[:2])
        return Photo(
            outline=outline_of(crop.mask),
            look=look_of(crop),
            frame=crop.frame,
            share=share,
            pattern=best.pattern.reshape(self._words.shape[:2]),
            promise=share,
        )

    def _overlaps(self, patterns: NDArray[np.uint64]) -> Overlaps:
        return best_overlaps(self._words.reshape(-1, self._words.shape[2]), patterns)

    def _overlaps_of(self, rows: NDArray[np.intp], patterns: NDArray[np.uint64]) -> Overlaps:
        parts, views, words = self._words.shape
        share, pattern = np.zeros((parts, views), np.float32), np.zeros((parts, views), np.int16)
        for first in range(0, len(rows), GATHERED):
            some = rows[first : first + GATHERED]
            best = best_overlaps(self._words[some].reshape(-1, words), patterns)
            share[some] = best.share.reshape(-1, views)
            pattern[some] = best.pattern.reshape(-1, views)
        return Overlaps(share=share, pattern=pattern)

    def _turned(self, photos: Sequence[Photo], row: int) -> Sighted:
        """The best of a few views of one part after a few steps, for each photo."""
        solid = self._solids[row]
        cues, fits = [], []
        for photo in photos:
            tries = [
                fitted(solid, start(solid, view), outline=photo.outline, steps=FIRST_STEPS)
                for view in self._likeliest_views(photo, row)
            ]
            fits.append(max(tries, key=lambda fit: fit.share))
            cues.append(cues_of(photo, row, fits[-1], NOTHING_SEEN))
        return Sighted(row=row, cues=cues, fits=fits)

    def _compared(self, photos: Sequence[Photo], part: Sighted) -> Sighted:
        """The same part after more steps, the inside compared as well."""
        solid = self._solids[part.row]
        cues, fits = [], []
        for photo, before in zip(photos, part.fits, strict=True):
            fits.append(fitted(solid, before.pose, outline=photo.outline, steps=LAST_STEPS))
            inside = agreement(photo.look, solid, fits[-1])
            cues.append(cues_of(photo, part.row, fits[-1], inside))
        return Sighted(row=part.row, cues=cues, fits=fits)

    def _likeliest_views(self, photo: Photo, row: int) -> list[Rotation]:
        views = np.argsort(-photo.promise[row], kind="stable")[:VIEWS]
        return [self._rotation(int(view), int(photo.pattern[row, view])) for view in views]

    def _rotation(self, view: int, pattern: int) -> Rotation:
        rotation: Rotation = roll(360 * pattern / ROLLS) @ self._views[view]
        return rotation


def _parted(
    turned: Sequence[Sighted], *, promise: NDArray[np.float32], breadth: Breadth
) -> tuple[list[Sighted], list[Sighted]]:
    """Finalists by the second look and, some, by the first; and the rest. Best first, all."""
    chosen = {part.row for part in turned[: breadth.finalists - breadth.favoured]}
    others = [part for part in turned if part.row not in chosen]
    others.sort(key=lambda part: -float(promise[part.row]))
    chosen |= {part.row for part in others[: breadth.favoured]}
    return (
        [part for part in turned if part.row in chosen],
        [part for part in turned if part.row not in chosen],
    )


def ranked(
    seen: Sequence[Sighted], rest: Sequence[Sighted], *, scores: Mapping[int, float], frame: Frame
) -> list[Match]:
    """Parts of the last look by their scores, then those that did not come to it."""
    best_first = sorted(seen, key=lambda part: -scores[part.row])
    below = scores[best_first[-1].row]
    behind = [(part, below - GAP * (n + 1)) for n, part in enumerate(rest)]
    return [
        Match(
            row=part.row,
            score=score,
            rotation=_rotation(part.fits[0]),
            pose=in_photo(part.fits[0].pose, frame),
            further=tuple(_rotation(fit) for fit in part.fits[1:]),
        )
        for part, score in [*((part, scores[part.row]) for part in best_first), *behind]
    ]


def cues_of(photo: Photo, row: int, fit: Fit, inside: Agreement) -> Cues:
    """What a photo says of a part in a pose."""
    return Cues(
        silhouette=float(photo.share[row].max()),
        share=-float(np.log(1.02 - fit.share)),
        closeness=-float(np.log(fit.apart_px + 0.1)),
        shading=inside.shading,
        edges=inside.edges,
    )


def solid_from(arrays: Arrays) -> Solid:
    """The coarse mesh that `arrays_of` keeps, for drawing."""
    vertices = arrays["vertices"].astype(np.float32) / np.float32(STEPS_PER_RADIUS)
    faces = arrays["faces"].astype(np.int32)
    return Solid(vertices=vertices, faces=faces, is_closed=closed(vertices, faces))


def _rotation(fit: Fit) -> Rotation:
    return fit.pose[:9].reshape(3, 3).astype(np.float64)


def _each(pool: ThreadPoolExecutor, work: Callable[[Any], T], items: Sequence[Any]) -> list[T]:
    """The loops let go of the GIL, so threads help."""
    return list(pool.map(work, items))
