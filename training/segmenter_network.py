"""The network that lifts prints out of photos: a small U-Net with the whole picture in view.

Knows tensors only. In: (B, 3, S, S) float32, normalised as rembg does it, S a multiple of 32.
Out: (B, 1, S, S) logits and, while training, coarser ones from inside.
Same role and size class as U2-Net-p (Qin et al. 2020), whose nested U-blocks train slowly on a
CPU; this keeps its side outputs and takes a stride-2 stem, residual blocks and a bottleneck that
sees everything (dilations and the picture's mean), and draws edges from half-size features.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - as everybody writes it

#: Channels at 1/2, 1/4, 1/8, 1/16 and 1/32 of the side.
WIDTHS = (20, 40, 80, 128, 160)


def conv(
    inside: int, outside: int, *, size: int = 3, stride: int = 1, dilation: int = 1
) -> nn.Module:
    """Convolution, batch norm, ReLU, keeping the side (or halving it)."""
    return nn.Sequential(
        nn.Conv2d(
            inside, outside, size, stride, padding=dilation * (size // 2), dilation=dilation,
            bias=False,
        ),
        nn.BatchNorm2d(outside),
        nn.ReLU(inplace=True),
    )  # fmt: skip


class Residual(nn.Module):
    """Two convolutions added to what came in."""

    def __init__(self, width: int, *, dilation: int = 1) -> None:
        super().__init__()
        self.first = conv(width, width, dilation=dilation)
        self.second = nn.Sequential(
            nn.Conv2d(width, width, 3, padding=dilation, dilation=dilation, bias=False),
            nn.BatchNorm2d(width),
        )

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.second(self.first(x)))


class WholeView(nn.Module):
    """Adds to every place what the whole picture looks like: its mean, through two layers."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.summary = nn.Sequential(
            nn.Conv2d(width, width, 1), nn.ReLU(inplace=True), nn.Conv2d(width, width, 1)
        )

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.summary(x.mean((2, 3), keepdim=True)))


class Join(nn.Module):
    """A coarse map enlarged, put beside the finer one of the same level and mixed."""

    def __init__(self, coarse: int, fine: int, outside: int) -> None:
        super().__init__()
        self.shrink = conv(coarse, outside, size=1)
        self.mix = conv(outside + fine, outside)
        self.settle = conv(outside, outside)

    def forward(self, coarse: Tensor, fine: Tensor) -> Tensor:
        larger = F.interpolate(self.shrink(coarse), scale_factor=2.0, mode="nearest")
        return self.settle(self.mix(torch.cat([larger, fine], 1)))


class Segmenter(nn.Module):
    """Photo in, logits of "this pixel is the print" out."""

    def __init__(self, widths: tuple[int, int, int, int, int] = WIDTHS) -> None:
        super().__init__()
        w1, w2, w3, w4, w5 = widths
        self.stem = nn.Sequential(conv(3, w1, stride=2), conv(w1, w1))
        self.down2 = nn.Sequential(conv(w1, w2, stride=2), Residual(w2))
        self.down3 = nn.Sequential(conv(w2, w3, stride=2), Residual(w3), Residual(w3))
        self.down4 = nn.Sequential(conv(w3, w4, stride=2), Residual(w4), Residual(w4))
        self.down5 = nn.Sequential(
            conv(w4, w5, stride=2), Residual(w5), Residual(w5, dilation=2), WholeView(w5)
        )
        self.join4 = Join(w5, w4, 96)
        self.join3 = Join(96, w3, 64)
        self.join2 = Join(64, w2, 40)
        self.join1 = Join(40, w1, 24)
        self.head = nn.Conv2d(24, 4, 3, padding=1)
        self.side_heads = nn.ModuleList(nn.Conv2d(w, 1, 3, padding=1) for w in (96, 64, 40))

    def forward(self, photo: Tensor) -> Tensor:
        return self.levels(photo)[0]

    def levels(self, photo: Tensor) -> list[Tensor]:
        """Logits at full size, then at 1/16, 1/8 and 1/4 for the side losses."""
        x1 = self.stem(photo)  # (B, w1, S/2, S/2)
        x2 = self.down2(x1)
        x3 = self.down3(x2)
        x4 = self.down4(x3)
        x5 = self.down5(x4)  # (B, w5, S/32, S/32)
        y4 = self.join4(x5, x4)
        y3 = self.join3(y4, x3)
        y2 = self.join2(y3, x2)
        y1 = self.join1(y2, x1)  # (B, 24, S/2, S/2)
        full = F.pixel_shuffle(self.head(y1), 2)  # (B, 1, S, S)
        sides = [head(y) for head, y in zip(self.side_heads, (y4, y3, y2), strict=True)]
        return [full, *sides]


class Exported(nn.Module):
    """What is shipped: the same network with its answer as probabilities."""

    def __init__(self, segmenter: Segmenter) -> None:
        super().__init__()
        self.segmenter = segmenter

    def forward(self, photo: Tensor) -> Tensor:
        return torch.sigmoid(self.segmenter(photo))
