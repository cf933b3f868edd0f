"""Pure-ASGI middleware that bounds the connections of the process."""

from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from profiles.contract import PROBE_PATHS
from runtime.api.problem import problem_response
from runtime.errors import ConnectionsError


class ConnectionCap:
    """Answers 503 over a connection beyond the cap, and closes it; probes are always answered.

    The server tells how many connections it has in `app.state.connections`; a server that does not
    is not bounded. Its own cap would refuse probes as well, and end a pod that is only busy.
    """

    def __init__(self, app: ASGIApp, *, most: int) -> None:
        """Stand before an application."""
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or refuse it and its connection."""
        if scope["type"] != "http" or scope["path"] in PROBE_PATHS or not self._exceeded(scope):
            await self._app(scope, receive, send)
            return
        response = problem_response(
            ConnectionsError(
                f"this process has more than {self._most} connections; come again on a new one",
            )
        )
        response.headers["Connection"] = "close"
        await response(scope, receive, send)

    def _exceeded(self, scope: Scope) -> bool:
        count: Callable[[], int] | None = getattr(scope["app"].state, "connections", None)
        return count is not None and count() > self._most
