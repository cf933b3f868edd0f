"""A running service over HTTP: its events, and its reports."""

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from runtime.api.path import STREAM_PATH
from runtime.errors import ServiceError
from runtime.settings import client_headers, process_environment

_CONNECT_SECONDS = 5.0
"""Time to reach a service, in seconds; its answer may take as long as its own limits let it."""


class RemoteError(ServiceError):
    """The service cannot be reached, or answered with a problem."""


async def remote_events(
    url: str, question: str, budget_ms: int | None
) -> AsyncGenerator[tuple[str, dict[str, Any]]]:
    """Yield the name and data of each event of a run."""
    body = {"input": question, **({"budget_ms": budget_ms} if budget_ms else {})}
    async with _client(url) as client, client.stream("POST", STREAM_PATH, json=body) as answer:
        if answer.status_code != 200:
            await answer.aread()
            raise RemoteError(_problem(url, answer))
        name = ""
        async for line in answer.aiter_lines():
            if line.startswith("event:"):
                name = line.removeprefix("event:").strip()
            elif line.startswith("data:"):
                yield name, json.loads(line.removeprefix("data:"))


async def remote_report(url: str, path: str) -> dict[str, Any]:
    """Return a report; one that comes with 503 is a report too."""
    async with _client(url) as client:
        answer = await client.get(path)
    if "problem" in answer.headers.get("content-type", "") or not _is_json(answer):
        raise RemoteError(_problem(url, answer))
    body: dict[str, Any] = answer.json()
    return body


@asynccontextmanager
async def _client(url: str) -> AsyncIterator[httpx.AsyncClient]:
    headers = client_headers(process_environment())
    timeout = httpx.Timeout(None, connect=_CONNECT_SECONDS)
    try:
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=timeout) as client:
            yield client
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        reason = str(error) or type(error).__name__
        raise RemoteError(
            f"no service answers at {url} ({reason}); start one with `orchestrator serve`, or "
            "name its address with --url"
        ) from error


def _problem(url: str, answer: httpx.Response) -> str:
    detail = answer.json().get("detail", "") if _is_json(answer) else "that is not the service"
    hint = "; set API_KEY to one of its keys" if answer.status_code == 401 else ""
    return f"{url} answered {answer.status_code}: {detail}{hint}"


def _is_json(answer: httpx.Response) -> bool:
    return "json" in answer.headers.get("content-type", "")
