"""Logs: their fields, their levels, and what never stands in them."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from tests.runtime.observability.logged import configured, lines, restored

AWKWARD = 'quoted"value'


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    with restored():
        yield


def test_json_lines_carry_the_documented_fields() -> None:
    """Timestamp, level, logger, message, module, and what the context knows (OBS-01)."""
    stream = configured()
    structlog.contextvars.bind_contextvars(user_id="u1", thread_id="t1")
    structlog.stdlib.get_logger("runtime.some").info("run ended", latency_ms=12.5)
    (line,) = lines(stream)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "level": "info",
        "logger": "runtime.some",
        "message": "run ended",
        "module": "some",
        "user_id": "u1",
        "thread_id": "t1",
        "latency_ms": 12.5,
    }


def test_logs_of_libraries_take_the_same_form() -> None:
    """Handlers of uvicorn are replaced, its records carry the same fields (OBS-01)."""
    own = io.StringIO()
    logging.getLogger("uvicorn.error").addHandler(logging.StreamHandler(own))
    stream = configured()
    logging.getLogger("uvicorn.error").info("started on %s", 8000)
    (line,) = lines(stream)
    assert line["message"] == "started on 8000"
    assert line["logger"] == "uvicorn.error"
    assert own.getvalue() == ""
    assert line["module"] == "test_logs"


def test_the_level_of_the_settings_is_obeyed() -> None:
    """Nothing below the level is logged (OBS-01: not hard-wired)."""
    stream = configured(level="WARNING")
    structlog.stdlib.get_logger("a").info("quiet")
    logging.getLogger("b").info("quiet")
    structlog.stdlib.get_logger("a").warning("loud")
    assert [line["message"] for line in lines(stream)] == ["loud"]


def test_exceptions_are_logged_with_their_traceback() -> None:
    """The `exception` field holds the traceback (OBS-01)."""
    stream = configured()
    try:
        _ = 1 / 0
    except ZeroDivisionError:
        structlog.stdlib.get_logger("a").exception("broke")
    (line,) = lines(stream)
    assert "ZeroDivisionError" in line["exception"]


@pytest.mark.parametrize("json_logs", [True, False])
def test_secrets_stand_nowhere(json_logs: bool) -> None:
    """Known values, secret-like keys and credentials are masked, in tracebacks too (SEC-03)."""
    stream = configured(json_logs=json_logs, secrets=(AWKWARD, ""))
    logger = structlog.stdlib.get_logger("a")
    fields = {"database_password": "hunter2", "Authorization": "Basic abcd"}
    logger.info("connecting with %s", AWKWARD, **fields)
    logger.info("GET https://user:pa55@host/x?api_key=k3y&term=flu", header="Bearer t0ken")
    try:
        raise ValueError(AWKWARD)
    except ValueError:
        logging.getLogger("b").exception("failed")
    text = stream.getvalue()
    for secret in (AWKWARD, json.dumps(AWKWARD)[1:-1], "hunter2", "abcd", "pa55", "k3y", "t0ken"):
        assert secret not in text
    assert "term=flu" in text
    assert "user:***@host" in text


def test_addresses_without_credentials_stay_readable() -> None:
    """A port is no password."""
    stream = configured()
    structlog.stdlib.get_logger("a").info("running on http://127.0.0.1:8000/health", to="a@b.org")
    (line,) = lines(stream)
    assert line["message"] == "running on http://127.0.0.1:8000/health"


def test_lines_for_people_are_plain() -> None:
    """Without JSON a line reads as text, without colour codes."""
    stream = configured(json_logs=False)
    structlog.stdlib.get_logger("a").info("ready", port=8000)
    assert "ready" in stream.getvalue()
    assert "port=8000" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()
