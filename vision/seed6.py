"""The describer `seed6`: the original matcher to the letter, kept as every benchmark's baseline.

Knows meshes and cut-outs only.
Six views along the part's axes, each cropped to its outline; the photo cropped the same way; an
average hash and a perceptual hash (imagehash, 64 bits each) of both; the part with the smallest
sum of the two Hamming distances over its best view wins. What a hash sees is a grey part on
black, the photo's pixels on black.
"""

from collections.abc import Sequence

import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vision.errors import NothingFound, Reason
from vision.rasteriser import render_views
from vision.shapes import CutOut, Match, Mesh, RgbImage, Signature
from vision.signature import pack, unpack
from vision.viewpoints import axis_views

SLUG = "seed6"
SIZE_PX = 256
#: Sum of both distances when every bit differs.
MOST_BITS = 128
#: Ambient share of a view's light; the rest falls from the viewer.
AMBIENT = 0.3


class Seed6:
    """See the module."""

    slug = SLUG

    def describe_part(self, mesh: Mesh) -> Signature:
        """Twelve hashes: six views, two each."""
        views = render_views(mesh, axis_views(), size_px=SIZE_PX)
        light = AMBIENT - (1 - AMBIENT) * views.normals[..., 2]
        shaded = (255 * light.clip(0, 1) * views.mask).astype(np.uint8)
        rgb = np.repeat(shaded[..., None], 3, axis=-1)
        hashes = [_hashes(picture, mask) for picture, mask in zip(rgb, views.mask, strict=True)]
        return pack(SLUG, {"hashes": np.array(hashes, np.uint64)})

    def open_index(self, signatures: Sequence[Signature]) -> "HashIndex":
        """Rows in the order given."""
        return HashIndex(np.zeros((0, 6, 2), np.uint64)).extended(signatures)


class HashIndex:
    """Hashes (P, 6, 2) of P parts: average, perceptual."""

    def __init__(self, hashes: NDArray[np.uint64]) -> None:
        self._hashes = hashes

    def extended(self, signatures: Sequence[Signature]) -> "HashIndex":
        """Rows of this index first, then the new ones in the order given."""
        new = [unpack(SLUG, signature)["hashes"][None] for signature in signatures]
        return HashIndex(np.concatenate([self._hashes, *new]))

    def search(self, cut_outs: Sequence[CutOut], k: int) -> list[Match]:
        """The k parts whose best view differs in the fewest bits, over all cut-outs."""
        if len(self._hashes) == 0 or not cut_outs:
            return []
        photos = [_hashes(cut_out.rgb, cut_out.mask >= 0.5) for cut_out in cut_outs]  # noqa: PLR2004
        bits = np.stack([np.bitwise_count(self._hashes ^ photo).sum(2) for photo in photos])
        distance = bits.min(2).mean(0)
        views = axis_views()[bits[0].argmin(1)]
        order = np.argsort(distance, kind="stable")[:k]
        return [
            Match(row=int(row), score=float(1 - distance[row] / MOST_BITS), rotation=views[row])
            for row in order
        ]


def _hashes(rgb: RgbImage, mask: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Average and perceptual hash of what the mask leaves, cropped to its box."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if len(rows) == 0:
        raise NothingFound(Reason.NO_OBJECT)
    box = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    picture = Image.fromarray(rgb[box] * mask[box][..., None].astype(np.uint8))
    both = (imagehash.average_hash(picture), imagehash.phash(picture))
    return np.array([np.packbits(h.hash.reshape(-1)).view(np.uint64)[0] for h in both], np.uint64)
