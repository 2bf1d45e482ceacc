"""Silhouettes as bits, and how much two of them overlap.

Knows masks only: no pose, no part.
A silhouette of S by S pixels (S * S a multiple of 64) is S * S / 64 words of uint64, row by row,
so that an intersection is a few `and` and population counts.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from vision.compiled import compiled

#: Searches share the machine with other workers; more threads than this win little.
THREADS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlaps:
    """The best of many patterns for each of N silhouettes.

    Attributes:
        share: (N,) float32, intersection over union.
        pattern: (N,) int16, which pattern it was.
    """

    share: NDArray[np.float32]
    pattern: NDArray[np.int16]


def packed(masks: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Masks (N, S, S) as words (N, S * S / 64)."""
    flat = masks.reshape(len(masks), -1)
    if flat.shape[1] % 64:
        raise ValueError(f"{flat.shape[1]} pixels do not fill words of 64")
    return np.packbits(flat, axis=1, bitorder="little").view("<u8").astype(np.uint64, copy=False)


def unpacked(words: NDArray[np.uint64], *, size_px: int) -> NDArray[np.bool_]:
    """Words (N, S * S / 64) as masks (N, S, S)."""
    little = np.ascontiguousarray(words.astype("<u8", copy=False)).view(np.uint8)
    bits = np.unpackbits(little, axis=1, bitorder="little")
    return bits.reshape(-1, size_px, size_px).astype(bool)


def best_overlaps(words: NDArray[np.uint64], patterns: NDArray[np.uint64]) -> Overlaps:
    """For each silhouette (N, W) the pattern (K, W) it shares most with."""
    share = np.zeros(len(words), np.float32)
    which = np.zeros(len(words), np.int16)
    areas = np.bitwise_count(patterns).sum(1, dtype=np.int64).astype(np.int32)
    cuts = np.linspace(0, len(words), THREADS + 1).astype(int)

    def work(start: int, stop: int) -> None:
        overlap_each(words[start:stop], patterns, areas, share[start:stop], which[start:stop])

    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(work, a, b) for a, b in pairwise(cuts)]:
            done.result()
    return Overlaps(share=share, pattern=which)


@compiled
def ones(word: np.uint64) -> np.uint64:
    """How many bits are set (Hacker's Delight, 5-1; LLVM knows it as one instruction)."""
    word -= (word >> np.uint64(1)) & np.uint64(0x5555555555555555)
    word = (word & np.uint64(0x3333333333333333)) + (
        (word >> np.uint64(2)) & np.uint64(0x3333333333333333)
    )
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return (word * np.uint64(0x0101010101010101)) >> np.uint64(56)


@compiled
def overlap_each(
    words: NDArray[np.uint64],
    patterns: NDArray[np.uint64],
    areas: NDArray[np.int32],
    share: NDArray[np.float32],
    which: NDArray[np.int16],
) -> None:
    """Fill share and which for each row of words."""
    for n in range(words.shape[0]):
        area = np.uint64(0)
        for w in range(words.shape[1]):
            area += ones(words[n, w])
        best, best_k = np.float32(0), 0
        for k in range(patterns.shape[0]):
            common = np.uint64(0)
            for w in range(words.shape[1]):
                common += ones(words[n, w] & patterns[k, w])
            union = np.float32(area + np.uint64(areas[k]) - common)
            here = np.float32(common) / union if union > 0 else np.float32(0)
            if here > best:
                best, best_k = here, k
        share[n] = best
        which[n] = best_k
