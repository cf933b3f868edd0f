"""The forwarder carries bytes both ways, half-closed streams too."""

import asyncio
import socket

from plumb.local.forward import serve


async def _shout(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write((await reader.read()).upper())
    await writer.drain()
    writer.close()


async def test_a_stream_is_carried_to_its_end_and_answered() -> None:
    """The caller ends its half, the server answers to that end, and the answer arrives whole."""
    server = await asyncio.start_server(_shout, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    listening = socket.create_server(("127.0.0.1", 0))
    carrying = asyncio.create_task(serve(listening, "127.0.0.1", port))
    async with server:
        reader, writer = await asyncio.open_connection(*listening.getsockname())
        writer.write(b"x" * 300_000)
        writer.write_eof()
        assert await reader.read() == b"X" * 300_000
        writer.close()
        await writer.wait_closed()
    carrying.cancel()
    await asyncio.gather(carrying, return_exceptions=True)


async def test_a_server_that_is_down_closes_the_stream() -> None:
    """The caller sees a closed connection, not one that hangs."""
    free = socket.create_server(("127.0.0.1", 0))
    port = free.getsockname()[1]
    free.close()
    listening = socket.create_server(("127.0.0.1", 0))
    carrying = asyncio.create_task(serve(listening, "127.0.0.1", port))
    reader, writer = await asyncio.open_connection(*listening.getsockname())
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()
    carrying.cancel()
    await asyncio.gather(carrying, return_exceptions=True)
