"""Errors: one form, and nothing of the inside."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from runtime.api.problem import install_problems
from runtime.errors import OverloadedError
from runtime.settings import Settings
from tests.runtime.service import serving


async def test_a_body_without_a_length_is_cut_off(settings: Settings) -> None:
    """SEC-02: chunks are counted, so that nobody can fill the memory."""

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(1025):
            yield b"x" * 1024

    headers = {"content-type": "application/json"}
    async with serving(settings) as client:
        answer = await client.post("/invoke", content=chunks(), headers=headers)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/nothing", None, 404),
        ("GET", "/invoke", None, 405),
        ("POST", "/invoke", b"{broken", 422),
        ("POST", "/invoke", b"x" * 1025 * 1024, 413),
        ("DELETE", "/health", None, 405),
    ],
)
async def test_every_error_is_problem_json(
    settings: Settings, method: str, path: str, body: bytes | None, status: int
) -> None:
    """SEC-02: programs read one form of error, whatever went wrong (RFC 9457)."""
    headers = {"content-type": "application/json"}
    async with serving(settings) as client:
        answer = await client.request(method, path, content=body, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert answer.json()["detail"]


async def test_a_body_that_is_not_json_is_told_the_content_type(settings: Settings) -> None:
    """SEC-02: the usual slip with curl names its fix."""
    async with serving(settings) as client:
        answer = await client.post("/invoke", content=b'{"input": "x"}')
    assert "Content-Type: application/json" in answer.json()["detail"]


async def test_an_unexpected_error_tells_nothing_of_the_inside() -> None:
    """SEC-03: neither message nor trace of what was raised reaches the caller."""
    app = FastAPI()
    install_problems(app, ())

    @app.get("/broken")
    async def broken() -> None:
        raise ValueError("password=hunter2")

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        answer = await client.get("/broken")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "hunter2" not in answer.text
    assert "Traceback" not in answer.text


def test_an_expected_error_carries_its_status_and_when_to_come_again() -> None:
    """SEC-01: Retry-After comes from the error itself."""
    error = OverloadedError("full", retry_after_seconds=3)
    assert (error.status, error.headers) == (503, {"Retry-After": "3"})
