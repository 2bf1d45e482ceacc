"""The verifier: a photo's crop and a part drawn in its pose there; is that the part?

Knows tensors only. A photo is (B, 4, S, S), its candidates (B, K, 5, S, S), as the embedder sees
them (training/embedder_network.py); out comes one log-odds for each pair (B, K). Unlike the towers
it sees both at once, place by place, so that it can weigh a missing hole against a shadow; like
them it sees the photo beyond its mask, and learns to forgive a mask that the photo contradicts.
The stems are the towers' (they may begin as these were shipped); after them both are one picture.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from training.embedder_network import PHOTO_CHANNELS, VIEW_CHANNELS, Stem, Widths
from training.segmenter_network import Residual, conv


@dataclass(frozen=True, slots=True, kw_only=True)
class Depths:
    """Channels of the pair at 1/4, 1/8 and 1/16 of the side, and of what is told at last."""

    quarter: int = 48
    eighth: int = 80
    sixteenth: int = 128
    told: int = 64


class Verifier(nn.Module):
    """Log-odds that a drawing shows what its photo shows."""

    def __init__(self, depths: Depths | None = None, stems: Widths | None = None) -> None:
        super().__init__()
        d, s = depths or Depths(), stems or Widths()
        self.photo_stem, self.view_stem = Stem(PHOTO_CHANNELS, s), Stem(VIEW_CHANNELS, s)
        self.pair = nn.Sequential(
            conv(3 * s.quarter, d.quarter, size=1), Residual(d.quarter),
            conv(d.quarter, d.eighth, stride=2), Residual(d.eighth), Residual(d.eighth),
            conv(d.eighth, d.sixteenth, stride=2), Residual(d.sixteenth),
        )  # fmt: skip
        self.verdict = nn.Sequential(
            nn.Linear(2 * d.sixteenth, d.told), nn.ReLU(inplace=True), nn.Linear(d.told, 1)
        )

    def forward(self, photos: Tensor, views: Tensor) -> Tensor:
        """Log-odds (B, K)."""
        count, candidates = views.shape[:2]
        seen = self.photo_stem(flat(photos))
        drawn = self.view_stem(flat(views.flatten(0, 1)))
        seen = seen[:, None].expand(-1, candidates, -1, -1, -1).flatten(0, 1)
        both = self.pair(torch.cat([seen, drawn, seen * drawn], 1))
        pooled = torch.cat([both.mean((2, 3)), both.amax((2, 3))], 1)
        odds: Tensor = self.verdict(pooled)
        return odds.reshape(count, candidates)


def flat(pictures: Tensor) -> Tensor:
    """In the order of memory that convolutions on a CPU like."""
    return pictures.contiguous(memory_format=torch.channels_last)


class Judge(nn.Module):
    """What is shipped: one photo (1, 4, S, S), any number of drawings (K, 5, S, S), odds (K,)."""

    def __init__(self, verifier: Verifier) -> None:
        super().__init__()
        self.verifier = verifier

    def forward(self, photo: Tensor, views: Tensor) -> Tensor:
        odds: Tensor = self.verifier(photo, views[None])
        return odds[0]
