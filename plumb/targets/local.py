"""The Kubernetes that `plumb local` runs on this machine."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from plumb.engine.engine import EngineName
from plumb.kube.kubectl import Kubectl
from plumb.local import service as local_service
from plumb.local.cluster import Cluster, find
from plumb.local.error import LocalError
from plumb.local.image import client, import_archive
from plumb.local.state import DEFAULT_NAME
from plumb.local.template import remember
from plumb.targets.program import built_program
from plumb.targets.service import service_address
from plumb.targets.store import ImageStore
from plumb.targets.supply import Build, BuiltImage, supply
from plumb.targets.target import TargetError, TargetName
from profiles.profile import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalTarget:
    """A cluster of this machine's own."""

    build: Build
    """Builds the images of a stack."""
    cluster: str = DEFAULT_NAME
    """Name of the cluster."""
    nodes: int | None = None
    """Number of nodes; null keeps what it has, one at first."""

    @property
    def name(self) -> TargetName:
        """`local`."""
        return "local"

    @property
    def engine(self) -> EngineName:
        """Helm, which is built with the cluster."""
        return "helm"

    @property
    def helm_program(self) -> Path:
        """The Helm that was built with the cluster."""
        return built_program("helm")

    def bring_up(self, console: Console) -> Kubectl:
        """Bring the cluster up; raises LocalError where this machine cannot or a step fails."""
        from plumb.local.bringup import ensure  # noqa: PLC0415  # certificates: a quarter second

        return _kubectl(ensure(console, self.cluster, self.nodes, with_images=True))

    def find(self) -> Kubectl:
        """Return the way to the cluster, which runs; raises TargetError."""
        return _kubectl(self._find())

    def provide_images(self, console: Console, profile: Profile) -> dict[str, str]:
        """Build the stack's images and import what is missing into the nodes that lack it."""
        found = self._find()
        machines = {node.name: node.host.machine for node in found.nodes}
        stores = [
            ImageStore(node=name, client=client(machine, found.cache))
            for name, machine in machines.items()
        ]

        def load(archive: Path, names: Sequence[str]) -> None:
            with console.status(f"importing {archive.name} into {', '.join(names)} …"):
                import_archive([machines[name] for name in names], found.cache, archive)

        def build(skip: frozenset[str]) -> Sequence[BuiltImage]:
            built = self.build(console, profile, skip)
            remember(found.cache, [image.archive for image in built])
            return built

        return supply(stores, profile, build, load)

    def connect(self, kubectl: Kubectl, namespace: str, service: str, port: int) -> str:
        """Return `http://127.0.0.1:PORT`, which leads to the Service until `disconnect`.

        It leads to the Service's address, so to pods that are ready, and outlives all of them.
        """
        address = service_address(kubectl, namespace, service, port)
        outer = local_service.connect(self._find(), f"{namespace}/{service}", address, port)
        return f"http://127.0.0.1:{outer}"

    def disconnect(self, namespace: str, service: str) -> None:
        """Free the Service's loopback port."""
        try:
            found = find(self.cluster)
        except LocalError:
            return  # the cluster is gone, and took its ports with it
        local_service.disconnect(found, f"{namespace}/{service}")

    def _find(self) -> Cluster:
        try:
            found = find(self.cluster)
        except LocalError as error:
            raise TargetError(str(error)) from error
        if not found.control.machine.process():
            raise TargetError(
                f"the local cluster {self.cluster!r} does not run; "
                f"`plumb local up --name {self.cluster}` brings it back"
            )
        return found


def _kubectl(cluster: Cluster) -> Kubectl:
    return Kubectl(
        program=cluster.kubectl_program, kubeconfig=cluster.kubeconfig, context=cluster.context
    )
