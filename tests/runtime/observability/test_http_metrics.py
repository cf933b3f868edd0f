"""The HTTP series: what Flagger's success rate and duration are computed from."""

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI, HTTPException
from prometheus_client import CollectorRegistry
from starlette.types import Receive, Scope, Send

from profiles.contract import HTTP_CALLS, HTTP_SECONDS, STATUS_CLASSES
from runtime.observability import HttpMetrics


def application(registry: CollectorRegistry) -> FastAPI:
    """Return an application that can succeed, fail, raise and hang."""
    app = FastAPI()
    router = APIRouter(prefix="/threads")

    @router.get("/{thread_id}")
    async def read(thread_id: str) -> str:
        if thread_id == "broken":
            raise HTTPException(503)
        return thread_id

    @app.get("/raises")
    async def raises() -> None:
        message = "unforeseen"
        raise RuntimeError(message)

    @app.get("/hangs")
    async def hangs() -> None:
        await asyncio.Event().wait()

    app.include_router(router)
    app.add_middleware(HttpMetrics, registry=registry)
    return app


def client(registry: CollectorRegistry) -> httpx.AsyncClient:
    """Return a client of a fresh application."""
    transport = httpx.ASGITransport(application(registry), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://service")


def counted(registry: CollectorRegistry) -> dict[tuple[str, str, str], float]:
    """Return the number of requests by method, route and status."""
    return {
        (sample.labels["method"], sample.labels["route"], sample.labels["status"]): sample.value
        for family in registry.collect()
        for sample in family.samples
        if sample.name == f"{HTTP_SECONDS}_count"
    }


async def test_requests_are_counted_by_route_template_and_full_status() -> None:
    """Labels are the template, not the path, and the code, not its class: 5.* must match it."""
    registry = CollectorRegistry()
    async with client(registry) as http:
        for path in ("/threads/a", "/threads/b", "/threads/broken", "/raises"):
            await http.get(path)
    assert counted(registry) == {
        ("GET", "/threads/{thread_id}", "200"): 2,
        ("GET", "/threads/{thread_id}", "503"): 1,
        ("GET", "/raises", "500"): 1,
    }


async def test_unknown_paths_and_methods_cannot_multiply_the_series() -> None:
    """Whatever callers invent ends in one route and one method (fault 33)."""
    registry = CollectorRegistry()
    async with client(registry) as http:
        for number in range(50):
            await http.request(f"METHOD{number}", f"/no/such/{number}")
    assert counted(registry) == {("OTHER", "unmatched", "404"): 50}


async def test_no_caller_makes_more_series_than_are_planned_for() -> None:
    """PL046: once so many are told apart the rest share theirs, in which 5.* is still a failure."""
    registry = CollectorRegistry()

    async def answer(scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": scope["code"], "headers": []})

    metrics = HttpMetrics(answer, registry)

    async def nothing(*_: Any) -> Any:
        return None

    for method in ("GET", "PUT"):
        for code in range(100, 600):
            await metrics({"type": "http", "method": method, "code": code}, nothing, nothing)
    found = counted(registry)
    assert len(found) == HTTP_CALLS + len(STATUS_CLASSES)
    assert found["OTHER", "unmatched", "5xx"] == 200
    assert sum(found.values()) == 1000


async def test_a_request_whose_caller_leaves_is_no_server_error() -> None:
    """A request cancelled before its answer counts as 499."""
    registry = CollectorRegistry()
    async with client(registry) as http:
        request = asyncio.create_task(http.get("/hangs"))
        await asyncio.sleep(0.05)
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request
    assert counted(registry) == {("GET", "/hangs", "499"): 1}


async def test_other_protocols_pass_unobserved() -> None:
    """The server's start and end messages go through to the application."""
    registry = CollectorRegistry()
    seen = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    async def nothing(*_: object) -> Any:
        pytest.fail("the application used it")

    await HttpMetrics(app, registry)({"type": "lifespan"}, nothing, nothing)
    assert seen == ["lifespan"]
    assert counted(registry) == {}
