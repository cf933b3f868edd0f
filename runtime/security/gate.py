"""Pure-ASGI middleware in front of the API: names the caller, then counts the request."""

from collections import deque

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runtime.api.problem import http_problem, problem_response, unexpected_problem
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
        first, again = _twice(receive)
        request = Request(scope, first)
        try:
            user = await self._authenticator.user_of(request)
            await self._limiter.take(user.counted_as, polls=request.method == "GET")
        except UnauthorizedError as error:
            _refused(request)
            await problem_response(error)(scope, receive, send)
        except RateLimitError as error:
            await problem_response(error)(scope, receive, send)
        except HTTPException as error:  # a hook's, of the status that it chose
            _refused(request)
            await http_problem(error)(scope, receive, send)
        except Exception:  # a hook may raise anything; nobody is let in by that
            _log.exception("authentication_failed")
            await unexpected_problem()(scope, receive, send)
        else:
            request.state.user = user
            await self._app(scope, again, _audited(scope, user, send))


def _refused(request: Request) -> None:
    """Tell who was refused at the door, and never what they had in their hands (SEC-05)."""
    _log.warning(
        "audit", action="caller_refused", caller=address_of(request), path=request.url.path
    )


def _twice(receive: Receive) -> tuple[Receive, Receive]:
    """Return two ways to the request's body: what is read by the first is there for the second."""
    kept: deque[Message] = deque()

    async def first() -> Message:
        kept.append(await receive())
        return kept[-1]

    async def again() -> Message:
        return kept.popleft() if kept else await receive()

    return first, again


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
