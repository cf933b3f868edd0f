"""runtime.api.server: connections are kept and bounded as the stack says."""

import asyncio
from pathlib import Path

import httpx

from tests.runtime.service import config_file, serving, settings_of, until

PATH = "/info"


async def test_an_idle_connection_is_closed_when_its_time_is_over(
    tmp_path: Path, upstream: httpx.Client
) -> None:
    """Rule 18: the server obeys api.keep_alive_seconds, not a default of its own."""
    config = config_file(tmp_path, str(upstream.base_url), {"api": {"keep_alive_seconds": 1}})
    async with serving(settings_of(config)) as client:
        reader, writer = await asyncio.open_connection("127.0.0.1", client.base_url.port)
        writer.write(f"GET {PATH} HTTP/1.1\r\nHost: service\r\n\r\n".encode())
        answer = await asyncio.wait_for(reader.read(), 60)  # to the end, which the server makes
        writer.close()
        await writer.wait_closed()
    assert answer.startswith(b"HTTP/1.1 200")


async def test_a_connection_beyond_the_cap_is_refused_and_closed_but_probes_are_not(
    tmp_path: Path, upstream: httpx.Client
) -> None:
    """Rule 19: a flood of connections gets problems with 503, and ends no pod by its probes."""
    config = config_file(tmp_path, str(upstream.base_url), {"api": {"max_connections": 2}})
    async with serving(settings_of(config)) as client:
        async with httpx.AsyncClient(base_url=client.base_url) as idle:
            # Two at the same time are two connections, which are kept afterwards.
            await asyncio.gather(idle.get("/livez"), idle.get("/livez"))
            refused = await client.get(PATH)
            probe = await client.get("/livez")

        async def answered() -> bool:
            return (await client.get(PATH)).status_code == 200

        await until(answered)
    assert (refused.status_code, refused.headers["connection"]) == (503, "close")
    assert refused.headers["content-type"] == "application/problem+json"
    assert (refused.json()["title"], refused.headers["retry-after"]) == (
        "Too many connections",
        "1",
    )
    assert probe.status_code == 200
