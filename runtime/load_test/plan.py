"""What a load test does, and whom it may load."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from runtime.api.path import INVOKE_PATH
from runtime.errors import RequestError

RUN_PATH = "/runs/wait"
"""Where a run of a registered graph is asked for and waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What each request asks."""

    url: str
    """Address of the service, as `allowed_url` gave it."""
    path: str
    """Path that is posted to."""
    bodies: tuple[Mapping[str, Any], ...]
    """JSON bodies, sent in turn; at least one."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Headers of each request: the key, which is shown nowhere."""

    @staticmethod
    def invoke(url: str, questions: tuple[str, ...], headers: Mapping[str, str]) -> "Target":
        """Return questions to the built-in graph, each on a thread of its own."""
        bodies = tuple({"input": question} for question in questions)
        return Target(url=url, path=INVOKE_PATH, bodies=bodies, headers=headers)

    @staticmethod
    def run(url: str, assistant: str, given: Any, headers: Mapping[str, str]) -> "Target":
        """Return durable runs of a registered graph, each on a thread of its own."""
        body = {"assistant_id": assistant, "input": given}
        return Target(url=url, path=RUN_PATH, bodies=(body,), headers=headers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much load, and for how long. Whichever bound is met first ends the test."""

    target: Target
    """What each request asks."""
    requests: int = 1000
    """Requests that count."""
    concurrency: int = 10
    """Requests at once: each caller sends its next one when it has its answer."""
    seconds: float = 300.0
    """Time after which no request is sent any more, the warm-up's included, in seconds."""
    timeout_seconds: float = 60.0
    """Most that one request may take, in seconds; the test ends so much later at most."""
    warm_up: int = 10
    """Requests before those that count, in the same number at once."""


def allowed_url(url: str, allowed_hosts: tuple[str, ...]) -> str:
    """Return an address that may be loaded, without a slash at its end.

    A loopback host may be; any other must be among the hosts that were allowed by name. Raises
    RequestError for another one, and for what is not the address of a service.
    """
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        _ = parts.port  # raises where it is not one
    except ValueError as error:
        raise RequestError(f"{url!r} is not an address ({error})") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise RequestError(f"{url!r} is not an address; name one such as http://127.0.0.1:8000")
    if parts.username is not None or parts.query or parts.fragment:
        raise RequestError("an address of a service has no user, query or fragment; leave them out")
    if not _is_loopback(host) and host not in {each.lower() for each in allowed_hosts}:
        raise RequestError(
            f"{host} is not this machine; say that it may be loaded with --allow-host {host}"
        )
    return url.rstrip("/")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
