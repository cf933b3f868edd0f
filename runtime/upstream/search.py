"""The search for the services that are asked, before or while whoever asks them starts."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from concurrent.futures import Future
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from threading import Thread

import httpx

from profiles.service import ServiceConfig
from runtime.upstream.http import http_client
from runtime.upstream.origin import Origins, open_origins


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search gives."""

    origins: Origins
    """Where the services are asked."""
    trusted: ssl.SSLContext
    """The certificates that are trusted: to read them takes as long as to ask."""


@asynccontextmanager
async def found_now(config: ServiceConfig) -> AsyncIterator[Found]:
    """Search; raises as `open_origins`, and what was started ends with the context."""
    trusted = httpx.create_ssl_context()
    async with (
        http_client(config, trusted) as client,
        open_origins(config.upstreams, client) as origins,
    ):
        yield Found(origins=origins, trusted=trusted)


class EarlySearch:
    """Searches in a thread with a loop of its own, while the process imports what it runs.

    Most of the search is waiting, of a start up to a fifth. The thread outlives no process: what
    it started ends with it, whether or not somebody came for what it found.
    """

    def __init__(self, config: ServiceConfig) -> None:
        """Begin to search."""
        self._config = config
        self._found: Future[Found] = Future()
        self._left: Future[None] = Future()
        self._thread = Thread(target=self._run, name="origins", daemon=True)
        self._thread.start()

    @asynccontextmanager
    async def found(self) -> AsyncIterator[Found]:
        """Wait for what is found; raises as `found_now`, and ends as it does."""
        try:
            yield await asyncio.wrap_future(self._found)
        finally:
            self._left.set_result(None)
            await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        # A loop of asyncio's own: it starts processes in any thread.
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            runner.run(self._search())

    async def _search(self) -> None:
        self._found.set_running_or_notify_cancel()  # who stops to wait does not take it back
        async with AsyncExitStack() as stack:
            try:
                found = await stack.enter_async_context(found_now(self._config))
            except Exception as error:  # whatever it is, it is for the one who waits
                self._found.set_exception(error)
                return
            self._found.set_result(found)
            await asyncio.wrap_future(self._left)
