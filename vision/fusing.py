"""Sum up what several photos of one print say of the same parts.

Knows scores only. Each photo is asked on its own which part it shows, and the answers are
multiplied, for which two things must be known of photos. Some say nothing of their print, because
something else was cut out: a photo may speak against a part only so far. And photos of one print
err together, in plastic and light and in what the catalogue lacks: N of them are worth the square
root of N.
Measured: docs/decisions/0015-one-more-photo.md
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

#: Share of photos that say nothing of their print.
LAPSE = 0.02


def together(scores: NDArray[np.float64], *, temperature: float) -> NDArray[np.float64]:
    """One score (P,) a part from scores (P, N) of N photos, in the same units.

    Of one photo the scores are what they were. How high parts score altogether is the mean over
    the photos: that is how likely it is that any of them is meant.

    Args:
        scores: of the same parts in each photo.
        temperature: difference of scores that makes a part e times likelier.
    """
    parts, photos = scores.shape
    if photos == 1 or not parts:
        alone: NDArray[np.float64] = scores.mean(axis=1)
        return alone
    levels = scores / temperature
    worth = levels / np.sqrt(photos)
    chances = worth - logsumexp(worth, axis=0)
    spoken = np.logaddexp(chances + np.log1p(-LAPSE), np.log(LAPSE / parts)).sum(axis=1)
    level = float(logsumexp(levels, axis=0).mean())
    summed: NDArray[np.float64] = temperature * (spoken - logsumexp(spoken) + level)
    return summed
