"""The HTTP client that asks the services."""

import ssl

import httpx

from profiles.contract import PROJECT
from profiles.service import ServiceConfig

_CONNECT_SHARE = 1 / 3
"""Share of a node's time for a connection: a host that swallows packets leaves time for a retry."""


def http_client(config: ServiceConfig, trusted: ssl.SSLContext) -> httpx.AsyncClient:
    """Return a client: calls end by their own deadline, and loopback never takes a proxy."""
    connect_seconds = config.graph.node_timeout_ms / 1000 * _CONNECT_SHARE
    return httpx.AsyncClient(
        verify=trusted,
        timeout=httpx.Timeout(None, connect=connect_seconds),
        headers={"User-Agent": f"{PROJECT}/{config.version}"},
        mounts={"all://127.0.0.1": None, "all://localhost": None},
    )
