"""Log events with fields, to standard error, for people or for machines."""

import logging
import sys
from typing import assert_never

import structlog

from whoseprint.settings import LogFormat

#: Libraries that tell too much at info (httpx logs each URL, and the bot's token is in it).
TALKATIVE = (
    "httpx",
    "httpcore",
    "apscheduler",
    "alembic",
    "dramatiq",
    "telegram",
    "aiohttp.access",
)


def set_up_logs(*, form: LogFormat, level: str) -> None:
    """Send structlog's and the libraries' events through one pipe to standard error."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_last_steps(form),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    # embedded, two workers share a broker on purpose, one a queue; dramatiq warns of it
    logging.getLogger("dramatiq.broker").setLevel(logging.ERROR)


def _last_steps(form: LogFormat) -> list[structlog.types.Processor]:
    match form:
        case LogFormat.JSON:
            return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        case LogFormat.CONSOLE:
            # plain: rich tracebacks show local variables, and the bot's token is in one of them
            plain = structlog.dev.plain_traceback
            colours = sys.stderr.isatty()
            return [structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=plain)]
        case _:
            assert_never(form)
