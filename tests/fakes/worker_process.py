"""A worker as a process of its own, which can be held, killed and told to die over a photo.

Run as `python -m tests.fakes.worker_process DATABASE_URL REDIS_URL FOLDER QUEUE...`. In FOLDER lie
the files, and words between the test and the process: `ready` appears when it begins; while `hold`
is there, reading a photo waits and `reached` appears; a key in `deadly` kills whoever reads it.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from catalog.database import open_database
from catalog.files import FileKey, FileStore
from catalog.tables import Queue
from tests.fakes.patience import wait_until
from tests.fakes.shops import ShopOpener
from vision.calibration import calibration_of
from vision.describers import describer
from vision.segmenter import Segmenter
from workers.broker import open_redis_broker
from workers.cells import open_cells
from workers.clock import system_clock
from workers.serve import run_worker
from workers.shop import Recognition

SLUG = "hash-aligned"


class _Watched(FileStore):
    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder / "files"))
        self._folder = folder

    def read(self, key: FileKey) -> bytes:
        deadly = self._folder / "deadly"
        if deadly.exists() and key in deadly.read_text():
            os.kill(os.getpid(), signal.SIGKILL)
        if (self._folder / "hold").exists():
            (self._folder / "reached").touch()
            wait_until(lambda: not (self._folder / "hold").exists(), seconds=600)
        return super().read(key)


@contextmanager
def worker_process(
    database_url: str, redis_url: str, folder: Path, queues: Sequence[Queue] = (Queue.VISION,)
) -> Iterator[subprocess.Popen[bytes]]:
    """A worker that is gone at the end of the block, however it goes."""
    words = [database_url, redis_url, str(folder), *(queue.value for queue in queues)]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.fakes.worker_process", *words],
            cwd=Path(__file__).parents[2],
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _serve(database_url: str, redis_url: str, folder: Path, queues: Sequence[Queue]) -> None:
    database, broker = open_database(database_url), open_redis_broker(redis_url)
    recognition = Recognition(
        describer=describer(SLUG),
        calibration=calibration_of(SLUG),
        segmenter=Segmenter(),
        slugs=(SLUG,),
    )
    with open_cells() as cells:
        opener = ShopOpener(
            folder=folder,
            cells=cells,
            recognition=recognition,
            broker=broker,
            clock=system_clock,
            files=_Watched(folder),
        )
        (folder / "ready").touch()
        run_worker(opener(database), broker, queues)
    database.close()


if __name__ == "__main__":
    _serve(sys.argv[1], sys.argv[2], Path(sys.argv[3]), [Queue(word) for word in sys.argv[4:]])
