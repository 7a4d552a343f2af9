"""Logs are events with fields, to standard output. Ids only: never a name, a number or a text of a person.

An exception's message often quotes what somebody wrote (a duplicate key, a value that does not fit), so it is logged by
its type and where it was raised; its message is shown with LOG_LEVEL=DEBUG alone.
"""

import logging
import sys
import traceback
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, FilteringBoundLogger, Processor

from schoolbus import correlation, tracing

QUIET = ("nameko.containers",)  # it logs each failed handler with its message; we log it ourselves


def set_up(process: str, *, log_format: str = "console", level: str = "INFO") -> None:
    """`process` (such as `reports.relay`) stands in every line; `log_format` is `console` or `json`."""

    def add_process(_logger: object, _method: str, event: EventDict) -> EventDict:
        ids = {"correlation_id": correlation.current(), "trace_id": tracing.trace_id()}
        return {**{name: id for name, id in ids.items() if id}, **event, "process": process}

    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        add_process,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info if level == "DEBUG" else format_without_messages,
    ]
    as_text: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty(), pad_event_to=28)
    )
    structlog.configure(
        processors=[*shared, as_text],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=[_drop_record, as_text], foreign_pre_chain=shared))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def format_without_messages(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Replaces `exc_info` by `exception`: types and places of the exception and its causes, nothing that they say."""
    found = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()[1]
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["exception"] = "\n".join(_lines(error))
    return event


def _lines(error: BaseException) -> list[str]:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = [*_lines(cause), "which led to"] if cause else []
    return [*before, type(error).__qualname__, *_places(error.__traceback__)]


def _places(trace: TracebackType | None) -> list[str]:
    return [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace, limit=-12)]


def _drop_record(logger: object, method: str, event: Any) -> EventDict:
    return structlog.stdlib.ProcessorFormatter.remove_processors_meta(logger, method, event)


def log() -> FilteringBoundLogger:
    return structlog.get_logger()  # type: ignore[no-any-return]
