"""Structured logs: one JSON line per event, no names, ID numbers or tokens."""

import logging
import sys
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer


@dataclass(frozen=True, slots=True)
class RequestMark:
    """What ties log lines, events and problem documents of one request together."""

    id: str | None = None
    address: str | None = None


_request: ContextVar[RequestMark] = ContextVar("request", default=RequestMark())  # noqa: B039 - the mark is frozen


def current_request() -> RequestMark:
    """The mark of the request this task serves; empty outside of requests."""
    return _request.get()


def mark_request(mark: RequestMark) -> None:
    """Set the mark for this task and the tasks it starts."""
    _request.set(mark)


def logger(name: str) -> Any:
    """A logger whose calls are `log.info("hours.posted", entry=id, …)`."""
    return structlog.get_logger(name)


def _add_request(_: object, __: str, event: Any) -> Any:
    if mark := _request.get().id:
        event.setdefault("request_id", mark)
    return event


def configure(*, level: str = "INFO", pretty: bool = False) -> None:
    """Route structlog and the standard library to standard error; pretty is for a developer's terminal."""
    logging.basicConfig(level=level, stream=sys.stderr, format="%(message)s", force=True)
    for noisy in ("uvicorn.access", "httpx", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # Tracebacks without the values of variables: those hold tokens and identity numbers, and take a minute to print.
    console = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    renderer: Any = console if pretty else structlog.processors.JSONRenderer(ensure_ascii=False)
    traceback = ExceptionDictTransformer(show_locals=False)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _add_request,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *(() if pretty else (structlog.processors.ExceptionRenderer(traceback),)),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
