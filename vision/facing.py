"""Tell apart the poses of one outline: a box seen from above and its bottom seen from below.

Knows outlines and what is seen inside them. An outline alone cannot say which of a box's ends is
open; where a part's own box looks alike after a quarter or half turn, each such turn is tried and
the one that also explains the inside stays.
"""

from itertools import permutations, product

import numpy as np
from numpy.typing import NDArray

from vision.appearance import Look, agreement
from vision.pose import Fit, Outline, Solid, fitted

#: Sides of a box that differ by less, as a share of the longer, count as equal.
ALIKE = 0.12
STEPS = 6
#: A turned part that covers so much less of the print is not tried further, after its steps.
WORSE = 0.02
#: The same before its steps.
MUCH_WORSE = 0.2
#: What a turn must explain better, so that chance turns nothing.
LEAST_GAIN = 0.1
#: What the inside counts against the outline: as in vision/hash_aligned.py.
OVERLAP, CLOSENESS, SHADING, EDGES = 3.7, 7.2, 1.5, 1.6


def faced(solid: Solid, pose: NDArray[np.float32], *, outline: Outline, look: Look) -> Fit:
    """The best of a pose (13,) and the turns of the part's box that hide behind it."""
    first = fitted(solid, pose, outline=outline, steps=STEPS)
    best, best_score = first, _score(first, solid, look) + LEAST_GAIN
    for turn in _turns(solid):
        turned = first.pose.copy()
        turned[:9] = (turned[:9].reshape(3, 3) @ turn).ravel()
        if fitted(solid, turned, outline=outline, steps=0).share < first.share - MUCH_WORSE:
            continue
        fit = fitted(solid, turned, outline=outline, steps=STEPS)
        if fit.share < first.share - WORSE:
            continue
        score = _score(fit, solid, look)
        if score > best_score:
            best, best_score = fit, score
    return best


def _score(fit: Fit, solid: Solid, look: Look) -> float:
    inside = agreement(look, solid, fit)
    return float(
        -OVERLAP * np.log(1.02 - fit.share)
        - CLOSENESS * np.log(fit.apart_px + 0.1)
        + SHADING * inside.shading
        + EDGES * inside.edges
    )


def _turns(solid: Solid) -> list[NDArray[np.float32]]:
    """Rotations that bring the part's box nearly onto itself, without the one that does nothing."""
    sides = np.ptp(solid.vertices, axis=0)
    turns = []
    for order in permutations(range(3)):
        if np.abs(sides[list(order)] - sides).max() > ALIKE * sides.max():
            continue
        for signs in product((1, -1), repeat=3):
            turn = np.zeros((3, 3), np.float32)
            turn[range(3), order] = signs
            if np.linalg.det(turn) > 0 and not np.array_equal(turn, np.eye(3)):
                turns.append(turn)
    return turns
