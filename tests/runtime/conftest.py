"""One recorded-upstream server for the whole run; without faults and calls for each test."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import structlog

from runtime.settings import Settings
from tests.runtime.postgres import in_postgres, server, stored
from tests.runtime.service import TIMEOUT_SECONDS, config_file, settings_of
from tests.upstreams.server import recorded_upstreams

__all__ = ["in_postgres", "server", "stored"]


@pytest.fixture(scope="session", autouse=True)
def _plain_errors() -> None:
    """Log errors as the service does: a page with every local variable costs a second each."""
    plain = structlog.dev.plain_traceback
    last = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=plain)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], last])


@pytest.fixture(scope="session")
def upstream_url() -> Iterator[str]:
    """Give the base address of a server of the bundled sample."""
    with recorded_upstreams() as url:
        yield url


@pytest.fixture
def upstream(upstream_url: str) -> Iterator[httpx.Client]:
    """Give a client that orders faults of the upstreams and counts their calls."""
    with httpx.Client(base_url=upstream_url, timeout=TIMEOUT_SECONDS) as client:
        client.delete("/control").raise_for_status()
        client.delete("/control/calls").raise_for_status()
        yield client
        client.delete("/control").raise_for_status()


@pytest.fixture
def settings(tmp_path: Path, upstream: httpx.Client) -> Settings:
    """Give the settings of a service with embedded values and the sample's upstreams."""
    return settings_of(config_file(tmp_path, str(upstream.base_url)))
