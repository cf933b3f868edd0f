"""The service's logs, caught as they would be printed."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog

from profiles.observability import Observability
from runtime.observability import configure_logging


@contextmanager
def restored() -> Iterator[None]:
    """Leave the process's logging as it was."""
    root = logging.getLogger()
    handlers, level, before = root.handlers[:], root.level, structlog.get_config()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**before)
    structlog.contextvars.clear_contextvars()


def configured(
    *, json_logs: bool = True, level: str = "INFO", secrets: tuple[str, ...] = ()
) -> io.StringIO:
    """Configure logging into a buffer and return it."""
    stream = io.StringIO()
    observability = Observability(
        log_level=level,  # type: ignore[arg-type]  # a test's text
        json_logs=json_logs,
        tracing=False,
        langsmith_project="test",
    )
    configure_logging(observability, secrets=secrets, stream=stream)
    return stream


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    """Return the logged objects."""
    return [json.loads(line) for line in stream.getvalue().splitlines()]
