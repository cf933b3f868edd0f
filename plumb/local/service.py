"""Loopback ports that lead to the cluster's Services, as `kubectl port-forward` would, for good.

Connections go to the Service's own address, so kube-proxy sends each to a pod that is ready.
"""

import time
from ipaddress import IPv4Address
from pathlib import Path

from plumb.local.cache import held
from plumb.local.cluster import Cluster
from plumb.local.forwarder import Forwarder, leads_somewhere
from plumb.port import free_port
from profiles.contract import HTTP_PORT

_PREFERRED_PORT = HTTP_PORT
"""Port of the host that the first Service gets, if it is free."""

_SETTLE_SECONDS = 3
_POLL_SECONDS = 0.05


def connect(cluster: Cluster, service: str, address: IPv4Address, port: int) -> int:
    """Return the port of the host's loopback that leads to a Service's address and port.

    `service` is `NAMESPACE/NAME`. The same again while it works, and where possible afterwards.
    """
    mark = _folder(cluster, service) / str(port)
    with held(cluster.state.lock, lambda: None):
        mark.parent.mkdir(parents=True, exist_ok=True)
        forwarder = _forwarder(cluster, mark, f"{address}:{port}")
        outer = forwarder.port()
        if outer is None:
            forwarder.end()  # one that leads elsewhere must let go of its port first
            outer = free_port(_remembered(mark))
            forwarder.start(outer)
            mark.write_text(str(outer))
            _wait_until_it_leads(outer)
    return outer


def disconnect(cluster: Cluster, service: str) -> None:
    """End what `connect` started for a Service, on all of its ports."""
    for mark in list(_folder(cluster, service).glob("*")):
        _forwarder(cluster, mark, "").end()
        mark.unlink()


def _wait_until_it_leads(port: int) -> None:
    """Give kube-proxy the second that it takes to see new pods; without any, go on all the same."""
    deadline = time.monotonic() + _SETTLE_SECONDS
    while not leads_somewhere(port) and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)


def _folder(cluster: Cluster, service: str) -> Path:
    return cluster.control.machine.folder / "services" / service


def _forwarder(cluster: Cluster, mark: Path, address: str) -> Forwarder:
    # the control plane's routes lead to services by way of a node, and outlive any node's restart
    machine = cluster.control.machine
    return Forwarder(machine=machine, address=address, mark=mark, log="forward-service")


def _remembered(mark: Path) -> int:
    return int(mark.read_text()) if mark.exists() else _PREFERRED_PORT
