"""Structured logs: one JSON object per line on stdout, without mail bodies and passwords."""

import json
import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Literal

from spot_messaging.failure import one_line

Level = Literal["debug", "info", "warning", "error"]

_logger = logging.getLogger("spot")
_TRACE_LIMIT = 4000
# What every line of the current work has: the analysis and the trace.
_work: ContextVar[dict[str, str]] = ContextVar("work", default={})  # noqa: B039 - replaced, never changed


class JsonFormatter(logging.Formatter):
    def __init__(self, service: str) -> None:
        super().__init__()
        self.service = service

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "service": self.service,
        }
        line |= _work.get()
        fields = getattr(record, "fields", None)
        if isinstance(fields, dict):
            line |= {"event": record.getMessage(), **fields}
        else:
            # Without the further lines, in which asyncio repeats the error of a task.
            message = record.getMessage().partition("\n")[0]
            line |= {"event": "library", "logger": record.name, "message": message}
        if record.exc_info and record.exc_info[1] is not None:
            line["trace"] = _trace(record.exc_info[1])[-_TRACE_LIMIT:]
        return json.dumps(line, ensure_ascii=False, default=str)


def _trace(error: BaseException) -> str:
    """The traceback with its causes: source lines, and no text that can repeat a part of a mail."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    parts = [] if before is None else [_trace(before)]
    parts += [*traceback.format_tb(error.__traceback__), f"{type(error).__name__}: {one_line(error)}\n"]
    if isinstance(error, BaseExceptionGroup):
        parts += [_trace(each) for each in error.exceptions]
    return "".join(parts)


def configure_logging(service: str, level: str = "INFO") -> None:
    """Formats the logs of all libraries in the same way and writes nothing to stderr."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter(service))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    _logger.setLevel(level.upper())
    # aiormq logs each failed attempt as an error; the connection logs the same together with the next step.
    logging.getLogger("aiormq.connection").addFilter(
        lambda record: not str(record.msg).startswith("error when creating transport")
    )
    # When a connection is lost, each of its channels logs that it cannot reopen; the reconnect reopens them.
    logging.getLogger("aio_pika.tools").setLevel(logging.CRITICAL)


@contextmanager
def log_fields(**fields: str | None) -> Iterator[None]:
    """Adds these fields to every log line of the block, also to lines of libraries and of tasks that it starts."""
    token = _work.set({**_work.get(), **{name: value for name, value in fields.items() if value}})
    try:
        yield
    finally:
        _work.reset(token)


def log(level: Level, event: str, *, error: BaseException | None = None, **fields: object) -> None:
    """Writes one event. `error` adds the traceback; use it only for unexpected errors."""
    present = {name: value for name, value in fields.items() if value is not None}
    _logger.log(
        logging.getLevelNamesMapping()[level.upper()],
        event,
        extra={"fields": present},
        exc_info=error,
    )
