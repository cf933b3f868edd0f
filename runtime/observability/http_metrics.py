"""Times every HTTP request for Prometheus, and so for Flagger's queries."""

import asyncio
import time
from functools import cache

from prometheus_client import CollectorRegistry, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from profiles import contract

UNMATCHED_ROUTE = "unmatched"
"""Route of requests that no route answers: their paths are the caller's, so unbounded."""

OTHER_METHOD = "OTHER"
"""Method of requests with one that HTTP does not name."""

CLIENT_CLOSED_REQUEST = 499
"""Status of a request whose caller left before an answer began (nginx's code for it)."""

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class HttpMetrics:
    """Pure-ASGI middleware; labels are method, route template and full status code.

    Flagger asks for `http_request_duration_seconds_count{status!~"5.*"}`: a `status` of another
    name or shape would hide every failure from a canary's analysis.
    """

    def __init__(self, app: ASGIApp, registry: CollectorRegistry) -> None:
        """Wrap the application; the series goes to the registry, once."""
        self._app = app
        seconds = Histogram(
            contract.HTTP_SECONDS,
            "Time of an HTTP request until its answer ended, in seconds.",
            ["method", "route", "status"],
            buckets=contract.SECONDS_BUCKETS,
            registry=registry,
        )
        # Bounded as the labels are; looking a series up costs as much as observing.
        self._seconds = cache(seconds.labels)
        self._apart: set[tuple[str, str, str]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and observe it; other protocols only pass."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500  # what the server answers when the application raises before it does
        started = time.perf_counter()

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except asyncio.CancelledError:
            status = CLIENT_CLOSED_REQUEST
            raise
        finally:
            self._observe(scope, status, time.perf_counter() - started)

    def _observe(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in _METHODS else OTHER_METHOD
        # The router leaves the route that it matched in the scope.
        route = getattr(scope.get("route"), "path", UNMATCHED_ROUTE)
        self._seconds(*self._labels(method, route, status)).observe(seconds)

    def _labels(self, method: str, route: str, status: int) -> tuple[str, str, str]:
        """Return the labels, or those that all share once HTTP_CALLS sets are told apart."""
        labels = (method, route, str(status))
        if labels not in self._apart:
            if len(self._apart) >= contract.HTTP_CALLS:
                return OTHER_METHOD, UNMATCHED_ROUTE, _class(status)
            self._apart.add(labels)
        return labels


def _class(status: int) -> str:
    return contract.STATUS_CLASSES[min(max(status // 100, 1), 5) - 1]
