"""Be a worker process: hear one broker's bells until somebody says stop.

One process, one thread of work: what a process shares, a thread can break, and machines are filled
by starting more processes (docs/decisions/0008-queue.md says why not dramatiq's command).
"""

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

import dramatiq
import structlog
from dramatiq.worker import Worker

from catalog.tables import Queue
from workers.actors import declare_actors
from workers.shop import Shop
from workers.sweeper import sweeping

_log = structlog.get_logger(__name__)

#: How long an idle worker waits before it looks at its queue again.
_IDLE_MS = 200
#: A job that is being done at the end is finished; one that takes longer is done again elsewhere.
_LAST_JOB_MS = 60_000


def run_worker(shop: Shop, broker: dramatiq.Broker, queues: Sequence[Queue]) -> None:
    """Work until SIGTERM or SIGINT; call it in the main thread.

    The job in hand is finished first. A second signal ends the process at once; the job is then
    taken up by another worker when its lease has run out.
    """
    stop = threading.Event()

    def on_signal(number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise SystemExit(128 + number)
        stop.set()

    before = {each: signal.signal(each, on_signal) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        with working(shop, broker, queues):
            _log.info("worker_ready", queues=[queue.value for queue in queues])
            stop.wait()
            _log.info("worker_stopping")
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@contextmanager
def working(
    shop: Shop, broker: dramatiq.Broker, queues: Sequence[Queue], *, sweeper: str | None = None
) -> Iterator[None]:
    """Hear bells and sweep in threads until the block ends; the jobs in hand are finished.

    Each queue has one thread's worth of work in hand at most, and there are as many threads as
    queues: a pile of parts never delays a photo.
    """
    declare_actors(broker, shop)
    broker.emit_after("process_boot")  # dramatiq's Worker does not; once, for all of them
    worker = _started(broker, queues)
    try:
        with sweeping(shop, holder=sweeper):
            yield
    finally:
        worker.stop(timeout=_LAST_JOB_MS)
        broker.close()


def _started(broker: dramatiq.Broker, queues: Sequence[Queue]) -> Worker:
    worker = Worker(
        broker,
        queues={queue.value for queue in queues},
        worker_threads=len(queues),
        worker_timeout=_IDLE_MS,
    )
    # Of a queue, the next bell is fetched when the last one's work is done. So no thread has two
    # queues' work to choose from, and no bell waits in a busy process, where nobody hears it.
    worker.queue_prefetch = 1
    worker.start()
    return worker
