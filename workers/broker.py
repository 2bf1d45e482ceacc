"""The message broker: Redis between machines, a stub within one process.

A message carries a job's id and nothing else, and may be lost, doubled or late without harm: the
jobs table is the truth (docs/decisions/0008-queue.md). So dramatiq's retries, age and time limits
are left out; attempts, leases and limits belong to the job.
"""

from datetime import timedelta
from typing import TypeVar

import redis
from dramatiq import Broker, Middleware
from dramatiq.brokers.redis import RedisBroker
from dramatiq.brokers.stub import StubBroker
from dramatiq.middleware import CurrentMessage

from catalog.tables import Queue

#: Apart from other programs that use dramatiq on the same Redis.
NAMESPACE = "whoseprint"
#: A worker that fetched nothing for so long is dead and its messages go to the others.
HEARTBEAT = timedelta(seconds=15)
#: A dead message is a bell that nobody heard; nobody reads them.
DEAD_MESSAGES_KEPT = timedelta(hours=1)
#: Look for dead workers at each fetch: by default it is one in a thousand, 862 s were measured.
ALWAYS_MAINTAIN = 1_000_000
_SOCKET_SECONDS = 5.0

_B = TypeVar("_B", bound=Broker)


def open_redis_broker(url: str, *, middleware: list[Middleware] | None = None) -> RedisBroker:
    """A broker on Redis; it connects when it is first used, and again whenever it must."""
    client = redis.Redis.from_url(
        url, socket_timeout=_SOCKET_SECONDS, socket_connect_timeout=_SOCKET_SECONDS
    )
    broker = RedisBroker(  # type: ignore[no-untyped-call]
        client=client,
        middleware=[CurrentMessage(), *(middleware or [])],
        namespace=NAMESPACE,
        maintenance_chance=ALWAYS_MAINTAIN,
        heartbeat_timeout=_milliseconds(HEARTBEAT),
        dead_message_ttl=_milliseconds(DEAD_MESSAGES_KEPT),
    )
    return _with_queues(broker)


def open_stub_broker(*, middleware: list[Middleware] | None = None) -> StubBroker:
    """A broker within this process."""
    return _with_queues(StubBroker(middleware=[CurrentMessage(), *(middleware or [])]))


def messages_waiting(broker: Broker, queue: Queue) -> int:
    """How many bells nobody has heard yet.

    Raises:
        redis.RedisError: Redis cannot be asked.
    """
    match broker:
        case RedisBroker():
            return int(broker.client.llen(f"{NAMESPACE}:{queue.value}"))
        case StubBroker():
            return int(broker.queues[queue.value].qsize())
    raise TypeError(f"no broker of ours: {broker!r}")


def _with_queues(broker: _B) -> _B:
    for queue in Queue:
        broker.declare_queue(queue.value)
    return broker


def _milliseconds(span: timedelta) -> int:
    return int(span.total_seconds() * 1000)
