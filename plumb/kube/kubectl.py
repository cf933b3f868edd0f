"""kubectl on one named context: the one way in which plumb talks to a cluster.

It knows every way of signing in that a kubeconfig can name, which no small client of ours would.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plumb.command import CommandError, run
from plumb.errors import PlumbError

_REQUEST_SECONDS = 30
"""Time that one answer of the API server may take."""


class KubeError(PlumbError):
    """The cluster could not be asked, or refused; the message has its words."""

    def __init__(self, message: str, said: str = "") -> None:
        """Keep all of kubectl's error output, for those who can tell more from it."""
        super().__init__(message)
        self.said = said


@dataclass(frozen=True, slots=True, kw_only=True)
class Kubectl:
    """One context of one kubeconfig; never the current context by accident."""

    program: Path
    """kubectl itself."""
    context: str
    """Name of the context."""
    kubeconfig: Path | None = None
    """The kubeconfig; null takes the user's own (KUBECONFIG, or the home folder's)."""

    def command(self, *arguments: object) -> list[str]:
        """Return the command line that runs kubectl on this context."""
        where = ["--kubeconfig", str(self.kubeconfig)] if self.kubeconfig else []
        return [str(self.program), *where, "--context", self.context, *map(str, arguments)]

    def run(
        self,
        *arguments: object,
        text: str | None = None,
        doing: str = "asking the cluster",
        timeout_seconds: float = 120,
    ) -> str:
        """Run kubectl to its end and return what it printed; raises KubeError."""
        command = self.command(f"--request-timeout={_REQUEST_SECONDS}s", *arguments)
        try:
            return run(command, text=text, doing=doing, timeout_seconds=timeout_seconds)
        except CommandError as error:
            raise KubeError(str(error), error.said) from error

    def get(self, kind: str, name: str, namespace: str | None = None) -> dict[str, Any] | None:
        """Return an object, or None where there is none of that name."""
        where = ["--namespace", namespace] if namespace else []
        said = self.run("get", kind, name, *where, "--ignore-not-found", "--output", "json")
        found: dict[str, Any] | None = json.loads(said) if said.strip() else None
        return found

    def objects(
        self, kinds: str, namespace: str | None = None, *query: str
    ) -> list[dict[str, Any]]:
        """Return the objects of one or more kinds (`pods`, `pods,events`), in one request a kind.

        `query` is what `kubectl get` takes beside them, such as `--selector app=x`.
        """
        where = ["--namespace", namespace] if namespace else []
        found: list[dict[str, Any]] = json.loads(
            self.run("get", kinds, *where, *query, "--output", "json")
        )["items"]
        return found

    def apply(
        self, bodies: Sequence[dict[str, Any]], *, manager: str, doing: str, dry_run: bool = False
    ) -> list[dict[str, Any]]:
        """Apply objects on the server under a field manager; return them as they then are.

        Nothing is forced: a field of another manager is a conflict. Raises KubeError with what
        the server said of each object that it refuses.
        """
        options = ["--server-side", f"--field-manager={manager}", "--output", "json"]
        options += ["--dry-run=server"] if dry_run else []
        objects = {"apiVersion": "v1", "kind": "List", "items": list(bodies)}
        said = self.run("apply", *options, "--filename", "-", text=json.dumps(objects), doing=doing)
        answer = json.loads(said)
        return list(answer["items"]) if answer["kind"] == "List" else [answer]
