"""What objects select by labels: pods, and Services for a monitor."""

from collections.abc import Iterator
from typing import Any

from profiles import contract
from tests.infra.world import Listener, Pods, World


def own_pods(world: World) -> Iterator[str]:
    """Every workload selects its own pods, and nobody else's."""
    for manifest in world.of_kind("Deployment", "StatefulSet"):
        selected = [pods.owner for pods in world.selected(manifest.body["spec"]["selector"])]
        if selected != [manifest.identity]:
            yield f"{manifest.identity}: its selector hits {selected}"
    for pods in world.pods:
        for spread in pods.spec.get("topologySpreadConstraints", []):
            if not pods.match(spread["labelSelector"]):
                yield f"{pods.owner}: spreads by the labels of others"


def services(world: World) -> Iterator[str]:
    """Every Service reaches one workload, on ports that its pods have."""
    for name, listener in world.listeners.items():
        # Flagger's copy and its original are one service, to whoever scrapes both.
        if len({pods.original for pods in listener.pods}) != 1:
            yield f"Service/{name}: selects {[pods.owner for pods in listener.pods]}"
        for pods in listener.pods:
            yield from _ports(f"Service/{name}", listener, pods)
    for manifest in world.of_kind("StatefulSet"):
        if f"Service/{manifest.body['spec']['serviceName']}" not in world.by_identity:
            yield f"{manifest.identity}: serviceName leads nowhere"
    yield from _headless(world)


def _headless(world: World) -> Iterator[str]:
    for manifest in world.of_kind("Service"):
        spec = manifest.body["spec"]
        for port in spec["ports"]:
            behind = world.listeners[manifest.name].pods
            numbers = [p.ports.get(str(port.get("targetPort")), port["port"]) for p in behind]
            if spec.get("clusterIP") == "None" and {port["port"]} != set(numbers):
                yield f"{manifest.identity}: headless, so port {port['port']} is not translated"


def budgets(world: World) -> Iterator[str]:
    """Every budget guards one workload, and no pod has two."""
    found = world.of_kind("PodDisruptionBudget")
    for manifest in found:
        if len(world.selected(manifest.body["spec"]["selector"])) != 1:
            yield f"{manifest.identity}: does not select one workload's pods"
    for pods in world.pods:
        guards = [b.name for b in found if pods.match(b.body["spec"]["selector"])]
        if len(guards) > 1:  # the eviction API answers 500 to a pod with two budgets
            yield f"{pods.owner}: has several budgets, {guards}"


def policies(world: World) -> Iterator[str]:
    """Every policy selects pods that listen on what it opens; every pod has one of its own."""
    found = [m for m in world.of_kind("NetworkPolicy") if m.namespace == world.namespace]
    for manifest in found:
        spec = manifest.body["spec"]
        selected = world.selected(spec["podSelector"])
        if not selected:
            yield f"{manifest.identity}: selects no pods"
        for rule in spec.get("ingress", []):
            yield from _rule(world, manifest.identity, rule, "from", selected)
        for rule in spec.get("egress", []):
            yield from _rule(world, manifest.identity, rule, "to", _reached(world, rule))
    own = [m.body["spec"]["podSelector"] for m in found if m.body["spec"]["podSelector"]]
    for pods in world.pods:
        outside = pods.component == contract.METRICS_SERVER_COMPONENT
        if not outside and not any(map(pods.match, own)):
            yield f"{pods.owner}: no policy but default-deny selects its pods"


def monitors(world: World) -> Iterator[str]:
    """Every monitor finds a Service, or pods, that have the port it scrapes."""
    for manifest in world.of_kind("ServiceMonitor"):
        spec = manifest.body["spec"]
        wanted = spec["selector"].get("matchLabels", {}).items()
        found = [each for each in world.listeners.values() if wanted <= each.labels.items()]
        ports = [endpoint["port"] for endpoint in spec["endpoints"]]
        if not any(set(ports) <= each.names.keys() for each in found):
            names = [each.name for each in found]
            yield f"{manifest.identity}: none of the Services {names} has the ports {ports}"
    for manifest in world.of_kind("PodMonitor"):
        spec = manifest.body["spec"]
        ports = [endpoint["port"] for endpoint in spec["podMetricsEndpoints"]]
        if not any(set(ports) <= p.ports.keys() for p in world.selected(spec["selector"])):
            yield f"{manifest.identity}: selects no pods with the ports {ports}"
    for pods in world.pods:
        scraped = pods.annotations.get("prometheus.io/port")
        if scraped and int(scraped) not in pods.ports.values():
            yield f"{pods.owner}: is scraped on port {scraped}, where nobody listens"


def _ports(identity: str, listener: Listener, pods: Pods) -> Iterator[str]:
    for port, target in listener.ports.items():
        if target not in pods.ports and target not in pods.ports.values():
            yield f"{identity}: port {port} goes to {target}, which is none of its pods'"


def _reached(world: World, rule: dict[str, Any]) -> list[Pods]:
    """Return the stack's own pods that a rule names; those of other namespaces are not known."""
    peers = [p["podSelector"] for p in rule.get("to", []) if set(p) == {"podSelector"}]
    return [pods for peer in peers for pods in world.selected(peer)]


def _rule(
    world: World, identity: str, rule: dict[str, Any], direction: str, listeners: list[Pods]
) -> Iterator[str]:
    if direction in rule and not rule[direction]:
        yield f"{identity}: an empty {direction!r} lets everybody through"
    for peer in rule.get(direction, []):
        if set(peer) == {"podSelector"} and not world.selected(peer["podSelector"]):
            yield f"{identity}: peer {peer} selects no pods"
    open_ports = [port["port"] for port in rule.get("ports", [])]
    for port in open_ports if listeners else ():
        if not any(port in pods.ports.values() or port in pods.ports for pods in listeners):
            yield f"{identity}: nobody listens on {port}"
