from datetime import timedelta

import pytest
import redis
from dramatiq import Message
from dramatiq.brokers.stub import StubBroker

from catalog.jobs import DueJob
from catalog.tables import Queue
from tests.services import RedisServer, free_port
from workers.broker import messages_waiting, open_redis_broker, open_stub_broker
from workers.doorbell import Doorbell

VISION, CATALOG = Queue.VISION, Queue.CATALOG


def test_a_bell_waits_in_the_queue_of_its_job() -> None:
    broker = open_stub_broker()

    assert Doorbell(broker).ring(5, VISION)

    assert messages_waiting(broker, VISION) == 1
    assert messages_waiting(broker, CATALOG) == 0


def test_a_bell_for_later_does_not_wait_among_those_for_now() -> None:
    broker = open_stub_broker()

    Doorbell(broker).ring(5, VISION, after=timedelta(seconds=2))

    assert messages_waiting(broker, VISION) == 0
    assert broker.queues["vision.DQ"].qsize() == 1


def test_bells_in_redis_are_counted_and_live_apart_from_other_programs(
    redis_server: RedisServer,
) -> None:
    broker = open_redis_broker(redis_server.url)
    broker.client.flushdb()

    Doorbell(broker).ring(5, VISION)
    Doorbell(broker).ring(6, VISION)

    assert messages_waiting(broker, VISION) == 2
    assert all(key.startswith(b"whoseprint:") for key in broker.client.scan_iter("*"))
    broker.close()


def test_without_redis_the_bell_is_silent_and_nobody_falls_over() -> None:
    nowhere = open_redis_broker(f"redis://127.0.0.1:{free_port()}/0")
    doorbell = Doorbell(nowhere)

    assert not doorbell.ring(5, VISION)
    assert doorbell.ring_for_those_unheard([DueJob(5, VISION)]) == 0
    with pytest.raises(redis.RedisError):
        messages_waiting(nowhere, VISION)
    nowhere.close()


def _heard(broker: StubBroker, queue: Queue) -> list[int]:
    waiting = broker.queues[queue.value]
    return [Message.decode(waiting.get()).args[0] for _ in range(waiting.qsize())]


def test_only_jobs_that_cannot_have_a_bell_are_rung_for_longest_waiting_first() -> None:
    broker = open_stub_broker()
    doorbell = Doorbell(broker)
    due = [DueJob(n, VISION) for n in (1, 2, 3)] + [DueJob(9, CATALOG)]
    doorbell.ring(2, VISION)

    assert doorbell.ring_for_those_unheard(due) == 3

    assert _heard(broker, VISION) == [2, 1, 2]
    assert _heard(broker, CATALOG) == [9]


def test_a_pile_of_jobs_does_not_become_a_mountain_of_bells() -> None:
    broker = open_stub_broker()
    doorbell = Doorbell(broker)
    due = [DueJob(n, VISION) for n in range(100)]

    rung = [doorbell.ring_for_those_unheard(due) for _ in range(10)]

    assert rung == [100] + [0] * 9
    assert messages_waiting(broker, VISION) == 100
    doorbell.ring(1, VISION)
    assert doorbell.ring_for_those_unheard(due) == 0
