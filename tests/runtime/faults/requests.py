"""Single requests at a process."""

from typing import Any

import httpx

from tests.runtime.faults.stack import END_SECONDS, Process


async def posted(process: Process, path: str, body: Any) -> httpx.Response:
    """Send a request."""
    async with httpx.AsyncClient(base_url=process.url, timeout=END_SECONDS) as client:
        return await client.post(path, json=body)


async def got(process: Process, path: str) -> httpx.Response:
    """Ask for something."""
    async with httpx.AsyncClient(base_url=process.url, timeout=END_SECONDS) as client:
        return await client.get(path)
