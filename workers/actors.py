"""What hears the bells: one actor a queue, handed a job's id and nothing else."""

import dramatiq

from catalog.tables import Queue
from workers.doorbell import actor_name
from workers.shop import Shop
from workers.work import work_on


def declare_actors(broker: dramatiq.Broker, shop: Shop) -> None:
    """Let a broker's messages reach this shop's work."""
    for queue in Queue:
        _declare(broker, shop, queue)


def _declare(broker: dramatiq.Broker, shop: Shop, queue: Queue) -> None:
    @dramatiq.actor(actor_name=actor_name(queue), queue_name=queue.value, broker=broker)
    def do(job_id: int) -> None:
        work_on(job_id, queue, shop=shop)
