"""What Prometheus is told: seconds by stage, decisions, jobs by state, verdicts, messages.

Counters live in this process; jobs and verdicts are counted in the database when they are asked
for, so that any process tells the same. The registry is ours, so that importing makes none.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import structlog
from dramatiq import Broker, MessageProxy, Middleware
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from catalog.database import Database
from catalog.jobs import count_by_state
from catalog.tallies import verdicts_by_fate
from workers.stages import Stage

if TYPE_CHECKING:  # the bot counts too, and starts in half the time without pixels
    from vision import Decision

_log = structlog.get_logger(__name__)

_SECONDS = (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300)


class Figures:
    """The counters of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._stage_seconds = Histogram(
            "whoseprint_stage_seconds",
            "Seconds a job spends in a stage.",
            ["stage"],
            registry=self.registry,
            buckets=_SECONDS,
        )
        self._decisions = Counter(
            "whoseprint_decisions_total",
            "Answers by how sure they are and why.",
            ["outcome", "reason"],
            registry=self.registry,
        )
        self._attempts = Counter(
            "whoseprint_attempts_total",
            "Attempts at jobs by kind and how they ended.",
            ["kind", "end"],
            registry=self.registry,
        )

    @contextmanager
    def timed(self, stage: Stage) -> Iterator[None]:
        """Measure a stage, also one that fails."""
        start = time.monotonic()
        try:
            yield
        finally:
            self._stage_seconds.labels(stage.value).observe(time.monotonic() - start)

    def count_decision(self, decision: "Decision") -> None:
        """One more photo was answered."""
        self._decisions.labels(decision.outcome.value, decision.reason.value).inc()

    def count_attempt(self, kind: str, end: str) -> None:
        """One more attempt at a job came to its end."""
        self._attempts.labels(kind, end).inc()

    def watch(self, database: Database) -> None:
        """Tell of the database's jobs and verdicts as well."""
        self.registry.register(_Rows(database))

    def serve(self, port: int) -> Callable[[], None]:
        """Answer /metrics on a port, in a thread that ends with the process or when called off."""
        server, thread = start_http_server(port, registry=self.registry)

        def call_off() -> None:
            server.shutdown()
            server.server_close()
            thread.join()

        return call_off


class CountMessages(Middleware):
    """What dramatiq's own Prometheus middleware counts, under its names.

    Its own starts a server in a fork and makes a folder in /tmp when it is imported.
    """

    def __init__(self, figures: Figures) -> None:
        labels, registry = ["queue_name", "actor_name"], figures.registry
        self._all = Counter(
            "dramatiq_messages_total", "Messages processed.", labels, registry=registry
        )
        self._failed = Counter(
            "dramatiq_message_errors_total", "Messages that failed.", labels, registry=registry
        )
        self._in_hand = Gauge(
            "dramatiq_messages_inprogress", "Messages in progress.", labels, registry=registry
        )
        self._milliseconds = Histogram(
            "dramatiq_message_duration_milliseconds",
            "Milliseconds spent processing messages.",
            labels,
            registry=registry,
            buckets=tuple(1000 * seconds for seconds in _SECONDS),
        )
        self._started: dict[str, float] = {}

    def before_process_message(self, _broker: Broker, message: MessageProxy) -> None:
        """Note the start."""
        self._in_hand.labels(message.queue_name, message.actor_name).inc()
        self._started[message.message_id] = time.monotonic()

    def after_process_message(
        self,
        _broker: Broker,
        message: MessageProxy,
        *,
        result: Any = None,  # noqa: ANN401, ARG002  # dramatiq's signature
        exception: BaseException | None = None,
    ) -> None:
        """Count one message."""
        labels = (message.queue_name, message.actor_name)
        seconds = time.monotonic() - self._started.pop(message.message_id, time.monotonic())
        self._milliseconds.labels(*labels).observe(1000 * seconds)
        self._in_hand.labels(*labels).dec()
        self._all.labels(*labels).inc()
        if exception is not None:
            self._failed.labels(*labels).inc()


class _Rows(Collector):
    def __init__(self, database: Database) -> None:
        self._database = database

    def collect(self) -> Iterable[GaugeMetricFamily]:
        jobs = GaugeMetricFamily(
            "whoseprint_jobs", "Jobs by queue and state.", labels=["queue", "state"]
        )
        verdicts = GaugeMetricFamily(
            "whoseprint_verdicts", "Verdicts of people by what became of them.", labels=["fate"]
        )
        try:
            with self._database.reading() as session:
                for (queue, state), count in count_by_state(session).items():
                    jobs.add_metric([queue.value, state.value], count)
                for fate, count in verdicts_by_fate(session).items():
                    verdicts.add_metric([fate], count)
        except SQLAlchemyError as error:  # the other figures are worth telling without these
            _log.warning("rows_uncounted", cause=str(error))
            return []
        return [jobs, verdicts]

    def describe(self) -> Iterable[GaugeMetricFamily]:
        return []
