"""The describer `learned`: hash-aligned's looks, helped by networks that learned what plastic is.

Knows meshes and cut-outs only.
A signature holds what hash-aligned keeps and the vectors of 162 drawn views. The first look adds to
each view's overlap how near its vector is to the photo's in the same roll; after the last look each
finalist is drawn in the pose that was found, the drawing is embedded, and its vector and its map of
places are compared with the photo's. The networks never saw the catalogue: a new part costs 162
drawings and no training. Silhouettes and embedding err on different photos: docs/recognition.md.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vision.appearance import agreement
from vision.bits import THREADS
from vision.canonical import GREY, REACH, Crop, canonical_crop, way_back
from vision.embedder import Embedding, photo_tower, view_tower
from vision.embedder_input import EMBEDDED_PX, photo_input
from vision.embedder_views import kept_views, laid_view
from vision.facing import faced
from vision.hash_aligned import (
    LEVEL,
    ROLLS,
    AlignedIndex,
    Photo,
    Sighted,
    arrays_of,
    coarse_of,
    cues_of,
    ranked,
)
from vision.shapes import CutOut, Match, Mesh, Signature
from vision.signature import pack, unpack
from vision.viewpoints import viewpoints

SLUG = "learned"
#: Length of a vector.
WIDTH = 128
#: Vectors are stored in this many steps for each unit.
STEPS = 127
#: Rolls in which a photo is embedded; a divisor of hash-aligned's.
EMBEDDED_ROLLS = 16
#: How much the nearness of vectors counts at the first look beside the silhouettes' overlap: in the
#: roll that the silhouette likes best, and in whichever roll they are nearest.
SAME_ROLL, ANY_ROLL = 0.6, 0.3
#: Views that are compared at once: widened to float32 they take 8 MB.
BLOCK = 16384
#: Parts whose other sides of the same outline are tried, the likeliest first.
FACED = 4
#: Room around the crop that is rolled, so that its corners show what is there.
ROOM = 1.42
#: Of silhouette, share, closeness, shading, edges, vector and map: a conditional logit on all real
#: and traced photos with our own cut-outs, by `benchmarks/ablation.py` (judged on parts left out).
WEIGHTS = np.array([8.9, 2.1, 0.3, 1.7, 2.5, 6.2, 11.7])


class Learned:
    """See the module."""

    slug = SLUG

    def describe_part(self, mesh: Mesh) -> Signature:
        """The part's silhouettes, triangles and vectors."""
        coarse = coarse_of(mesh)
        vectors = view_tower().embed(kept_views(coarse, viewpoints(LEVEL))).whole
        stored = np.rint(vectors * STEPS).astype(np.int8)
        return pack(SLUG, {**arrays_of(coarse), "vectors": stored})

    def open_index(self, signatures: Sequence[Signature]) -> "LearnedIndex":
        """Rows in the order given."""
        none = np.zeros((0, len(viewpoints(LEVEL)), WIDTH), np.int8)
        return LearnedIndex(AlignedIndex.empty(), none).extended(signatures)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cued:
    """A part after the last look, with all its cues (photos, 7)."""

    part: Sighted
    cues: NDArray[np.float64]


class LearnedIndex:
    """An aligned index and the vectors (P, V, WIDTH) int8 of the same parts' views."""

    def __init__(self, aligned: AlignedIndex, vectors: NDArray[np.int8]) -> None:
        self._aligned, self._vectors = aligned, vectors

    def extended(self, signatures: Sequence[Signature]) -> "LearnedIndex":
        """Rows of this index first, then the new ones in the order given."""
        new = [unpack(SLUG, signature) for signature in signatures]
        vectors = np.concatenate([self._vectors, *(arrays["vectors"][None] for arrays in new)])
        return LearnedIndex(self._aligned.joined(new), vectors)

    def search(self, cut_outs: Sequence[CutOut], k: int) -> list[Match]:
        """The k likeliest parts by the mean of their scores over all cut-outs."""
        if not len(self._vectors) or not cut_outs:
            return []
        photos = [self.photo(cut_out) for cut_out in cut_outs]
        seen, rest = self.looked(cut_outs, photos)
        scores = {cued.part.row: _score(cued) for cued in seen}
        parts = [cued.part for cued in seen]
        return ranked(parts, rest, scores=scores, frame=photos[0].frame)[:k]

    def photo(self, cut_out: CutOut) -> Photo:
        """The first look, by silhouettes and vectors."""
        photo = self._aligned.photo(cut_out)
        vectors = photo_tower().embed(rolled_inputs(cut_out)).whole
        near = nearness(self._vectors, vectors)  # (P, V, EMBEDDED_ROLLS)
        step = ROLLS // EMBEDDED_ROLLS
        roll = ((photo.pattern + step // 2) // step) % EMBEDDED_ROLLS
        same = np.take_along_axis(near, roll[..., None].astype(np.int64), axis=2)[..., 0]
        best = near.max(axis=(1, 2))
        promise = photo.share + SAME_ROLL * same + ANY_ROLL * best[:, None]
        return replace(photo, promise=promise.astype(np.float32))

    def looked(
        self, cut_outs: Sequence[CutOut], photos: Sequence[Photo]
    ) -> tuple[list[Cued], list[Sighted]]:
        """Parts of the last look with all cues, and those that were dropped before it."""
        seen, rest = self._aligned.looked(photos)
        cued = sorted(self._cued(cut_outs, seen), key=_score, reverse=True)
        with ThreadPoolExecutor(THREADS) as pool:
            turned = list(pool.map(lambda each: self._faced(photos, each.part), cued[:FACED]))
        again = self._cued(cut_outs, turned)
        best = [max(pair, key=_score) for pair in zip(cued[:FACED], again, strict=True)]
        return best + cued[FACED:], rest

    def _cued(self, cut_outs: Sequence[CutOut], seen: Sequence[Sighted]) -> list[Cued]:
        """The networks' cues beside the others'."""
        cues = np.array([[cue.row for cue in part.cues] for part in seen])  # (parts, photos, 5)
        learned = np.stack(
            [self._agreement(cut_out, seen, n) for n, cut_out in enumerate(cut_outs)], axis=1
        )
        every = np.concatenate([cues, learned], axis=2)
        return [Cued(part=part, cues=row) for part, row in zip(seen, every, strict=True)]

    def _faced(self, photos: Sequence[Photo], part: Sighted) -> Sighted:
        """The same part the other way round, where its outline cannot tell and its inside can."""
        solid = self._aligned.solids[part.row]
        fits = [
            faced(solid, fit.pose, outline=photo.outline, look=photo.look)
            for photo, fit in zip(photos, part.fits, strict=True)
        ]
        cues = [
            cues_of(photo, part.row, fit, agreement(photo.look, solid, fit))
            for photo, fit in zip(photos, fits, strict=True)
        ]
        return Sighted(row=part.row, cues=cues, fits=fits)

    def _agreement(
        self, cut_out: CutOut, seen: Sequence[Sighted], number: int
    ) -> NDArray[np.float64]:
        """(parts, 2): products of the photo's vector and map with those of each laid part."""
        photo = photo_tower().embed(upright_input(cut_out)[None])
        solids = self._aligned.solids
        laid = np.stack([laid_view(solids[part.row], part.fits[number]) for part in seen])
        views = view_tower().embed(laid)
        return products(photo, views)


def _score(cued: Cued) -> float:
    return float((cued.cues @ WEIGHTS).mean())


def products(photo: Embedding, views: Embedding) -> NDArray[np.float64]:
    """(N, 2): of vectors and of maps, each -1..1."""
    return np.column_stack([
        views.whole @ photo.whole[0], views.places @ photo.places[0]
    ]).astype(np.float64)  # fmt: skip


def upright_input(cut_out: CutOut) -> NDArray[np.float32]:
    """(4, S, S): the photo's canonical crop, as it lies."""
    crop = canonical_crop(cut_out, size_px=EMBEDDED_PX)
    return photo_input(crop.rgb, crop.mask)


def rolled_inputs(cut_out: CutOut) -> NDArray[np.float32]:
    """(EMBEDDED_ROLLS, 4, S, S): the photo turned back by each roll, as `roll_patterns` does."""
    wide = canonical_crop(cut_out, size_px=round(EMBEDDED_PX * ROOM), reach=REACH * ROOM)
    return np.stack([_turned_back(wide, 360 * k / EMBEDDED_ROLLS) for k in range(EMBEDDED_ROLLS)])


def _turned_back(wide: Crop, angle_deg: float) -> NDArray[np.float32]:
    way = way_back(angle_deg, from_px=len(wide.mask), to_px=EMBEDDED_PX)
    size = (EMBEDDED_PX, EMBEDDED_PX)
    how = Image.Transform.AFFINE, way, Image.Resampling.BILINEAR
    rgb = Image.fromarray(wide.rgb).transform(size, *how, fillcolor=(GREY,) * 3)
    mask = Image.fromarray(wide.mask).transform(size, *how)
    return photo_input(np.asarray(rgb), np.asarray(mask))


def nearness(vectors: NDArray[np.int8], photo: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cosines (P, V, K) of stored vectors (P, V, D) with a photo's in K rolls (K, D)."""
    parts, views, width = vectors.shape
    flat = vectors.reshape(-1, width)
    near = np.empty((len(flat), len(photo)), np.float32)
    for start in range(0, len(flat), BLOCK):
        wide = flat[start : start + BLOCK].astype(np.float32)
        np.matmul(wide, photo.T / STEPS, out=near[start : start + BLOCK])
    return near.reshape(parts, views, len(photo))
