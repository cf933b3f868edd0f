"""Pure-ASGI middleware in front of the API: names the caller, then counts the request."""

from collections.abc import Sequence

from pydantic import SecretStr
from starlette.types import ASGIApp, Receive, Scope, Send

from profiles.contract import PROBE_PATHS
from runtime.api.path import INFO_PATH, OK_PATH, OPENAPI_PATH, PAGE_PATH
from runtime.api.problem import problem_response
from runtime.errors import RateLimitError, UnauthorizedError
from runtime.security.caller import caller_of
from runtime.security.limiter import CallerLimiter

OPEN_PATHS = frozenset({*PROBE_PATHS, OK_PATH, INFO_PATH, PAGE_PATH, OPENAPI_PATH})
"""What anybody may ask at any time: probes must never be refused, and the page holds no data."""


class Gate:
    """Refuses callers without a key (401) and callers that ask too often (429)."""

    def __init__(
        self, app: ASGIApp, *, header: str, keys: Sequence[SecretStr], limiter: CallerLimiter
    ) -> None:
        """Stand before an application."""
        self._app = app
        self._header = header
        self._keys = keys
        self._limiter = limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer for the application."""
        if scope["type"] != "http" or scope["path"] in OPEN_PATHS:
            await self._app(scope, receive, send)
            return
        try:
            await self._admit(scope)
        except (UnauthorizedError, RateLimitError) as error:
            await problem_response(error)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _admit(self, scope: Scope) -> None:
        caller = caller_of(scope, self._header, self._keys)
        if caller is None:
            raise UnauthorizedError(f"send one of the service's API keys in {self._header}")
        await self._limiter.take(caller)
        scope.setdefault("state", {})["caller"] = caller
