"""Gives every request its trace: the caller's where one is named, else a new one."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runtime.observability.trace import TRACE, TRACEPARENT, TRACERESPONSE, TRACESTATE, received

_PARENT, _STATE, _RESPONSE = (name.encode() for name in (TRACEPARENT, TRACESTATE, TRACERESPONSE))


class Traced:
    """Pure-ASGI middleware, before all others: what they log and answer is part of the trace."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before the application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on in its trace, and name that in the answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        trace = received(_values(scope, _PARENT), _values(scope, _STATE))
        told = (_RESPONSE, trace.text.encode())

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), told]}
            await send(message)

        # Never reset: the request's task is its own, and the server logs an error after this.
        TRACE.set(trace)
        await self._app(scope, receive, tell)


def _values(scope: Scope, header: bytes) -> list[str]:
    return [value.decode("latin-1") for name, value in scope["headers"] if name == header]
