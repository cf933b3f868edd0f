"""One request of a load test: how long it took, and how it ended."""

import json
import time
from dataclasses import dataclass
from typing import Any

import httpx

NO_CONNECTION = "no connection"
"""Kind of a failure without any answer that is not a timeout."""

_LONGEST_DETAIL = 200
"""Characters that are kept of what a failure says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A request that was answered or failed."""

    began_seconds: float
    """When it was sent, on the performance counter, in seconds."""
    seconds: float
    """Time until its whole answer was there, or until it failed."""
    answer: str
    """How an answer was: its `status`, or `success`. Empty for a failure."""
    error: str = ""
    """Kind of a failure, the same for each of its kind. Empty for an answer."""
    detail: str = ""
    """What a failure says of itself."""

    @property
    def ended_seconds(self) -> float:
        """When it ended, on the performance counter, in seconds."""
        return self.began_seconds + self.seconds


async def shoot(client: httpx.AsyncClient, path: str, body: bytes) -> Shot:
    """Send one request and return how it ended; never raises but for cancellation."""
    began = time.perf_counter()
    try:
        answer = await client.post(path, content=body)
        told = _told(answer)
    except httpx.TimeoutException as error:
        told = ("", "timeout", type(error).__name__)
    except httpx.HTTPError as error:
        told = ("", NO_CONNECTION, str(error) or type(error).__name__)
    kind, problem, detail = told
    return Shot(
        began_seconds=began,
        seconds=time.perf_counter() - began,
        answer=kind,
        error=problem,
        detail=detail[:_LONGEST_DETAIL],
    )


def _told(answer: httpx.Response) -> tuple[str, str, str]:
    """Return the kind of an answer, or the kind and the words of a failure."""
    body = _json(answer)
    if answer.status_code >= 300:
        kind, words = _problem(body)
        return "", f"{answer.status_code} {kind or answer.reason_phrase}".strip(), words
    if not isinstance(body, dict):
        return "", "not JSON", f"{answer.headers.get('content-type', 'no content type')}"
    if isinstance(failed := body.get("__error__"), dict):
        return "", f"run: {failed.get('error', 'error')}", str(failed.get("message", ""))
    status = body.get("status")
    return (status if isinstance(status, str) else "success"), "", ""


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        return None


def _problem(body: Any) -> tuple[str, str]:
    """Return the kind and the detail of a problem document (RFC 9457)."""
    if not isinstance(body, dict):
        return "", ""
    kind = str(body.get("type", "")).rpartition(":")[2]
    return ("" if kind == "blank" else kind), str(body.get("detail", ""))
