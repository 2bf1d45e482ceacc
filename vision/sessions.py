"""A network of ours in the ONNX runtime, opened when first asked.

Knows files, arrays and threads: nothing of what a network does. Its digest is compared before it is
opened (vision/networks.py).
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vision.networks import SHIPPED, Networks

#: Pictures in one run of a network: more take more memory and no less time.
BATCH = 8
#: Runs side by side. The runtime's own threads spin while they wait for each other: two of them
#: took 62 ms of CPU for what one does in 34 (segmenter, 2026-11-21).
THREADS = 2
#: Of each network, how many a process keeps: what is shipped, what answers, what is being filled
#: in; 8 MB each.
SESSIONS_OPEN = 4


class Session:
    """One network; safe to share between threads."""

    def __init__(self, name: str, networks: Networks = SHIPPED) -> None:
        self._name, self._networks = name, networks
        self._opening = threading.Lock()
        self._opened: Any = None

    def in_batches(
        self, pictures: NDArray[np.float32], *, called: str, **same: NDArray[np.float32]
    ) -> list[list[NDArray[np.float32]]]:
        """All outputs for each batch of pictures, in order.

        Args:
            pictures: (N, C, S, S).
            called: the input that they are.
            same: other inputs, the same for every batch.

        Raises:
            WeightsDamaged: the file is not the one that was measured.
        """
        session = self._session()
        batches = [pictures[start : start + BATCH] for start in range(0, len(pictures), BATCH)]
        with ThreadPoolExecutor(THREADS) as pool:
            return list(pool.map(lambda some: session.run(None, {**same, called: some}), batches))

    def _session(self) -> Any:  # noqa: ANN401  onnxruntime is imported late
        with self._opening:
            if self._opened is None:
                self._opened = _open(self._name, self._networks)
            return self._opened


def _open(name: str, networks: Networks) -> Any:  # noqa: ANN401  onnxruntime is imported late
    import onnxruntime  # noqa: PLC0415 - half a second, only when a picture comes

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    with resources.as_file(networks.file(name)) as path:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
