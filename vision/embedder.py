"""Photos and drawings of parts as vectors of one space, by the towers that `training/` made.

Knows arrays only: no part's name, no catalogue. Two ONNX files, shipped or a shop's own, are
checked against their SHA-256 and opened when first asked. Method: two encoders and InfoNCE, as in
CLIP (Radford et al. 2021), with a map of places beside the vector of the whole.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from vision.networks import SHIPPED, Networks
from vision.sessions import SESSIONS_OPEN, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedding:
    """N pictures: vectors (N, 128) and maps (N, 4608), float32, each of length one."""

    whole: NDArray[np.float32]
    places: NDArray[np.float32]


class Tower:
    """One of the two networks, opened at its first picture; safe to share between threads."""

    def __init__(self, name: str, networks: Networks = SHIPPED) -> None:
        self._session = Session(name, networks)

    def embed(self, pictures: NDArray[np.float32]) -> Embedding:
        """Embed (N, C, 96, 96), as vision/embedder_input.py makes them.

        Raises:
            WeightsDamaged: the file is not the one that was measured.
        """
        answers = self._session.in_batches(pictures, called="pictures")
        return Embedding(
            whole=np.concatenate([whole for whole, _ in answers]),
            places=np.concatenate([places for _, places in answers]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Towers:
    """The two that belong together: only their vectors can be compared."""

    photo: Tower
    view: Tower


@lru_cache(maxsize=SESSIONS_OPEN)
def towers(networks: Networks = SHIPPED) -> Towers:
    """One pair of each for the process."""
    return Towers(photo=Tower("embedder_photo", networks), view=Tower("embedder_view", networks))


def photo_tower() -> Tower:
    """The shipped one."""
    return towers().photo


def view_tower() -> Tower:
    """The shipped one."""
    return towers().view
