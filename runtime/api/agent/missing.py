"""What the Agent Server API has and this service has not yet: each is refused by its name."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter

from runtime.api.problem import ProblemResponse
from runtime.errors import NotSupportedError

router = APIRouter(tags=["not there yet"])

MISSING: tuple[tuple[str, str, str], ...] = (
    ("POST", "/assistants", "making assistants"),
    ("PATCH", "/assistants/{assistant_id}", "changing assistants"),
    ("DELETE", "/assistants/{assistant_id}", "removing assistants"),
    ("POST", "/assistants/{assistant_id}/versions", "versions of assistants"),
    ("POST", "/assistants/{assistant_id}/latest", "versions of assistants"),
    ("POST", "/threads/{thread_id}/stream/events", "event streams, version 2"),
    ("POST", "/threads/{thread_id}/commands", "event streams, version 2"),
    ("POST", "/threads/{thread_id}/runs/crons", "crons"),
    ("POST", "/runs/crons", "crons"),
    ("POST", "/runs/crons/search", "crons"),
    ("POST", "/runs/crons/count", "crons"),
    ("GET", "/runs/crons/{cron_id}", "crons"),
    ("PATCH", "/runs/crons/{cron_id}", "crons"),
    ("DELETE", "/runs/crons/{cron_id}", "crons"),
    ("GET", "/mcp/", "MCP"),
    ("POST", "/mcp/", "MCP"),
    ("DELETE", "/mcp/", "MCP"),
    ("POST", "/a2a/{assistant_id}", "A2A"),
)
"""Method, path and what it is; docs/agent-server.md lists the same."""


def _refusal(what: str) -> Callable[[], Awaitable[None]]:
    async def refuse() -> None:
        raise NotSupportedError(f"{what}: not there yet; docs/agent-server.md lists what is")

    return refuse


def _named_in(path: str) -> list[dict[str, Any]]:
    """Return the OpenAPI entries of a path's parameters, which nothing reads."""
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", path)
    ]


for _method, _path, _what in MISSING:
    router.add_api_route(
        _path,
        _refusal(_what),
        methods=[_method],
        status_code=501,
        response_class=ProblemResponse,
        summary=f"Not there yet: {_what}",
        description="Answers 501 and says so.",
        openapi_extra={"parameters": _named_in(_path)},
    )
