"""Pairs for the embedder: a photo's crop and a drawing of the same part, turned alike.

Knows posed shards and the product's rasteriser; no network. Half of the drawings are as the
catalogue keeps them (from the nearest of many directions, four radii away, centred on their own
silhouette, the part's z upwards), half as a candidate laid on the photo (nearly the right pose, in
the photo's own frame). Masks are the product's own cut-outs where own_masks.py made them, else
spoilt by a formula or exact. Beside the true drawings every batch has some of parts that never
were: mirrored and stretched ones in the same pose.
"""

import math
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
from vision.canonical import GREY, Frame, frame_of
from vision.embedder_input import EMBEDDED_PX, photo_input, view_input
from vision.embedder_views import kept_views
from vision.rasteriser import Perspective, render_views
from vision.shapes import Mesh
from vision.silhouettes import unit_sized
from vision.viewpoints import roll

Floats = NDArray[np.float32]

#: Parts of like proportions are the nearest among so many times as many.
ALIKE_AMONG = 6

#: Below this a direction's part across the line of sight says nothing of the roll.
ON_AXIS = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Jitter:
    """How far a drawing is from the photo's own pose.

    Attributes:
        catalogue_deg: largest turn away from it for a catalogue's view.
        catalogue_roll_deg: largest roll.
        laid_deg: deviation of the turn of a candidate that was laid on the photo.
        laid_shift: deviation of its place, as a share of the picture's side.
        laid_share: of drawings that are such candidates.
        stranger_share: drawings of mirrored and stretched parts, as a share of a batch.
        alike_share: of batches whose parts have like proportions.
        own_share: of photos with masks of our own that are seen by one of these.
    """

    catalogue_deg: float = 11.0
    catalogue_roll_deg: float = 11.0
    laid_deg: float = 4.0
    laid_shift: float = 0.012
    laid_share: float = 0.5
    stranger_share: float = 0.4
    alike_share: float = 0.6
    own_share: float = 0.6


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One photo's pose after its crop was rolled: how a camera would have to stand for it.

    Attributes:
        rotation: (3, 3), mesh to camera.
        translation: (3,) in radii of the mesh.
        focal_px: of the photo.
        frame: the crop's square, in px from the photo's axis, after the roll.
        laid_in: the square that a candidate is drawn into; where the mask is wrong, a fit to it
            draws the print larger, smaller or beside itself.
        angle_deg: of the roll.
    """

    rotation: NDArray[np.float64]
    translation: NDArray[np.float64]
    focal_px: float
    frame: Frame
    laid_in: Frame
    angle_deg: float


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


def part_of(posed: Posed, number: int) -> tuple[Mesh, NDArray[np.float64]]:
    """The part with radius one around its middle, and where that middle is before the camera."""
    vertices, faces = posed.meshes[posed.part[number]]
    middle = (vertices.min(0) + vertices.max(0)).astype(float) / 2
    radius = float(np.linalg.norm(vertices - middle, axis=1).max())
    at = posed.rotation[number].astype(float) @ middle + posed.translation_mm[number]
    return unit_sized(Mesh(vertices_mm=vertices.astype(float), faces=faces)), at / radius


def upright_deg(rotation: NDArray[np.float64]) -> float:
    """The roll after which the part's z points upwards; 0 where it points at the camera."""
    right, down = rotation[:2, 2]
    return math.degrees(math.atan2(-right, -down)) if math.hypot(right, down) > ON_AXIS else 0.0


def rolled_frame(mask: Floats, turn: NDArray[np.float64]) -> Frame:
    """The mask's canonical square, in px from the photo's middle, after the roll."""
    frame, half = frame_of(mask), mask.shape[0] / 2
    middle = turn[:2, :2] @ np.array([frame.x_px - half, frame.y_px - half])
    return Frame(x_px=float(middle[0]), y_px=float(middle[1]), half_px=frame.half_px)


def between(one: Frame, other: Frame, *, share: float) -> Frame:
    """So far on the way from one square to the other."""
    return Frame(
        x_px=one.x_px + share * (other.x_px - one.x_px),
        y_px=one.y_px + share * (other.y_px - one.y_px),
        half_px=one.half_px + share * (other.half_px - one.half_px),
    )


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


def laid_view(rng: np.random.Generator, mesh: Mesh, sight: Sight, jitter: Jitter) -> Floats:
    """The part drawn into the photo's own frame, nearly in its pose."""
    zoom = EMBEDDED_PX / (2 * sight.laid_in.half_px)
    slip = rng.normal(0, jitter.laid_shift * EMBEDDED_PX, 2)
    lens = Perspective(
        focal_px=sight.focal_px * zoom * float(np.exp(rng.normal(0, 0.02))),
        translations_mm=sight.translation[None],
        principal_px=(
            EMBEDDED_PX / 2 - sight.laid_in.x_px * zoom + slip[0],
            EMBEDDED_PX / 2 - sight.laid_in.y_px * zoom + slip[1],
        ),
    )
    turned = small_turn(rng, float(abs(rng.normal(0, jitter.laid_deg)))) @ sight.rotation
    drawn = render_views(mesh, turned[None], size_px=EMBEDDED_PX, camera=lens)
    unit = float(sight.translation[2] * sight.laid_in.half_px / sight.focal_px)
    return view_input(drawn.depth_mm[0], drawn.normals[0], unit=unit)


def kept_view(rng: np.random.Generator, mesh: Mesh, sight: Sight, jitter: Jitter) -> Floats:
    """The part drawn as the catalogue keeps it, from about the side the photo shows."""
    towards = sight.translation / np.linalg.norm(sight.translation)
    seen = facing(towards) @ sight.rotation
    near = small_turn(rng, jitter.catalogue_deg * math.sqrt(rng.random())) @ seen
    near = roll(upright_deg(near)) @ near  # the catalogue's views are exactly upright
    return kept_views(mesh, near[None])[0]


def facing(towards: NDArray[np.float64]) -> NDArray[np.float64]:
    """The smallest rotation that brings a direction onto the camera's axis."""
    x, y, z = towards
    cross = np.array([[0, 0, -x], [0, 0, -y], [x, y, 0]])
    return np.eye(3) + cross + cross @ cross / (1 + z)


def small_turn(rng: np.random.Generator, angle_deg: float) -> NDArray[np.float64]:
    """A turn by this angle about any axis across the line of sight."""
    way = rng.uniform(0, 2 * math.pi)
    a, b, angle = math.cos(way), math.sin(way), math.radians(angle_deg)
    cross = np.array([[0, 0, b], [0, 0, -a], [-b, a, 0]])
    return np.eye(3) + math.sin(angle) * cross + (1 - math.cos(angle)) * cross @ cross


def estranged(rng: np.random.Generator, mesh: Mesh) -> Mesh:
    """The part's mirror twin, or one stretched along one of its axes."""
    factor = np.ones(3)
    axis = rng.integers(3)
    if rng.random() < 0.5:
        factor[axis] = -1
    else:
        factor[axis] = rng.choice([0.6, 0.75, 1.35, 1.7])
    faces = mesh.faces[:, ::-1] if factor.prod() < 0 else mesh.faces
    return unit_sized(Mesh(vertices_mm=mesh.vertices_mm * factor, faces=faces.copy()))


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
