"""Carries a loopback port of the host into a machine's network, and nothing else.

Run as a file of its own with the standard library alone: `python -I forward.py PORT PID ADDRESS
NAME`. It listens on the host's loopback first, then joins the network of process PID for good:
the listening socket stays where it was opened, every new connection leaves from inside. NAME is
how its own cluster finds it again.
"""

import asyncio
import ctypes
import os
import socket
import sys
from pathlib import Path

_CLONE_NEWNET = 0x40000000
_CHUNK_BYTES = 65536


def main() -> None:
    """Listen, join, and carry until killed."""
    port, pid, address = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    listening = socket.create_server(("127.0.0.1", port))
    with Path(f"/proc/{pid}/ns/net").open() as network:
        if ctypes.CDLL(None, use_errno=True).setns(network.fileno(), _CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns", os.strerror(ctypes.get_errno()))
    if os.fork():
        os._exit(0)  # it listens: whoever started it may go on
    os.setsid()
    host, _, inner_port = address.rpartition(":")
    asyncio.run(serve(listening, host, int(inner_port)))


async def serve(listening: socket.socket, host: str, port: int) -> None:
    """Carry every connection of a listening socket to an address."""

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            inner_reader, inner_writer = await asyncio.open_connection(host, port)
        except OSError:
            writer.close()  # the caller sees a closed connection, as with any server that is down
            return
        await asyncio.gather(_copy(reader, inner_writer), _copy(inner_reader, writer))
        inner_writer.close()
        writer.close()

    server = await asyncio.start_server(carry, sock=listening)
    await server.serve_forever()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(_CHUNK_BYTES):
            writer.write(data)
            await writer.drain()
        writer.write_eof()
    except OSError:
        writer.close()  # one side hung up: the other hears of it


if __name__ == "__main__":
    main()
