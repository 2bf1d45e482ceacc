"""Two towers, one space: photos of prints and drawings of parts become comparable numbers.

Knows tensors only. A photo is (B, 4, S, S): RGB and mask; a view is (B, 5, S, S): normal x, y, z,
depth and mask; S = 96, all canonical crops (vision/canonical.py) with the same roll. Out come a
vector (B, 128) of length one for the whole, and a map (B, 32 * 12 * 12) of length one that says
what is where: its product with another's is the agreement summed over places.
The towers share all but their first layers: both see surfaces, only painted differently.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - as everybody writes it

from training.segmenter_network import Residual, conv

PHOTO_CHANNELS, VIEW_CHANNELS = 4, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Widths:
    """Channels at 1/2, 1/4, 1/8 and 1/16 of the side, of the map and of the vector."""

    half: int = 16
    quarter: int = 32
    eighth: int = 64
    sixteenth: int = 128
    place: int = 32
    whole: int = 128


@dataclass(frozen=True, slots=True)
class Embedded:
    """Vectors (B, whole) and maps (B, place * S / 8 * S / 8), each of length one."""

    whole: Tensor
    places: Tensor


class Stem(nn.Module):
    """What differs between the towers: from pictures to features at a quarter of the side."""

    def __init__(self, channels: int, widths: Widths) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            conv(channels, widths.half, stride=2),
            conv(widths.half, widths.quarter, stride=2),
            Residual(widths.quarter),
        )

    def forward(self, pictures: Tensor) -> Tensor:
        out: Tensor = self.layers(pictures)
        return out


class Embedder(nn.Module):
    """Both towers; photos and views go through the shared part as one batch."""

    def __init__(self, widths: Widths | None = None) -> None:
        super().__init__()
        w = widths or Widths()
        self.photo_stem, self.view_stem = Stem(PHOTO_CHANNELS, w), Stem(VIEW_CHANNELS, w)
        self.eighth = nn.Sequential(
            conv(w.quarter, w.eighth, stride=2), Residual(w.eighth), Residual(w.eighth)
        )
        self.place = nn.Conv2d(w.eighth, w.place, 1)
        self.sixteenth = nn.Sequential(
            conv(w.eighth, w.sixteenth, stride=2), Residual(w.sixteenth), Residual(w.sixteenth)
        )
        self.whole = nn.Linear(2 * w.sixteenth, w.whole)
        self.log_sharpness = nn.Parameter(torch.tensor([2.5, 2.5]))

    def forward(self, photos: Tensor, views: Tensor) -> tuple[Embedded, Embedded]:
        """Embed both; statistics of the shared layers are those of both together."""
        stems = torch.cat([self.photo_stem(photos), self.view_stem(views)])
        masks = torch.cat([photos[:, -1:], views[:, -1:]])
        both = self.shared(stems, masks)
        count = len(photos)
        return (
            Embedded(both.whole[:count], both.places[:count]),
            Embedded(both.whole[count:], both.places[count:]),
        )

    def shared(self, features: Tensor, masks: Tensor) -> Embedded:
        """From a quarter of the side to vector and map."""
        middle = self.eighth(features)
        places = self.place(middle).float() * F.avg_pool2d(masks, 8)
        coarse = self.sixteenth(middle)
        pooled = torch.cat([coarse.mean((2, 3)), coarse.amax((2, 3))], 1)
        return Embedded(
            F.normalize(self.whole(pooled).float(), dim=1),
            F.normalize(places.flatten(1), dim=1),
        )


class PhotoTower(nn.Module):
    """What is shipped for photos."""

    def __init__(self, embedder: Embedder) -> None:
        super().__init__()
        self.embedder = embedder

    def forward(self, photos: Tensor) -> tuple[Tensor, Tensor]:
        both = self.embedder.shared(self.embedder.photo_stem(photos), photos[:, -1:])
        return both.whole, both.places


class ViewTower(nn.Module):
    """What is shipped for views."""

    def __init__(self, embedder: Embedder) -> None:
        super().__init__()
        self.embedder = embedder

    def forward(self, views: Tensor) -> tuple[Tensor, Tensor]:
        both = self.embedder.shared(self.embedder.view_stem(views), views[:, -1:])
        return both.whole, both.places
