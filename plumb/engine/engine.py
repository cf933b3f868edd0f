"""What every engine does, and what it is given."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from plumb.engine.plan import Plan
from plumb.errors import PlumbError
from plumb.kube.kubectl import Kubectl
from plumb.render import Rendered
from plumb.stackfile import StackFile
from profiles.profile import Profile

EngineName = Literal["helm", "pulumi"]
Tell = Callable[[str], None]
"""Takes a line about what is being done right now."""


class EngineError(PlumbError):
    """The engine could not do what was asked; the message says why and what to do."""


class RefusedError(EngineError):
    """A change that must not be made as it stands; nothing was applied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A stack and the cluster it goes to."""

    file: StackFile
    """The stack file."""
    profile: Profile
    """What the file says; the rules hold."""
    rendered: Rendered
    """The stack's objects."""
    kubectl: Kubectl
    """The cluster."""
    folder: Path
    """Where an engine may keep files of its own: `.plumbline/<stack>/<target>` of the project."""

    @property
    def namespace(self) -> str:
        """Namespace of all that the stack has."""
        return self.profile.cluster.namespace


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineStatus:
    """What an engine remembers of a stack on a cluster."""

    revision: int
    """Number of its last change; 0 when it has never been there."""
    state: str
    """How that change ended, in the engine's own word; empty when there was none."""
    changed: str
    """When that was, as ISO 8601; empty when there was none."""


class Engine(Protocol):
    """One way to bring a cluster in step with a release."""

    @property
    def name(self) -> EngineName:
        """Its name, as `--engine` takes it."""
        ...

    def preview(self, release: Release) -> Plan:
        """Return what `up` would change; the server has dry-run everything, and nothing changed.

        Raises RefusedError for a change that cannot be made in place, with the way to make it, and
        for a stack that another engine owns.
        """
        ...

    def prepare(self, release: Release) -> None:
        """Make the namespace as the release has it, so that Secrets can go in before the pods."""
        ...

    def up(self, release: Release, plan: Plan, tell: Tell) -> None:
        """Make the changes of the plan; returns when they are made, not when pods are ready.

        An empty plan changes nothing, no revision either. What an interrupted run left is taken up.
        """
        ...

    def down(self, release: Release, tell: Tell) -> tuple[str, ...]:
        """Remove the stack and return what was kept, as `Kind/name`; what is not there is fine."""
        ...

    def status(self, release: Release) -> EngineStatus:
        """Return what the engine remembers."""
        ...

    def outputs(self, release: Release) -> dict[str, Any]:
        """Return what the deployed stack exports; empty when it is not there."""
        ...
