"""A server over a real socket that answers as it is told, and remembers what it was sent."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Answer = Callable[[int], Awaitable[bytes]]
"""The number of a request, from 0, to its whole HTTP answer."""


def answered(status: str, body: bytes, kind: str = "application/json") -> bytes:
    """Return an HTTP answer."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class Told:
    """What was sent to the server."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.url = ""
        self.heads: list[bytes] = []
        self.bodies: list[bytes] = []
        self.at_once = 0
        self.most_at_once = 0


@asynccontextmanager
async def telling(answer: Answer) -> AsyncIterator[Told]:
    """Serve on a free port until the block ends."""
    told = Told()

    open_now: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        open_now.add(task)
        try:
            while True:
                await _one(reader, writer, answer, told)
        except (asyncio.CancelledError, asyncio.IncompleteReadError, ConnectionError):
            writer.transport.abort()
        finally:
            open_now.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    told.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield told
    finally:
        server.close()
        left = list(open_now)
        for task in left:
            task.cancel()
        await asyncio.gather(*left)


async def _one(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Answer, told: Told
) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.partition(b":")[2])
        for line in head.splitlines()
        if line.lower().startswith(b"content-length")
    )
    told.heads.append(head)
    told.bodies.append(await reader.readexactly(length))
    told.at_once += 1
    told.most_at_once = max(told.most_at_once, told.at_once)
    try:
        writer.write(await answer(len(told.heads) - 1))
        await writer.drain()
    finally:
        told.at_once -= 1
