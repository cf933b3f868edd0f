"""What of a cluster runs: machines, their daemons, and the nodes as the API server sees them."""

import datetime as dt
import json
import time
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from plumb.local.cluster import Cluster
from plumb.local.error import LocalError
from plumb.local.machine import Machine
from plumb.local.pins import DEBIAN_PACKAGES, PROGRAMS

_UNKNOWN = {"status": "Unknown", "lastHeartbeatTime": "1970-01-01T00:00:00Z"}
"""What is known of a node before its kubelet has said anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineStatus:
    """A machine and its daemons."""

    name: str
    """Its host name."""
    pid: int | None
    """Its first process as the host numbers it; None when it does not run."""
    daemons: dict[str, int | None]
    """The process id of each declared daemon; None for one that does not run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeStatus:
    """A node as the API server sees it."""

    name: str
    """Its name."""
    ready: bool
    """Whether its kubelet says so."""
    reported: str
    """When its kubelet last said how it is, in UTC."""
    zone: str
    """Its zone."""
    kubelet: str
    """Version of its kubelet."""
    runtime: str
    """Version of its container runtime."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What of a cluster runs."""

    name: str
    """Its name."""
    running: bool
    """Whether every machine and daemon runs and every node is ready."""
    kubeconfig: str
    """Path of the kubeconfig."""
    context: str
    """Name of the kubeconfig's context."""
    server: str
    """Address of the API server."""
    machines: list[MachineStatus]
    """Its machines."""
    nodes: list[NodeStatus]
    """Its nodes; empty when the API server does not answer."""
    versions: dict[str, str]
    """Version of each program that was built."""

    def as_json(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {**asdict(self), "debian_packages": list(DEBIAN_PACKAGES)}

    def print(self, console: Console) -> None:
        """Print it for a person."""
        table = Table("machine", "pid", "runs", "does not run", box=None)
        for machine in self.machines:
            table.add_row(machine.name, str(machine.pid or "—"), *_sides(machine.daemons))
        console.print(table)
        for node in self.nodes:
            state = "[green]Ready[/]" if node.ready else "[red]NotReady[/]"
            console.print(f"{node.name} {state} {node.zone} {node.kubelet} {node.runtime}")
        if not self.nodes:
            console.print("the API server does not answer; `plumb local up` brings it back")
        console.print(f"{self.server}  kubeconfig {self.kubeconfig}  context {self.context}")


def status(cluster: Cluster) -> Status:
    """Return what of a cluster runs."""
    machines = [_machine(machine) for machine in cluster.machines]
    nodes = _nodes(cluster)
    running = all(machine.pid and all(machine.daemons.values()) for machine in machines)
    ready = {node.name for node in nodes if node.ready}
    return Status(
        name=cluster.name,
        running=running and ready >= {node.name for node in cluster.nodes},
        kubeconfig=str(cluster.kubeconfig),
        context=cluster.context,
        server=f"https://127.0.0.1:{cluster.spec.port}",
        machines=machines,
        nodes=nodes,
        versions={program.name: program.version for program in PROGRAMS},
    )


def ready_nodes(cluster: Cluster) -> set[str]:
    """Return the names of the nodes that are ready; none while the API server is silent.

    What a kubelet reported before its machine was started is no news of it.
    """
    started = {node.name: _started(node.host.machine) for node in cluster.nodes}
    return {
        node.name
        for node in _nodes(cluster)
        if node.ready and dt.datetime.fromisoformat(node.reported) >= started[node.name]
    }


def _started(machine: Machine) -> dt.datetime:
    """Return when a machine was started, in whole seconds, as the API server counts."""
    process = machine.process()
    seconds = int(process.create_time()) if process else time.time()
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


def _machine(machine: Machine) -> MachineStatus:
    process, running = machine.process(), machine.running()
    daemons = {name: running.get(name) for name in machine.declared()}
    return MachineStatus(name=machine.name, pid=process.pid if process else None, daemons=daemons)


def _nodes(cluster: Cluster) -> list[NodeStatus]:
    try:
        said = cluster.kubectl("get", "nodes", "--output", "json", "--request-timeout=5s")
    except LocalError:
        return []  # the API server does not answer: that is the status
    return [_node(item) for item in json.loads(said)["items"]]


def _node(item: dict[str, Any]) -> NodeStatus:
    from_kubelet = item["status"]["nodeInfo"]
    conditions = {each["type"]: each for each in item["status"].get("conditions", ())}
    ready = conditions.get("Ready", _UNKNOWN)
    return NodeStatus(
        name=item["metadata"]["name"],
        ready=ready["status"] == "True",
        reported=ready["lastHeartbeatTime"] or _UNKNOWN["lastHeartbeatTime"],
        zone=item["metadata"]["labels"].get("topology.kubernetes.io/zone", ""),
        kubelet=from_kubelet["kubeletVersion"],
        runtime=from_kubelet["containerRuntimeVersion"],
    )


def _sides(daemons: dict[str, int | None]) -> tuple[str, str]:
    up = ", ".join(name for name, pid in daemons.items() if pid)
    down = ", ".join(name for name, pid in daemons.items() if not pid)
    return up or "—", down
