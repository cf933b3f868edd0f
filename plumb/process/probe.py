"""Asks a service on this machine how it is, with the standard library alone."""

import json
import urllib.error
import urllib.request
from typing import Any

from profiles.contract import READINESS_PATH

TIMEOUT_SECONDS = 5.0
"""Time that an answer over loopback may take."""


def is_ready(address: str) -> bool:
    """Whether the service says that it is ready."""
    try:
        with _open(f"{address}{READINESS_PATH}") as answer:
            return bool(answer.status == 200)
    except OSError:
        return False  # not listening yet, or 503: both mean not ready


def get_json(url: str) -> dict[str, Any] | None:
    """Return the JSON object at the address whatever its status; None when nothing answers."""
    try:
        with _open(url) as answer:
            return _object(answer.read())
    except urllib.error.HTTPError as error:
        return _object(error.read())
    except OSError:
        return None


def _open(url: str) -> Any:
    if not url.startswith("http://127.0.0.1:"):
        raise ValueError(f"{url} is not on this machine")
    return urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS)  # noqa: S310  # checked above


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(body)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
