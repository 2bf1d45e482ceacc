"""The whole queue within one process: the same actors, jobs and sweeper, no Redis.

The shop's doorbell must ring on the same broker:

    broker = open_stub_broker()
    shop = Shop(..., doorbell=Doorbell(broker))
    with run_embedded(shop, broker): ...
"""

from collections.abc import Iterator
from contextlib import contextmanager

from dramatiq.brokers.stub import StubBroker

from catalog.tables import Queue
from workers.serve import working
from workers.shop import Shop

#: One name for all embedded processes of a database, of which there is one at a time.
SWEEPER = "embedded"


@contextmanager
def run_embedded(shop: Shop, broker: StubBroker) -> Iterator[None]:
    """Work on all queues in threads until the block ends; the jobs in hand are finished."""
    with working(shop, broker, tuple(Queue), sweeper=SWEEPER):
        yield
