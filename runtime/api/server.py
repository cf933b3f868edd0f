"""One uvicorn server that drains when it is told to end."""

import signal
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runtime.api.service import Service
from runtime.api.trace import Traced


class StartReport:
    """Tells an expected failure to start in one line, where Starlette would send a traceback."""

    def __init__(self, app: FastAPI) -> None:
        """Stand before the application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; only the reason of a failed start is put in words."""

        async def tell(message: Message) -> None:
            error = self._app.state.start_error
            if message["type"] == "lifespan.startup.failed" and error is not None:
                message = {**message, "message": f"not started: {error}"}
            await send(message)

        await self._app(scope, receive, tell if scope["type"] == "lifespan" else send)


class FarewellHeader:
    """Asks callers to come back on a new connection once the drain has begun.

    A connection that is simply closed may carry a request that is on its way, and loses it.
    """

    def __init__(self, app: ASGIApp, draining: Callable[[], bool]) -> None:
        """Stand before the application."""
        self._app = app
        self._draining = draining

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, with `Connection: close` on what is answered while draining."""

        async def part(message: Message) -> None:
            if message["type"] == "http.response.start" and self._draining():
                headers = [*message.get("headers", ()), (b"connection", b"close")]
                message = {**message, "headers": headers}
            await send(message)

        await self._app(scope, receive, part if scope["type"] == "http" else send)


class DrainingServer(uvicorn.Server):
    """Falls out of readiness first, lets running requests end, and only then closes."""

    def __init__(self, app: FastAPI, on_ready: Callable[[], None]) -> None:
        """Take the application, and whom to tell that it listens."""
        self._app = app
        app.state.connections = lambda: len(self.server_state.connections)
        self._on_ready = on_ready
        super().__init__(
            uvicorn.Config(
                Traced(FarewellHeader(StartReport(app), self._draining)),
                timeout_keep_alive=app.state.settings.config.api.keep_alive_seconds,
                loop="uvloop",
                http="httptools",
                ws="none",
                lifespan="on",
                log_config=None,
                log_level="warning",
                access_log=False,
                server_header=False,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        if self.started:
            self._on_ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin the drain at the first signal; a second one, or one during start, ends at once."""
        service = self._service()
        if service is None or service.drain.draining:
            self.force_exit = service is not None and sig == signal.SIGINT
            super().handle_exit(sig, frame)
        else:
            service.drain.begin()

    async def on_tick(self, counter: int) -> bool:
        """Look ten times a second whether the drain is done."""
        service = self._service()
        if service is not None and service.drain.may_close(
            service.core.admission.active, len(self.server_state.connections)
        ):
            self.config.timeout_graceful_shutdown = int(service.drain.remaining_seconds())
            self.should_exit = True
        return await super().on_tick(counter)

    def _draining(self) -> bool:
        service = self._service()
        return service is not None and service.drain.draining

    def _service(self) -> Service | None:
        """Return the service; None before start-up has made it."""
        service: Service | None = getattr(self._app.state, "service", None)
        return service
