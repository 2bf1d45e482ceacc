"""Pairs for the embedder: a photo's crop and a drawing of the same part, turned alike.

Knows posed shards and the product's rasteriser; no network. Half of the drawings are as the
catalogue keeps them (from the nearest of many directions, four radii away, centred on their own
silhouette, the part's z upwards), half as a candidate laid on the photo (nearly the right pose, in
the photo's own frame). Masks are the product's own cut-outs where own_masks.py made them, else
spoilt by a formula or exact. Beside the true drawings every batch has some of parts that never
were: mirrored and stretched ones in the same pose.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage
from torch import Tensor

from training.own_masks import OwnMasks, one_of
from training.own_masks import read as read_own
from training.photo_batches import tint
from training.posed_photos import Posed, read
from training.sights import (
    Floats,
    Jitter,
    Sight,
    between,
    estranged,
    kept_view,
    laid_view,
    part_of,
    rolled_frame,
    upright_deg,
)
from vision.canonical import GREY
from vision.embedder_input import EMBEDDED_PX, photo_input
from vision.viewpoints import roll

#: Parts of like proportions are the nearest among so many times as many.
ALIKE_AMONG = 6


@dataclass(frozen=True, slots=True)
class PairBatch:
    """Photos (B, 4, S, S); views (B + X, 5, S, S), the first B in the photos' order."""

    photos: Tensor
    views: Tensor


class PairPool:
    """All posed shards in a folder; photos by part."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.shards: list[Posed] = []
        self.own: dict[Path, OwnMasks | None] = {}
        self.photos_of: dict[str, list[tuple[int, int]]] = {}
        self.proportions: dict[str, Floats] = {}
        self.look_again()

    def look_again(self) -> None:
        """Take in shards and masks that were finished meanwhile."""
        for path in sorted(self.folder.glob("posed_????.npz")):
            if path in self.own:
                self.own[path] = self.own[path] or read_own(path)
                continue
            self.own[path] = read_own(path)
            posed = read(path)
            for n, part in enumerate(posed.part):
                name = posed.names[part]
                self.photos_of.setdefault(name, []).append((len(self.shards), n))
                self.proportions.setdefault(name, proportions_of(*posed.meshes[part]))
            self.shards.append(posed)

    def draw(self, rng: np.random.Generator, count: int, *, alike: bool) -> list[tuple[int, int]]:
        """Photos (shard, number) of as many different parts."""
        names = sorted(self.photos_of)
        wanted = min(len(names), ALIKE_AMONG * count if alike else count)
        chosen = [names[i] for i in rng.permutation(len(names))[:wanted]]
        if alike:
            first = self.proportions[chosen[0]]
            chosen.sort(key=lambda name: float(np.abs(self.proportions[name] - first).sum()))
            chosen = chosen[:count]
        return [self.photos_of[n][rng.integers(len(self.photos_of[n]))] for n in chosen]


def proportions_of(vertices: Floats, faces: NDArray[np.int32]) -> Floats:
    """(3,): logarithms of the box's two ratios and of the share of it that is filled."""
    sides = np.sort(np.ptp(vertices, axis=0)) + 1e-3
    a, b, c = (vertices[faces[:, i]].astype(float) for i in range(3))
    volume = abs(float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum()) / 6)
    fill = min(1.0, max(0.02, volume / float(sides.prod())))
    return np.log([sides[0] / sides[2], sides[1] / sides[2], fill]).astype(np.float32)


def one_pair(
    rng: np.random.Generator, posed: Posed, number: int, jitter: Jitter, *, stranger: bool,
    own: OwnMasks | None = None,
) -> tuple[Floats, Floats, Floats | None]:  # fmt: skip
    """A photo's crop (4, S, S), its part's drawing (5, S, S), perhaps a stranger's drawing."""
    picture = np.asarray(posed.pictures[number])
    found = own.of(number) if own is not None and rng.random() < jitter.own_share else []
    mask = one_of(rng, found) if found else spoilt(rng, picture[..., 3] > 127)
    mesh, translation = part_of(posed, number)
    laid = rng.random() < jitter.laid_share
    rotation = posed.rotation[number].astype(float)
    angle = 0.0 if laid else upright_deg(rotation) + rng.uniform(-1, 1) * jitter.catalogue_roll_deg
    turn = roll(angle)
    frame = rolled_frame(mask, turn)
    true = rolled_frame((picture[..., 3] > 127).astype(np.float32), turn) if found else frame
    sight = Sight(
        rotation=turn @ rotation, translation=turn @ translation, angle_deg=angle,
        focal_px=float(posed.focal_px[number]), frame=frame,
        laid_in=between(frame, true, share=float(rng.random())),
    )  # fmt: skip
    photo = crop_of(picture, mask, sight)
    view = (laid_view if laid else kept_view)(rng, mesh, sight, jitter)
    other = None
    if stranger:
        other = (laid_view if laid else kept_view)(rng, estranged(rng, mesh), sight, jitter)
    return photo, view, other


def crop_of(picture: NDArray[np.uint8], mask: Floats, sight: Sight) -> Floats:
    """The photo's crop in that frame and roll; brightness is set when all are one batch."""
    side = picture.shape[0]
    step = 2 * sight.frame.half_px / EMBEDDED_PX
    smaller = max(1, round(step))  # average first where the crop is coarser than the photo
    back = roll(-sight.angle_deg)[:2, :2]
    corner = np.array([sight.frame.x_px, sight.frame.y_px]) - sight.frame.half_px
    start = (back @ corner + side / 2) / smaller
    along = back * step / smaller
    way = (*along[0], start[0], *along[1], start[1])
    size = (EMBEDDED_PX, EMBEDDED_PX)
    rgb = (
        Image.fromarray(picture[..., :3])
        .reduce(smaller)
        .transform(
            size, Image.Transform.AFFINE, way, Image.Resampling.BILINEAR, fillcolor=(GREY,) * 3
        )
    )
    grey = (
        Image.fromarray(mask)
        .reduce(smaller)
        .transform(size, Image.Transform.AFFINE, way, Image.Resampling.BILINEAR)
    )
    return np.concatenate([
        np.moveaxis(np.asarray(rgb, np.float32) / 255, 2, 0), np.asarray(grey, np.float32)[None]
    ])  # fmt: skip


def spoilt(rng: np.random.Generator, mask: NDArray[np.bool_]) -> Floats:
    """The mask as a cut-out might give it: often right, else thick, thin, filled or bitten."""
    kind = rng.random()
    size = float(np.sqrt(mask.sum()))
    if kind < 0.45:
        worse = mask
    elif kind < 0.6:
        steps = int(rng.integers(1, max(2, int(0.04 * size) + 1)))
        grow = ndimage.binary_dilation if rng.random() < 0.5 else ndimage.binary_erosion
        worse = grow(mask, iterations=steps)
    elif kind < 0.72:
        worse = ndimage.binary_fill_holes(ndimage.binary_closing(mask, iterations=3) | mask)
    else:
        worse = bitten(rng, mask, size)
    worse = worse if worse.sum() > 0.3 * mask.sum() else mask
    return worse.astype(np.float32)


def bitten(rng: np.random.Generator, mask: NDArray[np.bool_], size: float) -> NDArray[np.bool_]:
    """With an ellipse somewhere at its edge taken away or added."""
    rows, columns = np.nonzero(mask)
    n = rng.integers(len(rows))
    y, x = np.ogrid[: mask.shape[0], : mask.shape[1]]
    a, b = rng.uniform(0.08, 0.4, 2) * size
    ellipse = ((y - rows[n]) / a) ** 2 + ((x - columns[n]) / b) ** 2 < 1
    return mask | ellipse if rng.random() < 0.5 else mask & ~ellipse


def batches(
    pool: PairPool, *, seed: int, count: int, jitter: Jitter | None = None
) -> Iterator[PairBatch]:
    """Endless random batches."""
    jitter = jitter or Jitter()
    rng, torch_rng = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    made = 0
    while True:
        chosen = pool.draw(rng, count, alike=bool(rng.random() < jitter.alike_share))
        own = list(pool.own.values())
        pairs = [
            one_pair(
                rng, pool.shards[s], n, jitter, own=own[s],
                stranger=rng.random() < jitter.stranger_share,
            )
            for s, n in chosen
        ]  # fmt: skip
        strangers = [other for _, _, other in pairs if other is not None]
        yield PairBatch(
            seen_by_phone(torch_rng, np.stack([photo for photo, _, _ in pairs])),
            torch.from_numpy(np.stack([*(view for _, view, _ in pairs), *strangers])),
        )
        made += 1
        if made % 100 == 0:
            pool.look_again()


def seen_by_phone(torch_rng: torch.Generator, crops: Floats) -> Tensor:
    """Colours and noise anew, then as the product hands photos to the network."""
    tinted = tint(torch_rng, torch.from_numpy(crops[:, :3])).numpy()
    return torch.from_numpy(np.stack([
        photo_input(np.moveaxis(rgb * 255, 0, 2), np.clip(mask, 0, 1))
        for rgb, mask in zip(tinted, crops[:, 3], strict=True)
    ]))  # fmt: skip
