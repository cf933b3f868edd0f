"""A local cluster: its machines, its files, and how the host talks to it.

`bringup.ensure` brings one up and returns it; `find` returns one that was brought up.
"""

from dataclasses import dataclass
from pathlib import Path

from plumb.local.cache import Cache, cache_of
from plumb.local.certificate import Authority
from plumb.local.command import run
from plumb.local.controlplane import ControlPlane
from plumb.local.error import LocalError
from plumb.local.forwarder import Forwarder
from plumb.local.image import import_archive
from plumb.local.machine import Machine
from plumb.local.network import API_PORT, CONTROL_PLANE, Host
from plumb.local.node import Node
from plumb.local.state import DEFAULT_NAME, Spec, State, named_state


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A cluster of this machine."""

    name: str
    """Its name."""
    state: State
    """Its folder."""
    cache: Cache
    """Where its programs are."""
    spec: Spec
    """What it was asked to be."""

    @property
    def kubeconfig(self) -> Path:
        """File with which kubectl, helm and Pulumi reach it from the host."""
        return self.state.kubeconfig

    @property
    def context(self) -> str:
        """Name of the kubeconfig's context."""
        return f"plumbline-{self.name}"

    @property
    def kubectl_program(self) -> Path:
        """A kubectl of the cluster's own version."""
        return self.cache.program("kubectl")

    @property
    def helm_program(self) -> Path:
        """Helm 4."""
        return self.cache.program("helm")

    @property
    def authority(self) -> Authority:
        """Signs its certificates."""
        return Authority(self.state.certificates)

    @property
    def switch(self) -> Machine:
        """The machine that links the others."""
        return Machine(self.state.path / "switch")

    @property
    def control(self) -> Host:
        """The machine of the control plane."""
        return Host(machine=Machine(self.state.path / "control-plane"), number=0)

    @property
    def control_plane(self) -> ControlPlane:
        """The control plane's files and daemons."""
        return ControlPlane(
            cache=self.cache, folder=self.control.machine.folder, authority=self.authority
        )

    @property
    def forwarder(self) -> Forwarder:
        """Carries the kubeconfig's port to the API server."""
        machine = self.control.machine
        address = f"{CONTROL_PLANE}:{API_PORT}"
        return Forwarder(machine=machine, address=address, mark=machine.folder, log="forward")

    @property
    def nodes(self) -> list[Node]:
        """Its nodes."""
        return [self._node(f"n{number}", number) for number in range(1, self.spec.nodes + 1)]

    @property
    def importer(self) -> Node:
        """A machine that imports images while no node runs; never part of the network."""
        return self._node("importer", 0)

    @property
    def hosts(self) -> list[Host]:
        """The control plane and the nodes."""
        return [self.control, *(node.host for node in self.nodes)]

    @property
    def machines(self) -> list[Machine]:
        """Every machine."""
        return [self.switch, *(host.machine for host in self.hosts)]

    def kubectl(self, *arguments: str, text: str | None = None, doing: str = "asking") -> str:
        """Run kubectl as administrator and return what it printed; raises LocalError."""
        command = [self.kubectl_program, "--kubeconfig", self.kubeconfig, *arguments]
        return run(command, text=text, doing=doing)

    def load(self, archive: Path) -> list[str]:
        """Import an image archive into every node; return the names under which pods find it.

        Pods must say `imagePullPolicy: IfNotPresent` or `Never`: there is no registry.
        """
        return import_archive([node.host.machine for node in self.nodes], self.cache, archive)

    def _node(self, name: str, number: int) -> Node:
        return Node(
            cluster=self.name,
            host=Host(machine=Machine(self.state.path / name), number=number),
            cache=self.cache,
            authority=self.authority,
            share=self.spec.nodes,
        )


def find(name: str = DEFAULT_NAME) -> Cluster:
    """Return a cluster that was brought up; raises LocalError when there is none of that name."""
    state = named_state(name)
    spec = state.read()
    if spec is None:
        raise LocalError(f"there is no local cluster {name!r}; bring it up with `plumb local up`")
    return Cluster(name=name, state=state, cache=cache_of(spec.pins), spec=spec)
