"""Ports of the loopback."""

import socket

from plumb.errors import PlumbError


def free_port(preferred: int = 0) -> int:
    """Return the preferred port of the loopback if it is free, any free one otherwise.

    Raises PlumbError where every one is taken.
    """
    for port in (preferred, 0):
        with socket.socket() as candidate:
            candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                candidate.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(candidate.getsockname()[1])
    raise PlumbError("no free port on 127.0.0.1")
