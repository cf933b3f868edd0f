"""What Helm remembers of a release, and what an interrupted run left of one."""

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from plumb.command import CommandError, run
from plumb.engine.engine import EngineError, Tell
from plumb.engine.live import Key, key
from plumb.engine.release import RECORDS_NAMESPACE
from plumb.kube.kubectl import Kubectl

_COMPLETE = frozenset({"deployed", "superseded"})
_UNFINISHED = frozenset({"pending-install", "pending-upgrade", "pending-rollback", "uninstalling"})
"""Helm's words for a change that ended well, and for one that is being made."""

_POLL_SECONDS = 1
_HELM_SECONDS = 300
"""Time that one run of Helm may take."""

_OTHERS = (
    *("HELM_KUBETOKEN", "HELM_KUBEASUSER", "HELM_KUBEASGROUPS", "HELM_KUBEAPISERVER"),
    *("HELM_KUBECAFILE", "HELM_KUBETLS_SERVER_NAME", "HELM_DEBUG"),
)
"""Variables by which Helm would reach another cluster than kubectl, or as another user."""

# The safe reader, in C where PyYAML has it: a manifest is read ten times as fast.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One change that Helm made, or began."""

    revision: int
    """Its number."""
    state: str
    """How it ended, in Helm's word."""
    changed: str
    """When it began, as ISO 8601."""

    @property
    def is_unfinished(self) -> bool:
        """Whether it is being made, or was never ended."""
        return self.state in _UNFINISHED

    @property
    def age_seconds(self) -> float:
        """How long ago it began; a clock ahead of ours makes it new."""
        began = datetime.fromisoformat(self.changed)
        return max(0.0, (datetime.now(UTC) - began).total_seconds())


@dataclass(frozen=True, slots=True, kw_only=True)
class Helm:
    """Helm on one release of one context."""

    program: Path
    """Helm itself."""
    kubectl: Kubectl
    """The cluster."""
    name: str
    """Name of the release."""
    folder: Path
    """Where Helm's own files go: nothing of the user's Helm is read or written."""

    def run(self, *arguments: object, doing: str) -> str:
        """Run Helm and return what it printed; raises CommandError."""
        where = ["--namespace", RECORDS_NAMESPACE, "--kube-context", self.kubectl.context]
        if self.kubectl.kubeconfig:
            where += ["--kubeconfig", str(self.kubectl.kubeconfig)]
        return run(
            [self.program, *arguments, *where],
            doing=doing,
            environment=self._environment(),
            timeout_seconds=_HELM_SECONDS,
        )

    def records(self) -> list[Record]:
        """Return what Helm remembers, the oldest first; empty when it knows no such release."""
        try:
            said = self.run("history", self.name, "--output", "json", doing="asking Helm")
        except CommandError as error:
            if "release: not found" in error.said:
                return []
            raise
        return [
            Record(revision=each["revision"], state=each["status"], changed=each["updated"])
            for each in json.loads(said)
        ]

    def objects(self, record: Record) -> dict[Key, dict[str, Any]]:
        """Return the objects of a change, as they were rendered."""
        revision = ("--revision", str(record.revision))
        text = self.run("get", "manifest", self.name, *revision, doing="asking Helm")
        bodies = yaml.load_all(text, Loader=_Loader)  # a safe one, see above
        return {key(body): body for body in bodies if body}

    def forget(self, record: Record) -> None:
        """Remove the record of a change, for which Helm has no command."""
        secret = f"sh.helm.release.v1.{self.name}.v{record.revision}"
        options = ("--namespace", RECORDS_NAMESPACE, "--ignore-not-found")
        self.kubectl.run("delete", "secret", secret, *options, doing="removing a record of Helm's")

    def _environment(self) -> dict[str, str]:
        homes = {
            f"HELM_{kind}_HOME": str(self.folder / kind.lower())
            for kind in ("CACHE", "CONFIG", "DATA")
        }
        plain = {"HELM_DRIVER": "secret", "HELM_NO_PLUGINS": "1"}
        return homes | plain | dict.fromkeys(_OTHERS, "")


def known(helm: Helm, records: list[Record]) -> dict[Key, dict[str, Any]]:
    """Return every object that a release may have in the cluster."""
    return _objects(helm, _relevant(records))


def leftovers(helm: Helm, records: list[Record]) -> dict[Key, dict[str, Any]]:
    """Return objects of changes that did not end well, which Helm itself never prunes."""
    relevant = _relevant(records)
    ended = [record for record in relevant if record.state in _COMPLETE]
    begun = [record for record in relevant if record.state not in _COMPLETE]
    stable = _objects(helm, ended if begun else [])
    return {each: body for each, body in _objects(helm, begun).items() if each not in stable}


def _relevant(records: list[Record]) -> list[Record]:
    """Return the last change that ended well, and those after it: what they made may be there."""
    ended = [index for index, record in enumerate(records) if record.state in _COMPLETE]
    return records[ended[-1] :] if ended else records


def _objects(helm: Helm, records: list[Record]) -> dict[Key, dict[str, Any]]:
    found: dict[Key, dict[str, Any]] = {}
    for record in records:
        found |= helm.objects(record)
    return found


def unfinished(
    helm: Helm, records: list[Record], patience_seconds: float, tell: Tell
) -> Record | None:
    """Return the record of a run that never ended; waits for one that may still be at work.

    Raises EngineError when that run ended meanwhile: the plan was made before its changes.
    """
    last = records[-1] if records else None
    if last is None or not last.is_unfinished:
        return None
    left = patience_seconds - last.age_seconds
    if left > 0:
        tell(f"revision {last.revision} is {last.state}: giving whoever runs it {left:.0f} s more")
    while last.age_seconds < patience_seconds:
        time.sleep(_POLL_SECONDS)
        now = helm.records()
        if not now or now[-1] != last:
            raise EngineError(
                f"another run changed {helm.name} meanwhile; run this again, on the new state"
            )
    return last
