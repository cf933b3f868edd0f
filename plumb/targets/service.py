"""Finds the Service that a connection is to lead to."""

from ipaddress import IPv4Address

from plumb.kube.kubectl import Kubectl
from plumb.targets.target import TargetError


def service_address(kubectl: Kubectl, namespace: str, name: str, port: int) -> IPv4Address:
    """Return the cluster's address of a Service that has this port; raises TargetError."""
    service = kubectl.get("service", name, namespace)
    if service is None:
        raise TargetError(f"no Service {namespace}/{name} in {kubectl.context}: is the stack up?")
    ports = [int(each["port"]) for each in service["spec"].get("ports", ())]
    if port not in ports:
        known = ", ".join(map(str, ports)) or "none"
        raise TargetError(f"Service {namespace}/{name} has no port {port}; it has: {known}")
    address = service["spec"].get("clusterIP") or "None"
    if address == "None":
        raise TargetError(
            f"Service {namespace}/{name} has no address of its own (headless, or an external "
            "name), so nothing spreads connections over its pods; name one that has"
        )
    return IPv4Address(address)
