"""What every place that a stack can go to does."""

from pathlib import Path
from typing import Literal, Protocol

from rich.console import Console

from plumb.engine.engine import EngineName
from plumb.errors import BAD_INPUT, PlumbError
from plumb.kube.kubectl import Kubectl
from profiles.profile import Profile

TargetName = Literal["local", "kind", "context"]


class TargetError(PlumbError):
    """The target cannot be used; the message says why and which other there is."""

    exit_code = BAD_INPUT


class Target(Protocol):
    """A cluster, and how a stack's images and a person on this machine reach into it."""

    @property
    def name(self) -> TargetName:
        """Its name, as `--target` takes it; `context` stands for `--context NAME`."""
        ...

    @property
    def engine(self) -> EngineName:
        """The engine that it takes unless `--engine` says another."""
        ...

    @property
    def helm_program(self) -> Path:
        """Helm 4; raises TargetError where there is none, with the ways to have one."""
        ...

    def bring_up(self, console: Console) -> Kubectl:
        """Make the cluster where it is ours to make, and return the way to it; idempotent."""
        ...

    def find(self) -> Kubectl:
        """Return the way to a cluster that is there; raises TargetError where there is none."""
        ...

    def provide_images(self, console: Console, profile: Profile) -> dict[str, str]:
        """Build and import the images of a stack where no registry has them.

        Returns the image id that a pod reports once it runs the present build, by reference; empty
        where pods pull.
        """
        ...

    def connect(self, kubectl: Kubectl, namespace: str, service: str, port: int) -> str:
        """Return a loopback address that leads to a Service's port, from now until `disconnect`.

        The same address again while it works.
        """
        ...

    def disconnect(self, namespace: str, service: str) -> None:
        """End what `connect` started for this Service; what is not there is fine."""
        ...
