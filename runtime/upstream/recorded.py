"""A recorded-upstream server of our own, as a child process that ends with its context."""

import asyncio
import importlib.util
import re
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from profiles.contract import RECORDED_START_SECONDS
from runtime.upstream.error import UpstreamConnectionError

_PACKAGE = "upstreams"
_READY = re.compile(r"recorded upstreams: (http://\S+)")
"""The line that the server prints once it listens."""
_END_SECONDS = 5.0
"""Time it has to end before it is killed."""


def recorded_server_installed() -> bool:
    """Return whether the package of the recorded-upstream server is there."""
    return importlib.util.find_spec(_PACKAGE) is not None


@asynccontextmanager
async def recorded_server() -> AsyncIterator[str]:
    """Run the server with its sample records on a free loopback port; give its base address.

    Raises UpstreamConnectionError when it does not start.
    """
    command = (sys.executable, "-m", _PACKAGE, "--host", "127.0.0.1", "--port", "0")
    # Its input ends with this process, also with one that is killed: so it never stays behind.
    process = await asyncio.create_subprocess_exec(
        *command, "--until-input-ends", stdin=PIPE, stdout=PIPE
    )
    drain: asyncio.Task[None] | None = None
    try:
        base_url = await _base_url(process)
        drain = asyncio.create_task(_drain(process))
        yield base_url
    finally:
        await _end(process)
        if drain is not None:
            await drain


async def _base_url(process: Process) -> str:
    assert process.stdout is not None, "started with stdout=PIPE"  # noqa: S101 - for the type
    try:
        async with asyncio.timeout(RECORDED_START_SECONDS):
            async for line in process.stdout:
                ready = _READY.search(line.decode("utf-8", "replace"))
                if ready:
                    return ready[1]
    except TimeoutError:
        reason = f"did not start within {RECORDED_START_SECONDS:.0f} s"
    else:
        reason = f"ended while starting with code {await process.wait()}"
    raise UpstreamConnectionError("recorded upstreams", f"python -m {_PACKAGE} {reason}")


async def _drain(process: Process) -> None:
    """Read what else it prints, so that a full pipe never stops it."""
    assert process.stdout is not None, "started with stdout=PIPE"  # noqa: S101 - for the type
    async for _ in process.stdout:
        pass


async def _end(process: Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(_END_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
