"""Pure-ASGI middleware in front of the API: names the caller, then counts the request."""

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runtime.api.problem import problem_response
from runtime.errors import RateLimitError, UnauthorizedError
from runtime.security.limiter import CallerLimiter
from runtime.security.permission import OPEN_PATHS, Permission
from runtime.security.user import Authenticator, User, address_of

_log = structlog.get_logger(__name__)


class Gate:
    """Refuses callers whom nobody knows (401) and callers that ask too often (429)."""

    def __init__(
        self, app: ASGIApp, *, authenticator: Authenticator, limiter: CallerLimiter
    ) -> None:
        """Stand before an application."""
        self._app = app
        self._authenticator = authenticator
        self._limiter = limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer for the application."""
        if scope["type"] != "http" or scope["path"] in OPEN_PATHS:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            user = await self._authenticator.user_of(request)
            await self._limiter.take(user.counted_as, polls=request.method == "GET")
        except (UnauthorizedError, RateLimitError) as error:
            _refused(request, error)
            await problem_response(error)(scope, receive, send)
        else:
            request.state.user = user
            await self._app(scope, receive, _audited(scope, user, send))


def _refused(request: Request, error: UnauthorizedError | RateLimitError) -> None:
    """Tell who was refused at the door, and never what they had in their hands (SEC-05)."""
    if isinstance(error, UnauthorizedError):
        _log.warning(
            "audit", action="caller_refused", caller=address_of(request), path=request.url.path
        )


def _audited(scope: Scope, user: User, send: Send) -> Send:
    """Return the way out, on which the end of what is worth it is told (SEC-05)."""

    async def told(message: Message) -> None:
        permission: Permission | None = scope["state"].get("permission")
        if message["type"] == "http.response.start" and permission and permission.audited:
            _log.info(
                "audit",
                action=permission.audited,
                caller=user.counted_as,
                path=scope["path"],
                status=int(message["status"]),
            )
        await send(message)

    return told
