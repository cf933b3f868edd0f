"""The cluster's addresses, and the links between its machines; the host's network has no part."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

from plumb.local.command import run, succeeds
from plumb.local.machine import Machine

PODS = IPv4Network("10.61.0.0/16")
"""Addresses of pods: node N has 10.61.N.0/24."""
SERVICES = IPv4Network("10.97.0.0/16")
"""Addresses of services."""
API_PORT = 6443
"""Port of the API server on the control plane."""
CONTROL_PLANE = IPv4Address("10.60.0.10")
"""Address of the control plane; node N has the Nth after it."""
API_SERVICE = SERVICES[1]
"""Address under which pods find the API server."""
DNS_SERVICE = SERVICES[10]
"""Address under which pods find DNS."""

_PREFIX = 24
_BRIDGE = "br0"
_FORWARDING = "/proc/sys/net/ipv4/ip_forward"


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A machine with its place in the network."""

    machine: Machine
    """The machine."""
    number: int
    """0 for the control plane, 1 and up for nodes."""

    @property
    def address(self) -> IPv4Address:
        """Its address on the switch."""
        return CONTROL_PLANE + self.number

    @property
    def pods(self) -> IPv4Network:
        """Addresses of its pods; the control plane has none to give."""
        return list(PODS.subnets(new_prefix=_PREFIX))[self.number]


def connect(switch: Machine, hosts: Sequence[Host], ip: Path) -> None:
    """Link every machine to the switch and route between them; what is there already stays.

    Raises LocalError with the kernel's words when a link or a route is refused.
    """
    if not succeeds(switch.on_network([ip, "link", "show", _BRIDGE])):
        _configure(switch, ip, [f"link add {_BRIDGE} type bridge", f"link set {_BRIDGE} up"])
    for host in hosts:
        if not succeeds(host.machine.on_network([ip, "link", "show", "eth0"])):
            _link(switch, host, ip)
    for host in hosts:
        _configure(host.machine, ip, routes(host, hosts))


def routes(host: Host, hosts: Sequence[Host]) -> list[str]:
    """Return the routes of a machine: to the others' pods, and to services."""
    nodes = [other for other in hosts if other.number and other != host]
    pods = [f"route replace {node.pods} via {node.address}" for node in nodes]
    if host.number:
        # kube-proxy rewrites the destination before it leaves: any route will do, but one must be
        return [*pods, f"route replace {SERVICES} dev eth0"]
    return [*pods, *(f"route replace {SERVICES} via {node.address}" for node in nodes[:1])]


def _link(switch: Machine, host: Host, ip: Path) -> None:
    port, peer = host.machine.name, host.machine.pid()
    _configure(
        switch,
        ip,
        [
            f"link add {port} type veth peer name eth0 netns {peer}",
            f"link set {port} master {_BRIDGE} up",
        ],
    )
    address = f"address add {host.address}/{_PREFIX} dev eth0"
    _configure(host.machine, ip, ["link set lo up", address, "link set eth0 up"])
    run(
        host.machine.inside(["sh", "-c", f"echo 1 > {_FORWARDING}"]),
        doing=f"letting {host.machine.name} forward packets",
    )


def _configure(machine: Machine, ip: Path, lines: Sequence[str]) -> None:
    run(
        machine.on_network([ip, "-batch", "-"]),
        text="\n".join(lines) + "\n",
        doing=f"configuring the network of {machine.name}",
    )
