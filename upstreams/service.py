"""What every call of a recorded service goes through: limit, fault, answer, log."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from upstreams.calls import Call, Calls
from upstreams.damage import faulty, rate_limited
from upstreams.faults import Faults, RateLimit

EVIDENCE_HEADER = "X-Plumbline-Evidence"
"""On every data answer: `sample` from the bundled folder, `recorded` from any other."""

Answer = Callable[[Mapping[str, str], Request], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The part of the server that both services share."""

    evidence: str
    """Value of `EVIDENCE_HEADER`."""
    faults: Faults = field(default_factory=Faults)
    """What is ordered to go wrong."""
    calls: Calls = field(default_factory=Calls)
    """What was served."""

    def endpoint(self, service: str, answer: Answer) -> Endpoint:
        """Make a route's endpoint: `answer` with everything around it."""

        async def serve(request: Request) -> Response:
            started = time.monotonic()
            parameters = await _parameters(request)
            response = await self._response(service, request, answer, parameters)
            response.headers[EVIDENCE_HEADER] = self.evidence
            call = Call(
                service=service,
                path=request.url.path,
                query=parameters,
                status=response.status_code,
                at_seconds=started,
                traceparent=request.headers.get("traceparent"),
            )
            self.calls.add(call)
            return response

        return serve

    async def _response(
        self, service: str, request: Request, answer: Answer, parameters: dict[str, str]
    ) -> Response:
        limit = self.faults.limit if service == "pubmed" else None
        caller = parameters.get("api_key") or (request.client.host if request.client else "")
        count = limit.count(caller) if limit else 0
        if limit and count > limit.allowed:
            return _metered(rate_limited(count, limit.allowed, caller), limit, count)
        fault = self.faults.take(service, request.url.path)
        if fault is None:
            response = answer(parameters, request)
        else:
            rule, wait_seconds = fault
            await asyncio.sleep(wait_seconds)
            response = faulty(answer(parameters, request), rule, service)
        return _metered(response, limit, count) if limit else response


def _metered(response: Response, limit: RateLimit, count: int) -> Response:
    """Add the two headers that recorded E-utilities answers carry."""
    response.headers["X-RateLimit-Limit"] = str(limit.allowed)
    response.headers["X-RateLimit-Remaining"] = str(max(0, limit.allowed - count))
    return response


async def _parameters(request: Request) -> dict[str, str]:
    """Query and form parameters in one; a repeated name is joined by commas, as `id=1&id=2`."""
    pairs = [*request.query_params.multi_items()]
    if request.method == "POST":
        form = (await request.body()).decode(errors="replace")
        pairs += parse_qsl(form, keep_blank_values=True)
    parameters: dict[str, str] = {}
    for name, value in pairs:
        parameters[name] = f"{parameters[name]},{value}" if name in parameters else value
    return parameters
