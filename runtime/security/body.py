"""Pure-ASGI middleware that bounds requests: memory is shared."""

from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runtime.api.problem import problem_response
from runtime.errors import ServiceError


class RequestTooLargeError(ServiceError):
    """The request is larger than the profile lets one be."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    kind = "request-too-large"
    title = "Request too large"


class BodyLimit:
    """Refuses a body by its announced length, and cuts one off that announces none."""

    def __init__(self, app: ASGIApp, *, most_bytes: int) -> None:
        """Stand before an application."""
        self._app = app
        self._most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdigit() and int(announced) > self._most_bytes:
            error = RequestTooLargeError(f"send at most {self._most_bytes} bytes")
            await problem_response(error)(scope, receive, send)
            return
        await self._app(scope, _bounded(receive, self._most_bytes), send)


def _bounded(receive: Receive, most_bytes: int) -> Receive:
    received = 0

    async def bounded() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > most_bytes:
            # The framework's own error, because its body parser lets no other one pass.
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return message

    return bounded
