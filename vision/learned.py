"""The describer `learned`: hash-aligned's looks, helped by networks that learned what plastic is.

Knows meshes and cut-outs only.
A signature holds what hash-aligned keeps and the vectors of 162 drawn views. The first look adds to
each view's overlap how near its vector is to the photo's in the same roll; after the last look each
finalist is drawn in the pose that was found, the drawing is embedded, and its map of places is
compared with the photo's. In a large catalogue the first look is taken at parts alone
that vision/nearest_views.py proposes. The networks never saw the catalogue: a new part costs 162
drawings and no training. Silhouettes and embedding err on different photos: docs/recognition.md.
At last the verifier compares photo and drawing place by place; it learned on masks that are wrong.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vision.appearance import agreement
from vision.bits import THREADS
from vision.calibration import calibration_of
from vision.canonical import GREY, REACH, Crop, canonical_crop, way_back
from vision.embedder import Embedding, Towers, towers
from vision.embedder_input import EMBEDDED_PX, photo_input
from vision.embedder_views import kept_views, laid_view
from vision.facing import faced
from vision.fusing import together
from vision.hash_aligned import (
    LEVEL,
    ROLLS,
    AlignedIndex,
    Breadth,
    Photo,
    Sighted,
    arrays_of,
    coarse_of,
    cues_of,
    ranked,
)
from vision.nearest_views import Border, NearestViews
from vision.networks import SHIPPED, Networks
from vision.pose import Solid
from vision.shapes import CutOut, Match, Mesh, Signature
from vision.signature import Arrays, pack, unpack
from vision.verifier import Verifier, verifier
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
#: What a part promises that no nearest view proposed: less than any that is compared.
NOT_PROPOSED = -1.0
#: Vectors propose better than silhouettes, so fewer parts are looked at closely. Of 67 right parts
#: that WIDE had among its first ten (38 real and 38 traced photos) one would be missed, none of
#: those that came first.
BREADTH = Breadth(shortlist=64, finalists=32, favoured=12)
#: Parts whose other sides of the same outline are tried, the likeliest first; and how far one may
#: lie behind the first, whom it would have to overtake by that turn.
FACED, FACED_WITHIN = 4, 4.0
#: Views of a part whose nearness to the photo, in whichever roll, is a cue on the average: a pose
#: that was laid on a wrong mask deceives every other cue. With 3, 5, 12 and 40 of them the right
#: part is among the first three for 67.3, 68.0, 70.2 and 68.6 % of real photos (weights from other
#: parts, first piece alone), with masks given for 82.1, 82.4, 82.7 and 83.4 %.
NEAREST_VIEWS = 12
#: Room around the crop that is rolled, so that its corners show what is there.
ROOM = 1.42
#: What the last look tells of a part, larger is likelier: the first five are hash-aligned's.
CUES = ("silhouette", "share", "closeness", "shading", "edges", "nearness", "map", "verifier")
#: Of these cues: a conditional logit on all real and traced photos (judged on parts left out). The
#: stored silhouette says nothing that the others do not.
WEIGHTS = np.array([0.0, 1.77, 1.05, 1.25, 1.36, 27.6, 3.02, 0.48])


@dataclass(frozen=True, slots=True)
class Method:
    """Under which name signatures are kept, and whose networks made them (vision/networks.py)."""

    slug: str = SLUG
    networks: Networks = SHIPPED

    @property
    def towers(self) -> Towers:
        """For photos and for drawings."""
        return towers(self.networks)

    @property
    def verifier(self) -> Verifier:
        """For a photo and a drawing laid on it."""
        return verifier(self.networks)


#: With the networks that travel in the package.
SHIPPED_METHOD = Method()


class Learned:
    """See the module; whose networks, and how far every view is compared, may be said."""

    def __init__(self, method: Method = SHIPPED_METHOD, *, border: Border | None = None) -> None:
        self.method, self._border = method, border or Border()

    @property
    def slug(self) -> str:
        return self.method.slug

    def describe_part(self, mesh: Mesh) -> Signature:
        """The part's silhouettes, triangles and vectors."""
        coarse = coarse_of(mesh)
        vectors = self.method.towers.view.embed(kept_views(coarse, viewpoints(LEVEL))).whole
        return pack(self.slug, {**arrays_of(coarse), "vectors": in_steps(vectors)})

    def open_index(self, signatures: Sequence[Signature]) -> "LearnedIndex":
        """Rows in the order given."""
        return LearnedIndex.empty(self.method, border=self._border).extended(signatures)


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedPhoto(Photo):
    """A photo whose first look knows vectors, too.

    Attributes:
        nearness: (P,) float32, mean cosine of each part's nearest views.
        crop: (4, S, S) float32, as it lies, and upright: its vector and map.
    """

    nearness: NDArray[np.float32]
    crop: NDArray[np.float32]
    upright: Embedding


@dataclass(frozen=True, slots=True, kw_only=True)
class Cued:
    """A part after the last look, with all its cues (photos, 8)."""

    part: Sighted
    cues: NDArray[np.float64]


class LearnedIndex:
    """An aligned index and the vectors (P, V, WIDTH) int8 of the same parts' views.

    Beyond the border `nearest` covers them all.
    """

    def __init__(
        self,
        aligned: AlignedIndex,
        vectors: NDArray[np.int8],
        *,
        border: Border,
        nearest: NearestViews | None = None,
        method: Method = SHIPPED_METHOD,
    ) -> None:
        self._aligned, self._vectors, self._border = aligned, vectors, border
        self._nearest, self._method = nearest, method

    @property
    def solids(self) -> Sequence[Solid]:
        """The parts' triangles, row by row."""
        return self._aligned.solids

    @classmethod
    def empty(cls, method: Method = SHIPPED_METHOD, *, border: Border) -> "LearnedIndex":
        """An index of no part."""
        none = np.zeros((0, len(viewpoints(LEVEL)), WIDTH), np.int8)
        return cls(AlignedIndex.empty(), none, border=border, method=method)

    def extended(self, signatures: Sequence[Signature]) -> "LearnedIndex":
        """Rows of this index first, then the new ones in the order given."""
        return self.joined([unpack(self._method.slug, signature) for signature in signatures])

    def joined(self, new: Sequence[Arrays]) -> "LearnedIndex":
        """The same, of arrays as a signature holds them."""
        vectors = np.concatenate([self._vectors, *(arrays["vectors"][None] for arrays in new)])
        return LearnedIndex(
            self._aligned.joined(new),
            vectors,
            border=self._border,
            nearest=self._covering(vectors),
            method=self._method,
        )

    def _covering(self, vectors: NDArray[np.int8]) -> NearestViews | None:
        """Beyond the border, an index over these."""
        if len(vectors) * len(viewpoints(LEVEL)) <= self._border.views:
            return None
        return self._nearest.grown(vectors) if self._nearest else NearestViews.over(vectors)

    def search(self, cut_outs: Sequence[CutOut], k: int) -> list[Match]:
        """The k likeliest parts by what all cut-outs together say of them."""
        if not len(self._vectors) or not cut_outs:
            return []
        photos = self.photos(cut_outs)
        seen, rest = self.looked(photos)
        every = np.stack([cued.cues @ WEIGHTS for cued in seen])
        temperature = calibration_of(self._method.slug).temperature
        found = together(every, temperature=temperature).tolist()
        scores = {cued.part.row: score for cued, score in zip(seen, found, strict=True)}
        parts = [cued.part for cued in seen]
        told = {cued.part.row: dict(zip(CUES, cued.cues.mean(0), strict=True)) for cued in seen}
        matches = ranked(parts, rest, scores=scores, frame=photos[0].frame)[:k]
        return [replace(match, cues=told.get(match.row, {})) for match in matches]

    def photos(self, cut_outs: Sequence[CutOut]) -> list[LearnedPhoto]:
        """The first look at each; beyond the border, at parts with a view near any of them."""
        tower = self._method.towers.photo
        vectors = [tower.embed(rolled_inputs(cut_out)).whole for cut_out in cut_outs]
        rows = self._proposed(np.concatenate(vectors))
        return [self._photo(*both, rows=rows) for both in zip(cut_outs, vectors, strict=True)]

    def photo(self, cut_out: CutOut) -> LearnedPhoto:
        """The first look at one."""
        return self.photos([cut_out])[0]

    def _proposed(self, photo: NDArray[np.float32]) -> NDArray[np.intp] | None:
        """Rows whose first look is worth its time; None: all."""
        if self._nearest is None:
            return None
        return self._nearest.proposed(in_steps(photo), parts=self._border.parts)

    def _photo(
        self, cut_out: CutOut, vectors: NDArray[np.float32], *, rows: NDArray[np.intp] | None
    ) -> LearnedPhoto:
        """By silhouettes and vectors."""
        photo = self._aligned.photo(cut_out, rows=rows)
        compared = np.arange(len(self._vectors)) if rows is None else rows
        near = nearness(self._vectors if rows is None else self._vectors[rows], vectors)
        promise = np.full_like(photo.share, NOT_PROPOSED)
        promise[compared] = promised(
            near, share=photo.share[compared], pattern=photo.pattern[compared]
        )
        nearest = np.full(len(self._vectors), NOT_PROPOSED, np.float32)
        nearest[compared] = of_nearest_views(near)
        crop = upright_input(cut_out)
        return LearnedPhoto(
            outline=photo.outline, look=photo.look, frame=photo.frame, share=photo.share,
            pattern=photo.pattern, promise=promise, nearness=nearest, crop=crop,
            upright=self._method.towers.photo.embed(crop[None]),
        )  # fmt: skip

    def looked(self, photos: Sequence[LearnedPhoto]) -> tuple[list[Cued], list[Sighted]]:
        """Parts of the last look with all cues, and those that were dropped before it."""
        seen, rest = self._aligned.looked(photos, breadth=BREADTH)
        cued = sorted(self._cued(photos, seen), key=_score, reverse=True)
        near = [each for each in cued[:FACED] if _score(each) > _score(cued[0]) - FACED_WITHIN]
        with ThreadPoolExecutor(THREADS) as pool:
            turned = list(pool.map(lambda each: self._faced(photos, each.part), near))
        again = self._cued(photos, turned)
        best = [max(pair, key=_score) for pair in zip(near, again, strict=True)]
        return best + cued[len(near) :], rest

    def _cued(self, photos: Sequence[LearnedPhoto], seen: Sequence[Sighted]) -> list[Cued]:
        """The networks' cues beside the others'."""
        cues = np.array([[cue.row for cue in part.cues] for part in seen])  # (parts, photos, 5)
        rows = [part.row for part in seen]
        near = np.stack([photo.nearness[rows] for photo in photos], axis=1)
        told = np.stack([self._told(photo, seen, n) for n, photo in enumerate(photos)], axis=1)
        every = np.concatenate([cues, near[..., None], told], axis=2)
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

    def _told(
        self, photo: LearnedPhoto, seen: Sequence[Sighted], number: int
    ) -> NDArray[np.float64]:
        """(parts, 2): how the photo's map agrees with each laid part's, -1..1; log-odds of both."""
        solids = self._aligned.solids
        laid = np.stack([laid_view(solids[part.row], part.fits[number]) for part in seen])
        agreed = self._method.towers.view.embed(laid).places @ photo.upright.places[0]
        odds = self._method.verifier.odds(photo.crop, laid)
        return np.stack([agreed.astype(np.float64), odds], axis=1)


def _score(cued: Cued) -> float:
    return float((cued.cues @ WEIGHTS).mean())


def promised(
    near: NDArray[np.float32], *, share: NDArray[np.float32], pattern: NDArray[np.int16]
) -> NDArray[np.float32]:
    """(P, V): the silhouettes' share and how near the vectors (P, V, EMBEDDED_ROLLS) are."""
    step = ROLLS // EMBEDDED_ROLLS
    roll = ((pattern + step // 2) // step) % EMBEDDED_ROLLS
    same = np.take_along_axis(near, roll[..., None].astype(np.int64), axis=2)[..., 0]
    best = near.max(axis=(1, 2))
    promise: NDArray[np.float32] = share + SAME_ROLL * same + ANY_ROLL * best[:, None]
    return promise.astype(np.float32)


def of_nearest_views(near: NDArray[np.float32]) -> NDArray[np.float32]:
    """(P,): mean of cosines (P, V, K) over the nearest views, each in its best roll."""
    by_view = near.max(axis=2)
    few = max(0, by_view.shape[1] - NEAREST_VIEWS)
    nearest: NDArray[np.float32] = np.partition(by_view, few, axis=1)[:, few:].mean(axis=1)
    return nearest


def in_steps(vectors: NDArray[np.float32]) -> NDArray[np.int8]:
    """Vectors as they are stored."""
    return np.rint(vectors * STEPS).astype(np.int8)


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
