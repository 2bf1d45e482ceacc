"""The network that compares a photo's crop with a part drawn in its pose there, place by place.

Knows arrays only: no part's name, no catalogue. It learned from what the search offers, right and
wrong, on masks as the cut-out really makes them (training/candidate_lists.py), so its odds hold
where a shadow was taken along or a dark side left out. One ONNX file, shipped or a shop's own.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vision.embedder import BATCH, THREADS, TOWERS_OPEN, session_of
from vision.networks import SHIPPED, Networks

NAME = "verifier"


class Verifier:
    """The network, opened at its first question; safe to share between threads."""

    def __init__(self, networks: Networks = SHIPPED) -> None:
        self._networks = networks
        self._opening = threading.Lock()
        self._session: Any = None

    def odds(self, photo: NDArray[np.float32], views: NDArray[np.float32]) -> NDArray[np.float64]:
        """Log-odds (K,) that each drawing shows what the photo shows.

        Args:
            photo: (4, 96, 96), the canonical crop as vision/embedder_input.py makes it.
            views: (K, 5, 96, 96), parts drawn in their poses in the same crop.

        Raises:
            WeightsDamaged: the file is not the one that was measured.
        """
        session = self._opened()
        batches = [views[start : start + BATCH] for start in range(0, len(views), BATCH)]
        with ThreadPoolExecutor(THREADS) as pool:
            told = pool.map(
                lambda some: session.run(None, {"photo": photo[None], "views": some})[0], batches
            )
            return np.concatenate([np.zeros(0), *told]).astype(np.float64)

    def _opened(self) -> Any:  # noqa: ANN401  onnxruntime is imported late
        with self._opening:
            if self._session is None:
                self._session = session_of(NAME, self._networks)
            return self._session


@lru_cache(maxsize=TOWERS_OPEN)
def verifier(networks: Networks = SHIPPED) -> Verifier:
    """One of each for the process."""
    return Verifier(networks)
