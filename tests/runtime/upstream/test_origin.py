"""Which services are asked."""

import asyncio
import signal
import sys
from dataclasses import replace

import httpx
import psutil
import pytest

from profiles.upstreams import Upstreams
from runtime.research.evidence import EvidenceKind
from runtime.upstream.origin import await_evidence, open_origins
from runtime.upstream.recorded import recorded_server
from tests.runtime.research.parts import service
from tests.runtime.upstream.parts import closed_port


def upstreams(**changed: object) -> Upstreams:
    """Return the embedded profile's section with dead addresses, and the given fields."""
    dead = f"http://127.0.0.1:{closed_port()}"
    given = {"pubmed_url": dead, "ctgov_url": dead, "recorded_url": dead, **changed}
    return replace(service().upstreams, **given)  # type: ignore[arg-type]  # fields by name


async def test_live_is_taken_without_asking() -> None:
    """Production never swaps its sources for others."""
    section = upstreams(source="live")
    async with httpx.AsyncClient() as client, open_origins(section, client) as origins:
        assert origins.evidence is EvidenceKind.LIVE
        assert origins.pubmed.base_url == section.pubmed_url


async def test_auto_takes_live_services_that_answer(sample_url: str) -> None:
    """One of the two is enough: the other may be down for a moment."""
    section = upstreams(source="auto", ctgov_url=f"{sample_url}/api/v2")
    async with httpx.AsyncClient() as client, open_origins(section, client) as origins:
        assert origins.ctgov.base_url == section.ctgov_url
        assert origins.evidence is EvidenceKind.LIVE


async def test_auto_does_not_take_a_page_for_a_service(server: httpx.AsyncClient) -> None:
    """A sign-in page of a network answers everything with HTML."""
    await server.put("/control", json={"ctgov": [{"garbage": "html"}]})
    url = f"{server.base_url}".rstrip("/")
    section = upstreams(source="auto", ctgov_url=f"{url}/api/v2", recorded_url=url)
    async with httpx.AsyncClient() as client, open_origins(section, client) as origins:
        assert origins.evidence is EvidenceKind.SAMPLE


@pytest.mark.parametrize("source", ["auto", "recorded"])
async def test_a_recorded_server_is_started_where_none_answers(source: str) -> None:
    """The embedded profile answers on a machine without network, and says what it answers from."""
    async with httpx.AsyncClient() as client:
        async with open_origins(upstreams(source=source), client) as origins:
            url = origins.ctgov.base_url
            assert (await client.get(f"{url}/studies")).status_code == 200
            assert origins.evidence is EvidenceKind.SAMPLE
        with pytest.raises(httpx.ConnectError):
            await client.get(f"{url}/studies")


async def test_the_started_server_ends_with_its_context() -> None:
    """No process is left behind, even when the body fails."""
    before = {child.pid for child in psutil.Process().children()}
    with pytest.raises(ZeroDivisionError):
        async with recorded_server():
            raise ZeroDivisionError
    assert {child.pid for child in psutil.Process().children()} <= before


_KILLED = """
import asyncio, os, signal
from runtime.upstream.recorded import recorded_server

async def main():
    async with recorded_server() as url:
        print(url, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def test_the_started_server_ends_with_a_process_that_is_killed() -> None:
    """Nobody is left to end it, so it looks to that by itself."""
    command = (sys.executable, "-c", _KILLED)
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    assert process.returncode == -signal.SIGKILL
    async with httpx.AsyncClient() as client, asyncio.timeout(20):
        while True:
            try:
                await client.get(f"{said.decode().strip()}/healthz")
            except httpx.TransportError:
                return


async def test_a_server_that_starts_later_is_waited_for() -> None:
    """Pods of one stack start together, and the service is not always the last of them."""
    port = closed_port()

    async def late() -> asyncio.subprocess.Process:
        await asyncio.sleep(0.2)
        command = (sys.executable, "-m", "upstreams", "--port", str(port))
        return await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.DEVNULL)

    async with httpx.AsyncClient() as client:
        assert await await_evidence(client, f"http://127.0.0.1:{port}", 1, 0) is None
        process, kind = await asyncio.gather(
            late(), await_evidence(client, f"http://127.0.0.1:{port}", 1, 30)
        )
    process.terminate()
    await process.wait()
    assert kind is EvidenceKind.SAMPLE
