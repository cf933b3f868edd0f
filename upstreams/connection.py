"""Open client connections, so that one can be reset the hard way."""

import asyncio
import socket
import struct
from typing import ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol

_LINGER_ZERO = struct.pack("ii", 1, 0)
"""SO_LINGER on, for 0 seconds: closing sends RST instead of FIN."""
Address = tuple[str, int]


class TrackedProtocol(H11Protocol):
    """Uvicorn's HTTP protocol, with a way from a request to its transport, which ASGI lacks."""

    open: ClassVar[dict[Address, asyncio.Transport]] = {}
    """Client address to transport."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the base
        """Remember the transport under the client's address."""
        super().connection_made(transport)
        if self.client is not None:
            self.open[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the transport."""
        if self.client is not None:
            self.open.pop(self.client, None)
        super().connection_lost(exc)


def reset(client: Address) -> None:
    """Reset a client's TCP connection; without effect when it is gone already."""
    transport = TrackedProtocol.open.get(client)
    if transport is not None:
        transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO
        )
        transport.abort()
