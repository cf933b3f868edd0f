"""Asks each pod itself, through a port-forward of kubectl.

The kubelet connects inside the pod's own network, so that no NetworkPolicy is in the way; the API
server's proxy would come from outside and be denied.
"""

import re
import subprocess
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Timer
from typing import Any

from plumb.kube.kubectl import Kubectl
from plumb.process.probe import get_json
from profiles.contract import HEALTH_PATH, HTTP_PORT

_INFO_PATH = "/info"
_AT_ONCE = 8
"""Pods asked at the same time."""

_CONNECT_SECONDS = 10.0
"""Time until the way to a pod must be open."""

_OPEN = re.compile(r"Forwarding from (127\.0\.0\.1:\d+) ")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a pod says of itself."""

    info: dict[str, Any] | None
    """Its configuration and version; None when it does not answer."""
    health: dict[str, Any] | None
    """Its components, as health+json; None when it does not answer."""


def ask(kubectl: Kubectl, namespace: str, pods: Sequence[str]) -> dict[str, Answer]:
    """Return what each pod says; one that cannot be reached says nothing."""
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        return dict(
            zip(pods, pool.map(lambda pod: _ask(kubectl, namespace, pod), pods), strict=True)
        )


def _ask(kubectl: Kubectl, namespace: str, pod: str) -> Answer:
    with _way(kubectl, namespace, pod) as address:
        if not address:
            return Answer(None, None)
        return Answer(get_json(address + _INFO_PATH), get_json(address + HEALTH_PATH))


@contextmanager
def _way(kubectl: Kubectl, namespace: str, pod: str) -> Iterator[str]:
    """Give a loopback address that leads into the pod; empty when there is no way."""
    words = ("port-forward", f"pod/{pod}", f":{HTTP_PORT}")
    command = kubectl.command("--namespace", namespace, *words, "--address=127.0.0.1")
    with subprocess.Popen(  # noqa: S603  # words of our own making, no shell
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        limit = Timer(_CONNECT_SECONDS, process.kill)
        limit.start()
        try:
            found = _OPEN.match(process.stdout.readline()) if process.stdout else None
            yield f"http://{found[1]}" if found else ""
        finally:
            limit.cancel()
            process.kill()
