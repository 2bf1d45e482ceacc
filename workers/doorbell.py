"""Tell the workers that a job waits.

Ring after the commit. A bell that does not sound costs seconds: the sweeper rings again.
"""

from collections.abc import Iterable
from datetime import timedelta

import structlog
from dramatiq import Broker, Message
from dramatiq.errors import BrokerError
from redis import RedisError

from catalog.jobs import DueJob
from catalog.tables import Queue
from workers.broker import messages_waiting

_log = structlog.get_logger(__name__)

#: The actors' names are their queues' names with this in front.
ACTOR_PREFIX = "do_"
_AT_ONCE = timedelta(0)


class Doorbell:
    """Rings through a broker; safe to share between threads."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    def ring(self, job_id: int, queue: Queue, *, after: timedelta = _AT_ONCE) -> bool:
        """Ring for one job, perhaps later; False when the broker cannot be reached."""
        message: Message[None] = Message(
            queue_name=queue.value,
            actor_name=actor_name(queue),
            args=(job_id,),
            kwargs={},
            options={},
        )
        delay = int(after.total_seconds() * 1000) or None
        try:
            self._broker.enqueue(message, delay=delay)
        except (BrokerError, RedisError, OSError) as error:
            _log.warning("bell_silent", job_id=job_id, queue=queue.value, cause=str(error))
            return False
        return True

    def ring_for_those_unheard(self, due: Iterable[DueJob]) -> int:
        """Ring for due jobs that cannot all have a bell waiting; how many rang.

        Of n due jobs and m bells in the queue, n - m at least have none. Which ones, nobody knows:
        the longest waiting are rung for, so that a lost bell is made up for before long and a pile
        of jobs does not become a mountain of bells.
        """
        rung = 0
        jobs = list(due)
        for queue in Queue:
            mine = [job for job in jobs if job.queue is queue]
            for job in mine[: max(0, len(mine) - self._waiting(queue))]:
                if not self.ring(job.id, job.queue):
                    return rung  # the broker is away: the next one would be as silent
                rung += 1
        return rung

    def _waiting(self, queue: Queue) -> int:
        try:
            return messages_waiting(self._broker, queue)
        except (RedisError, OSError) as error:
            _log.warning("bells_uncounted", queue=queue.value, cause=str(error))
            return 0


def actor_name(queue: Queue) -> str:
    """The actor that hears a queue's bells."""
    return f"{ACTOR_PREFIX}{queue.value}"
