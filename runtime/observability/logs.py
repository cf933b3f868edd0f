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
_SECRET_TEXT = re.compile(
    r"(?<=://)(?P<user>[^\s:/@]*:)[^\s/@]+(?=@)"
    r"|(?P<key>\bBearer\s+|\b(?:api[_-]?key|token|password|secret)=)[^\s&\"'\\]+",
    re.IGNORECASE,
)
"""Credentials in addresses, bearer tokens, and secret parameters of queries."""

_TALKATIVE_LOGGERS = ("aiosqlite", "asyncio", "httpcore", "httpx")
"""Libraries that log every step of every call below WARNING: no level of ours asks for that."""

_UVICORN_LOGGERS = ("uvicorn", "uvicorn.error", "uvicorn.access")


def configure_logging(
    observability: Observability, *, secrets: Iterable[str] = (), stream: TextIO | None = None
) -> None:
    """Send every log of the process, the libraries' included, to one stream in one form.

    `secrets` are values (passwords, keys) that are masked wherever they stand; `stream` is
    standard output unless given. Call it once at start; a second call replaces the first.
    """
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(_formatter(observability.json_logs, secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(observability.log_level)
    for name in _TALKATIVE_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _UVICORN_LOGGERS:
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
        logging.getLogger(name).setLevel(logging.NOTSET)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _shared() -> list[Processor]:
    module = structlog.processors.CallsiteParameter.MODULE
    return [
        structlog.contextvars.merge_contextvars,
        name_trace,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.CallsiteParameterAdder([module]),
    ]


def _formatter(json_logs: bool, secrets: Iterable[str]) -> logging.Formatter:
    processors: list[Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        _mask_keys,
    ]
    if json_logs:
        processors += [
            structlog.processors.format_exc_info,
            structlog.processors.EventRenamer("message"),
            structlog.processors.JSONRenderer(default=str),
        ]
    else:
        # The default formatter would print the local variables, secrets among them.
        plain = structlog.dev.plain_traceback
        processors.append(structlog.dev.ConsoleRenderer(colors=False, exception_formatter=plain))
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_shared(), processors=[*processors, _TextMask(secrets)]
    )


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
        return _SECRET_TEXT.sub(_masked, self._known.sub(MASK, line))


def _masked(secret: re.Match[str]) -> str:
    return (secret["user"] or secret["key"]) + MASK
