"""Structured logs: one JSON object a line, or lines for people (OBS-01)."""

import json
import logging
import re
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any, TextIO

import structlog
from structlog.typing import Processor

from profiles.observability import Observability
from runtime.observability.trace import name_trace

MASK = "***"
"""What stands where a secret stood."""

_SECRET_KEY = re.compile(
    r"passw|secret|token$|credential|authorization|cookie|api[_-]?key|_dsn$", re.IGNORECASE
)
_IN_ADDRESS = re.compile(r"(?<=://)([^\s:/@]*:)[^\s/@]+(?=@)")
"""Credentials in addresses."""

_PARAMETER = re.compile(
    r"(\bBearer\s+|\b(?:api[_-]?key|token|password|secret)=)[^\s&\"'\\]+", re.IGNORECASE
)
"""Bearer tokens, and secret parameters of queries."""

_TALKATIVE_LOGGERS = ("aiosqlite", "asyncio", "httpcore", "httpx")
"""Libraries that log every step of every call below WARNING: no level of ours asks for that."""

_UNNAMED = "structlog"
"""Name of a logger that was asked for without one."""

_UVICORN_LOGGERS = ("uvicorn", "uvicorn.error", "uvicorn.access")


def configure_logging(
    observability: Observability, *, secrets: Iterable[str] = (), stream: TextIO | None = None
) -> None:
    """Send every log of the process, the libraries' included, to one stream in one form.

    `secrets` are values (passwords, keys) that are masked wherever they stand; `stream` is
    standard output unless given. Call it once at start; a second call replaces the first.
    """
    out = stream or sys.stdout
    rendering = _rendering(observability.json_logs, secrets)
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_shared(),
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(observability.log_level)
    for name in _TALKATIVE_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _UVICORN_LOGGERS:
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
        logging.getLogger(name).setLevel(logging.NOTSET)
    # Ours go the short way: through the standard library's a line takes twice as long.
    level = logging.getLevelNamesMapping()[observability.log_level]
    structlog.configure(
        processors=[*_shared(), *rendering],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda name=_UNNAMED: _NamedLogger(name, out),
        cache_logger_on_first_use=True,
    )


class _NamedLogger(structlog.WriteLogger):
    """Writes whole lines to a stream, and bears a name as the standard library's loggers do."""

    def __init__(self, name: str, stream: TextIO) -> None:
        """Take the name and the stream."""
        super().__init__(stream)
        self.name = name


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        name_trace,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _name_module,
    ]


def _rendering(json_logs: bool, secrets: Iterable[str]) -> list[Processor]:
    if json_logs:
        rendering: list[Processor] = [
            structlog.processors.format_exc_info,
            structlog.processors.EventRenamer("message"),
            structlog.processors.JSONRenderer(default=str),
        ]
    else:
        # The default formatter would print the local variables, secrets among them.
        plain = structlog.dev.plain_traceback
        rendering = [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=plain)]
    return [_mask_keys, *rendering, _TextMask(secrets)]


def _name_module(
    logger: logging.Logger | _NamedLogger | None, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Name the module that logs; loggers bear its name, and to look for the caller takes longer."""
    record: logging.LogRecord | None = event.get("_record")
    if record is not None:
        event["module"] = record.module
    elif logger is not None:
        event["module"] = logger.name.rpartition(".")[2]
    return event


def _mask_keys(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    for key in event:
        if _SECRET_KEY.search(key):
            event[key] = MASK
    return event


class _TextMask:
    """Masks secrets in the finished line, so that tracebacks and addresses show none either."""

    def __init__(self, secrets: Iterable[str]) -> None:
        """Know the secrets as they stand in plain text and inside JSON."""
        known = {
            form for secret in secrets if secret for form in (secret, json.dumps(secret)[1:-1])
        }
        longest_first = sorted(known, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def __call__(self, _logger: object, _method: str, line: Any) -> str:
        """Return the line without secrets."""
        text: str = self._known.sub(MASK, line)
        # Most lines have none of what must be there: to look for it is most of what they cost.
        if "://" in text:
            text = _IN_ADDRESS.sub(rf"\1{MASK}", text)
        if "=" in text or "bearer" in text.lower():
            text = _PARAMETER.sub(rf"\1{MASK}", text)
        return text
