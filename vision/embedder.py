"""Photos and drawings of parts as vectors of one space, by the towers that `training/` made.

Knows arrays only: no part's name, no catalogue. Two ONNX files, shipped or a shop's own, are
checked against their SHA-256 and opened when first asked. Method: two encoders and InfoNCE, as in
CLIP (Radford et al. 2021), with a map of places beside the vector of the whole.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vision.networks import SHIPPED, Networks

#: Photos or views in one run of a network: more take more memory and no less time.
BATCH = 8
#: Runs side by side. The runtime's own threads spin while they wait for each other: two of them
#: took 62 ms of CPU for what one does in 34 (segmenter, 2026-11-21).
THREADS = 2
#: Pairs that a process keeps: what is shipped, what answers, what is being filled in; 8 MB each.
TOWERS_OPEN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedding:
    """N pictures: vectors (N, 128) and maps (N, 4608), float32, each of length one."""

    whole: NDArray[np.float32]
    places: NDArray[np.float32]


class Tower:
    """One of the two networks, opened at its first picture; safe to share between threads."""

    def __init__(self, name: str, networks: Networks = SHIPPED) -> None:
        self._name, self._networks = name, networks
        self._opening = threading.Lock()
        self._session: Any = None

    def embed(self, pictures: NDArray[np.float32]) -> Embedding:
        """Embed (N, C, 96, 96), as vision/embedder_input.py makes them.

        Raises:
            WeightsDamaged: the file is not the one that was measured.
        """
        session = self._opened()
        batches = [pictures[start : start + BATCH] for start in range(0, len(pictures), BATCH)]
        with ThreadPoolExecutor(THREADS) as pool:
            answers = list(pool.map(lambda some: session.run(None, {"pictures": some}), batches))
        return Embedding(
            whole=np.concatenate([whole for whole, _ in answers]),
            places=np.concatenate([places for _, places in answers]),
        )

    def _opened(self) -> Any:  # noqa: ANN401  onnxruntime is imported late
        with self._opening:
            if self._session is None:
                self._session = session_of(self._name, self._networks)
            return self._session


@dataclass(frozen=True, slots=True, kw_only=True)
class Towers:
    """The two that belong together: only their vectors can be compared."""

    photo: Tower
    view: Tower


def session_of(name: str, networks: Networks) -> Any:  # noqa: ANN401  onnxruntime is imported late
    """A session with this network, one thread each."""
    import onnxruntime  # noqa: PLC0415 - half a second, only when a picture comes

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    with resources.as_file(networks.file(name)) as path:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


@lru_cache(maxsize=TOWERS_OPEN)
def towers(networks: Networks = SHIPPED) -> Towers:
    """One pair of each for the process."""
    return Towers(photo=Tower("embedder_photo", networks), view=Tower("embedder_view", networks))


def photo_tower() -> Tower:
    """The shipped one."""
    return towers().photo


def view_tower() -> Tower:
    """The shipped one."""
    return towers().view
