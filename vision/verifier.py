"""The network that compares a photo's crop with a part drawn in its pose there, place by place.

Knows arrays only: no part's name, no catalogue. It learned from what the search offers, right and
wrong, on masks as the cut-out really makes them (training/candidate_lists.py), so its odds hold
where a shadow was taken along or a dark side left out. One ONNX file, shipped or a shop's own.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from vision.networks import SHIPPED, Networks
from vision.sessions import SESSIONS_OPEN, Session

NAME = "verifier"


class Verifier:
    """The network, opened at its first question; safe to share between threads."""

    def __init__(self, networks: Networks = SHIPPED) -> None:
        self._session = Session(NAME, networks)

    def odds(self, photo: NDArray[np.float32], views: NDArray[np.float32]) -> NDArray[np.float64]:
        """Log-odds (K,) that each drawing shows what the photo shows.

        Args:
            photo: (4, 96, 96), the canonical crop as vision/embedder_input.py makes it.
            views: (K, 5, 96, 96), parts drawn in their poses in the same crop.

        Raises:
            WeightsDamaged: the file is not the one that was measured.
        """
        answers = self._session.in_batches(views, called="views", photo=photo[None])
        return np.concatenate([np.zeros(0), *(odds for (odds,) in answers)]).astype(np.float64)


@lru_cache(maxsize=SESSIONS_OPEN)
def verifier(networks: Networks = SHIPPED) -> Verifier:
    """One of each for the process."""
    return Verifier(networks)
