"""A cluster of the user's own, named by a context of the kubeconfig."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from rich.console import Console

from plumb.command import CommandError, run
from plumb.engine.engine import EngineName
from plumb.kube.kubectl import Kubectl, KubeError
from plumb.process.state import Folder
from plumb.targets import program
from plumb.targets.portforward import PortForward
from plumb.targets.service import service_address
from plumb.targets.target import TargetError, TargetName
from profiles.contract import KUBERNETES_VERSION
from profiles.profile import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextTarget:
    """A cluster that somebody else runs; pods pull their images from registries."""

    root: Path
    """The project's folder, which remembers open connections."""
    context: str
    """Name of the context; never the current one by accident."""
    kubeconfig: Path | None = None
    """The kubeconfig; null takes the user's own (KUBECONFIG, or the home folder's)."""

    @property
    def name(self) -> TargetName:
        """`context`."""
        return "context"

    @property
    def engine(self) -> EngineName:
        """Pulumi, as the stack's state is kept by it."""
        return "pulumi"

    @property
    def helm_program(self) -> Path:
        """Helm 4 on PATH, else the one that was built here; raises TargetError."""
        return program.helm_program()

    def bring_up(self, console: Console) -> Kubectl:
        """Check that the context is there and its server answers; raises TargetError.

        A server of another minor version than the manifests are written for is told, not refused.
        """
        kubectl = self.find()
        version = _server_version(kubectl)
        if version != KUBERNETES_VERSION:
            console.print(
                f"[yellow]![/] {self.context} runs Kubernetes {version}, the manifests are "
                f"written for {KUBERNETES_VERSION}; the server's dry run shows what it refuses"
            )
        return kubectl

    def find(self) -> Kubectl:
        """Return the way to the cluster; raises TargetError, with the contexts that there are."""
        kubectl = Kubectl(
            program=program.kubectl_program(), context=self.context, kubeconfig=self.kubeconfig
        )
        known = _contexts(kubectl)
        if self.context not in known:
            raise TargetError(
                f"no context {self.context!r} in the kubeconfig; there are: "
                f"{', '.join(known) or 'none (is KUBECONFIG set?)'}"
            )
        return kubectl

    def provide_images(self, console: Console, profile: Profile) -> dict[str, str]:
        """Return nothing: pods pull."""
        del console, profile
        return {}

    def connect(self, kubectl: Kubectl, namespace: str, service: str, port: int) -> str:
        """Return `http://127.0.0.1:PORT`, which leads to the Service until `disconnect`.

        kubectl holds on to one pod; when that goes, another is taken within a second or two.
        """
        service_address(kubectl, namespace, service, port)
        return self._forward(namespace, service).open(kubectl, namespace, service, port)

    def disconnect(self, namespace: str, service: str) -> None:
        """End the connection to the Service."""
        self._forward(namespace, service).close()

    def _forward(self, namespace: str, service: str) -> PortForward:
        connections = self.root / ".plumbline" / "connections" / quote(self.context, safe="")
        return PortForward(Folder(connections / namespace / service))


def _contexts(kubectl: Kubectl) -> list[str]:
    """Return the names of the contexts; kubectl itself takes a context that is not there."""
    where = ["--kubeconfig", kubectl.kubeconfig] if kubectl.kubeconfig else []
    command = [kubectl.program, *where, "config", "get-contexts", "--output", "name"]
    try:
        return run(command, doing="reading the kubeconfig").splitlines()
    except CommandError as error:
        raise TargetError(str(error)) from error


def _server_version(kubectl: Kubectl) -> str:
    """Return MAJOR.MINOR of the API server; raises TargetError where it does not answer."""
    try:
        said = json.loads(kubectl.run("get", "--raw", "/version", timeout_seconds=40))
    except KubeError as error:
        raise TargetError(f"the cluster of {kubectl.context} does not answer: {error}") from error
    minor = re.match(r"\d+", str(said["minor"]))  # clouds write `34+`
    return f"{said['major']}.{minor.group() if minor else said['minor']}"
