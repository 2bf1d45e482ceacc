"""Batches for the segmenter: rendered shards and real cut-outs, bent and tinted anew each time.

Knows arrays and tensors only. Photos come out as rembg's sessions make them: divided by their own
maximum, ImageNet mean and deviation taken out; masks as (B, 1, S, S) in 0..1. Half of the pictures
are zoomed in on the print, because the product looks a second time at a crop around its first mask.
"""

import math
import queue
import threading
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - as everybody writes it

T = TypeVar("T")

MEAN = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
DEVIATION = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)


@dataclass(frozen=True, slots=True)
class Batch:
    """Normalised photos (B, 3, S, S) and masks (B, 1, S, S)."""

    photos: Tensor
    masks: Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class Bending:
    """How far pictures are changed.

    Attributes:
        real_share: of a batch that is real cut-outs, where there are any.
        zoomed_share: of pictures that are cropped around their print.
        turn_deg: deviation of small turns.
        free_turn_share: of pictures turned by any angle.
    """

    real_share: float = 0.3
    zoomed_share: float = 0.45
    turn_deg: float = 8.0
    free_turn_share: float = 0.25


def normalise(photos: Tensor) -> Tensor:
    """(B, 3, S, S) in 0..1 as rembg's BaseSession.normalize hands it to a network."""
    largest = photos.amax((1, 2, 3), keepdim=True).clamp(min=1e-6)
    return (photos / largest - MEAN) / DEVIATION


class PhotoPool:
    """All shards rendered so far (mapped, not read) and the real cut-outs."""

    def __init__(self, shard_folder: Path | None, reals: Sequence[NDArray[np.uint8]]) -> None:
        self.shard_folder = shard_folder
        self.reals = reals
        self.shards: list[NDArray[np.uint8]] = []
        self.known: set[Path] = set()
        self.look_again()

    def look_again(self) -> None:
        """Take in shards that were finished meanwhile."""
        if self.shard_folder is None:
            return
        for path in sorted(self.shard_folder.glob("shard_*.npy")):
            if path not in self.known:
                self.known.add(path)
                self.shards.append(np.load(path, mmap_mode="r"))

    def draw(self, rng: np.random.Generator, real_share: float) -> NDArray[np.uint8]:
        """One (H, W, 4) picture."""
        if self.reals and (not self.shards or rng.random() < real_share):
            return self.reals[rng.integers(len(self.reals))]
        shard = self.shards[rng.integers(len(self.shards))]
        return np.asarray(shard[rng.integers(len(shard))])


def frame_of(
    rng: np.random.Generator, mask: NDArray[np.uint8], bending: Bending
) -> NDArray[np.float64]:
    """(2, 3) map from the square -1..1 to the source's -1..1: which part of it is looked at."""
    middle, half = np.zeros(2), np.ones(2)
    rows, columns = np.nonzero(mask > 127)
    if len(rows) > 20 and rng.random() < bending.zoomed_share:
        size = np.array([mask.shape[1], mask.shape[0]])
        low = np.array([columns.min(), rows.min()]) / size * 2 - 1
        high = np.array([columns.max() + 1, rows.max() + 1]) / size * 2 - 1
        middle = (low + high) / 2
        half = (high - low) / 2 * rng.uniform(1.02, 1.7)
        half = np.maximum(half, 0.12)
        if rng.random() < 0.5:  # a square in pixels rather than the box's own shape
            half = np.full(2, (half * size).max()) / size
        middle = middle + rng.normal(0, 0.08, 2) * half
        half = np.minimum(half, 1.0)
    else:
        half = rng.uniform(0.65, 1.0) * np.exp(rng.normal(0, 0.08, 2))
        half = np.minimum(half, 1.15)
        middle = rng.uniform(-1, 1, 2) * np.maximum(0, 1 - half)
    angle = math.radians(rng.normal(0, bending.turn_deg))
    if rng.random() < bending.free_turn_share:
        angle = rng.uniform(-math.pi, math.pi)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    if rng.random() < 0.5:
        turn[:, 0] *= -1
    return np.column_stack([half[:, None] * turn, middle])


def cut(picture: NDArray[np.uint8], frame: NDArray[np.float64], side_px: int) -> Tensor:
    """The framed part as (4, S, S) in 0..1, mirrored beyond the source's edges."""
    source = torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None].float() / 255
    shrink = frame_scale(frame) * max(picture.shape[:2]) / side_px
    if shrink > 1.3:  # average before sampling, or thin things flicker
        source = F.interpolate(source, scale_factor=1 / shrink, mode="area")
    theta = torch.from_numpy(frame[None]).float()
    grid = F.affine_grid(theta, [1, 4, side_px, side_px], align_corners=False)
    return F.grid_sample(source, grid, padding_mode="reflection", align_corners=False)[0]


def frame_scale(frame: NDArray[np.float64]) -> float:
    """How much of the source's side the frame takes, the smaller of both sides."""
    return float(np.linalg.svd(frame[:, :2], compute_uv=False).min())


def tint(rng: torch.Generator, photos: Tensor) -> Tensor:
    """Brightness, contrast, gamma, saturation, white balance, noise; now and then no colour."""
    count = photos.shape[0]

    def pick(low: float, high: float, channels: int = 1) -> Tensor:
        return low + (high - low) * torch.rand(count, channels, 1, 1, generator=rng)

    def now_and_then(share: float) -> Tensor:
        return (torch.rand(count, 1, 1, 1, generator=rng) < share).float()

    photos = photos.clamp(1e-4, 1) ** torch.exp(pick(-0.4, 0.4))
    photos = photos * pick(0.85, 1.15, 3)
    mean = photos.mean((1, 2, 3), keepdim=True)
    photos = (photos - mean) * pick(0.7, 1.3) + mean * pick(0.6, 1.3)
    grey = photos.mean(1, keepdim=True)
    photos = grey + (photos - grey) * (pick(0.5, 1.5) * (1 - now_and_then(0.05)))
    swapped = now_and_then(0.12)
    photos = photos * (1 - swapped) + photos.roll(1, 1) * swapped
    return (photos + torch.randn(photos.shape, generator=rng) * pick(0, 0.03)).clamp(0, 1)


def batches(
    pool: PhotoPool, *, seed: int, bending: Bending, shape: "BatchShape"
) -> Iterator[Batch]:
    """Endless random batches; `shape` may change between two of them."""
    rng, torch_rng = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    made = 0
    while True:
        size, side_px = shape.pictures, shape.side_px
        pictures = [pool.draw(rng, bending.real_share) for _ in range(size)]
        stack = torch.stack([cut(p, frame_of(rng, p[..., 3], bending), side_px) for p in pictures])
        photos = normalise(tint(torch_rng, stack[:, :3]))
        yield Batch(photos, stack[:, 3:].clamp(0, 1))
        made += 1
        if made % 100 == 0:
            pool.look_again()


@dataclass(slots=True)
class BatchShape:
    """How many pictures a batch has and how large they are; training changes it on the way."""

    pictures: int
    side_px: int


def ahead(source: Iterator[T], *, waiting: int = 3) -> Generator[T, None, None]:
    """The same batches, made by a second thread while the first one learns.

    Close it before the process ends: a thread inside a compiled loop would take the process down.
    """
    shelf: queue.Queue[T] = queue.Queue(maxsize=waiting)
    over = threading.Event()

    def fill() -> None:
        for batch in source:
            while not over.is_set():
                try:
                    shelf.put(batch, timeout=0.2)
                    break
                except queue.Full:
                    continue
            if over.is_set():
                return

    thread = threading.Thread(target=fill, daemon=True)
    thread.start()
    try:
        while True:
            yield shelf.get()
    finally:
        over.set()
        thread.join()
