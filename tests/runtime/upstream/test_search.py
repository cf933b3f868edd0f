"""A search for the services that goes on while its process starts."""

import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from threading import enumerate as threads

import psutil
import pytest

from profiles.service import ServiceConfig
from runtime.research.evidence import EvidenceKind
from runtime.upstream import recorded
from runtime.upstream.error import UpstreamConnectionError
from runtime.upstream.http import http_client
from runtime.upstream.search import EarlySearch
from tests.runtime.research.parts import service
from tests.runtime.upstream.parts import closed_port


def config(source: str) -> ServiceConfig:
    """Return the embedded configuration with dead addresses, and a way to choose among them."""
    dead = f"http://127.0.0.1:{closed_port()}"
    own = service()
    addresses = {"pubmed_url": dead, "ctgov_url": dead, "recorded_url": dead}
    return replace(own, upstreams=replace(own.upstreams, source=source, **addresses))  # type: ignore[arg-type]  # fields by name


async def test_what_an_early_search_started_ends_with_its_context() -> None:
    """Its server answers a client of another loop; then neither it nor the thread stays."""
    before = {child.pid for child in psutil.Process().children()}
    search, own = EarlySearch(config("auto")), service()
    async with search.found() as found, http_client(own, found.trusted) as client:
        assert found.origins.evidence is EvidenceKind.SAMPLE
        assert (await client.get(f"{found.origins.ctgov.base_url}/studies")).status_code == 200
    assert {child.pid for child in psutil.Process().children()} <= before
    assert "origins" not in {thread.name for thread in threads()}


async def test_why_an_early_search_failed_is_raised_where_it_is_awaited(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The start ends with the reason in words, not with a traceback of a thread."""
    monkeypatch.setattr(recorded, "_PACKAGE", "json.decoder.there_is_none")
    monkeypatch.setattr("runtime.upstream.origin.recorded_server_installed", lambda: True)
    search = EarlySearch(config("recorded"))
    with pytest.raises(UpstreamConnectionError, match="ended while starting"):
        async with search.found():
            raise AssertionError("nothing can be found")
    assert "origins" not in {thread.name for thread in threads()}


_LEFT = """
import psutil
from runtime.upstream.search import EarlySearch
from tests.runtime.upstream.test_search import config

EarlySearch(config("auto"))
while not (started := psutil.Process().children()):
    pass
print(started[0].pid)
"""


@pytest.mark.slow
def test_a_search_that_nobody_came_for_holds_up_no_process() -> None:
    """A start that fails meanwhile ends without complaint, and the server that was started too."""
    done = subprocess.run(
        [sys.executable, "-c", _LEFT], capture_output=True, timeout=60, check=True
    )
    assert done.stderr == b""
    with suppress(psutil.NoSuchProcess):
        psutil.Process(int(done.stdout)).wait(timeout=60)
