"""Logs: JSON for machines, a readable line on a terminal, and never a secret or a person in them."""

from __future__ import annotations

import logging
import sqlite3
import sys
import traceback
from collections.abc import Callable, Iterable, MutableMapping
from typing import Any, TextIO

import structlog

from models.store import StoreDown, StoreError

HIDDEN = "[hidden]"
# what a person wrote, is called or can be reached by has no place in a log, whoever passes it by mistake
PERSONAL = frozenset(
    {
        "text",
        "name",
        "chat",
        "account",
        "external_id",
        "phone",
        "payload",
        "caption",
        "username",
        "first_name",
    }
)

# other errors may quote what somebody typed, or a row
TELLING = (OSError, sqlite3.Error, StoreDown, StoreError, TypeError, AttributeError, NameError, ImportError)

Event = MutableMapping[str, Any]


def set_up_logs(
    secrets: Iterable[str] = (), *, stream: TextIO | None = None, level: int = logging.INFO
) -> None:
    """Send every log line of the program and its libraries to `stream` (stderr), cleaned of `secrets`."""
    out = stream or sys.stderr
    before: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        where_it_failed,
        without_persons,
        hiding(secrets),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *before,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    last: Any = structlog.dev.ConsoleRenderer() if out.isatty() else _json()
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *before],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # these write addresses with the token in them, or a line for each request
    for noisy in ("aiohttp.access", "httpx", "httpcore", "alembic", "telegram"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # it warns of every tick that found the one before still at work, which is how it should be
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


def where_it_failed(_logger: Any, _method: str, event: Event) -> Event:
    """Turn an exception into its type and the lines it came through; its words where they quote nobody."""
    given = event.pop("exc_info", None)
    if not given:
        return event
    error = (
        given
        if isinstance(given, BaseException)
        else given[1]
        if isinstance(given, tuple)
        else sys.exc_info()[1]
    )
    parts = []
    while error is not None:
        words = f": {error}" if isinstance(error, TELLING) else ""
        frames = "".join(traceback.format_tb(error.__traceback__))
        parts.append(f"{frames}{type(error).__name__}{words}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    event["exception"] = "\nafter:\n".join(parts)
    return event


def without_persons(_logger: Any, _method: str, event: Event) -> Event:
    """Drop the fields that would hold a person's words, name or address."""
    for field in PERSONAL & event.keys():
        del event[field]
    return event


def hiding(secrets: Iterable[str]) -> Callable[[Any, str, Event], Event]:
    """A processor that blots out known secret values wherever they appear."""
    known = sorted({secret for secret in secrets if len(secret) >= 4}, key=len, reverse=True)

    def clean(value: Any) -> Any:
        if isinstance(value, str):
            for secret in known:
                value = value.replace(secret, HIDDEN)
            return value
        if isinstance(value, dict):
            return {clean(key): clean(held) for key, held in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [clean(held) for held in value]
        if isinstance(value, bool | int | float | None):
            return value
        return clean(str(value))

    def hide(_logger: Any, _method: str, event: Event) -> Event:
        for key in event:
            # the library's own bookkeeping is taken out again before anything is written
            if not key.startswith("_"):
                event[key] = clean(event[key])
        return event

    return hide


def _json() -> Any:
    return structlog.processors.JSONRenderer(ensure_ascii=False)
