"""A door before a server: it leads elsewhere, or lets bytes through late, when it is told to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

_CHUNK_BYTES = 65_536


class Door:
    """Forwards TCP connections."""

    def __init__(self, target: str | None) -> None:
        """Lead to an address; None holds new connections until there is one."""
        self._there = asyncio.Event()
        self._place = ("", 0)
        self._passing: set[asyncio.Task[None]] = set()
        self.delay_seconds = 0.0
        """Time that what the server says is late, in seconds."""
        self.port = 0
        """Where the door is, on the loopback."""
        self.lead_to(target)

    def lead_to(self, target: str | None) -> None:
        """Lead new connections to an address from now on; None holds them."""
        if target is None:
            self._there.clear()
            return
        parts = urlsplit(target)
        self._place = (parts.hostname or "", parts.port or 0)
        self._there.set()

    def admit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Forward a connection from now on."""
        passing = asyncio.create_task(self._pass(reader, writer))
        self._passing.add(passing)
        passing.add_done_callback(self._passing.discard)

    async def shut(self) -> None:
        """End every connection."""
        for passing in self._passing:
            passing.cancel()
        await asyncio.gather(*self._passing, return_exceptions=True)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._there.wait()
            theirs, ours = await asyncio.open_connection(*self._place)
            try:
                await self._both(reader, ours, theirs, writer)
            finally:
                ours.close()
        except OSError:
            pass  # nobody listens there: the caller's connection ends
        finally:
            writer.close()

    async def _both(
        self,
        reader: asyncio.StreamReader,
        ours: asyncio.StreamWriter,
        theirs: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        ways = {
            asyncio.create_task(self._copy(reader, ours, late=False)),
            asyncio.create_task(self._copy(theirs, writer, late=True)),
        }
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _copy(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, late: bool
    ) -> None:
        with suppress(OSError):
            while chunk := await source.read(_CHUNK_BYTES):
                if late and self.delay_seconds:
                    await asyncio.sleep(self.delay_seconds)  # the fault itself
                target.write(chunk)
                await target.drain()


@asynccontextmanager
async def door_to(target: str | None) -> AsyncIterator[Door]:
    """Open a door on a free port of the loopback."""
    door = Door(target)
    server = await asyncio.start_server(door.admit, "127.0.0.1", 0)
    door.port = server.sockets[0].getsockname()[1]
    try:
        yield door
    finally:
        server.close()
        await door.shut()
