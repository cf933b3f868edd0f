"""One sample server and one server of real data for the whole run; clean orders for each test."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.upstreams.server import recorded_data, recorded_upstreams

_TIMEOUT_SECONDS = 30


@pytest.fixture(scope="session")
def sample_url() -> Iterator[str]:
    """Give the base URL of a server of the bundled sample."""
    with recorded_upstreams() as url:
        yield url


@pytest.fixture
def sample(sample_url: str) -> Iterator[httpx.Client]:
    """Give a client of the sample server without faults and with no calls counted."""
    with httpx.Client(base_url=sample_url, timeout=_TIMEOUT_SECONDS) as client:
        client.delete("/control").raise_for_status()
        client.delete("/control/calls").raise_for_status()
        yield client
        client.delete("/control").raise_for_status()


@pytest.fixture(scope="session")
def data() -> Path:
    """Find the folder of real recorded data; skips where it is absent."""
    folder = recorded_data()
    if folder is None:
        pytest.skip("no recorded data: set PLUMBLINE_DATA or place it at ../shared/data")
    return folder


@pytest.fixture(scope="session")
def recorded(data: Path) -> Iterator[httpx.Client]:
    """Give a client of a server of the real recorded data."""
    with (
        recorded_upstreams(data) as url,
        httpx.Client(base_url=url, timeout=_TIMEOUT_SECONDS) as client,
    ):
        yield client
