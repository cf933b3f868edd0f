"""Serves the metrics on a port of their own, so that scrapes pass no limit of the API."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from prometheus_client import CollectorRegistry, make_asgi_app
from starlette.types import ASGIApp


def metrics_app(registry: CollectorRegistry) -> ASGIApp:
    """Return an application that answers every path with the registry's series."""
    app: ASGIApp = make_asgi_app(registry)
    return app


class _QuietServer(uvicorn.Server):
    """A server that leaves the process's signals to the one that serves the API."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture nothing."""
        yield


class MetricsServer:
    """A second HTTP server in the same event loop."""

    def __init__(self, registry: CollectorRegistry, *, host: str, port: int) -> None:
        """Take the address; port 0 takes a free one."""
        self._address = (host, port)
        self._server = _QuietServer(
            uvicorn.Config(metrics_app(registry), lifespan="off", log_config=None, access_log=False)
        )
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> int:
        """Bind, serve in the background, and return the port; OSError where it is taken."""
        listener = socket.create_server(self._address)
        port: int = listener.getsockname()[1]
        self._task = asyncio.create_task(self._server.serve(sockets=[listener]), name="metrics")
        return port

    async def stop(self) -> None:
        """Let running scrapes end, then close the port."""
        self._server.should_exit = True
        if self._task is not None:
            await self._task
