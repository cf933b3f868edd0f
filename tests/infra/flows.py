"""Who talks to whom: the addresses that pods are told, held against services and policies."""

import re
from collections.abc import Iterator
from typing import Any

from profiles import contract
from tests.infra.world import Listener, Pods, World

_URL = re.compile(r"\b(https?|rediss?|postgres(?:ql)?)://(?:[^\s/@\"']*@)?([\w.-]+)(?::(\d+))?")
_PORTS = {"http": 80, "https": 443, "redis": 6379, "rediss": 6379, "postgres": 5432}
_PORTS["postgresql"] = 5432
_LOCAL = {"localhost", "127.0.0.1", "0.0.0.0"}  # noqa: S104  # recognised, never listened on
_READ_BY_OTHERS = ("Canary", "MetricTemplate", "AlertProvider", "ScaledObject")
"""Kinds whose addresses their controller resolves, from its own namespace."""


def unreachable(world: World) -> Iterator[str]:
    """Yield every address inside the stack that nobody answers, or that no policy opens."""
    for pods in world.pods:
        texts = [text for container in pods.containers for text in _spoken(container)]
        yield from _talks(world, pods, texts)
    yield from _rollout(world)
    yield from _by_others(world)


def allowed(world: World, client: Pods, server: Pods, port: int) -> bool:
    """Return whether the policies let one connect to a port of the other."""
    return _opens(world, client, server, port, "to") and _opens(world, server, client, port, "from")


def _talks(world: World, client: Pods, texts: list[str]) -> Iterator[str]:
    for host, port in _addresses(texts):
        if not _inside(world, host):
            continue
        listener = world.listeners.get(host.partition(".")[0])
        if listener is None or port not in listener.ports:
            yield f"{client.owner}: nobody is at {host}:{port}"
            continue
        for server, number in _behind(listener, port):
            if not allowed(world, client, server, number):
                yield f"{client.owner}: no policy lets it reach {host}:{port} of {server.owner}"


def _rollout(world: World) -> Iterator[str]:
    """Flagger calls the webhooks and asks Prometheus; the load tester runs the commands."""
    by_component = {pods.component: pods for pods in world.pods}
    for manifest in world.of_kind("Canary", "MetricTemplate"):
        hooks = manifest.body["spec"].get("analysis", {}).get("webhooks", [])
        provider = manifest.body["spec"].get("provider")
        address = provider.get("address", "") if isinstance(provider, dict) else ""
        callers = {
            contract.FLAGGER_COMPONENT: [hook["url"] for hook in hooks] + [address],
            contract.LOAD_TESTER_COMPONENT: [str(hook.get("metadata", {})) for hook in hooks],
        }
        for component, texts in callers.items():
            if component in by_component:
                yield from _talks(world, by_component[component], texts)


def _by_others(world: World) -> Iterator[str]:
    """Yield names without a namespace, which lead nowhere for a controller of another one."""
    own_flagger = any(pods.component == contract.FLAGGER_COMPONENT for pods in world.pods)
    for manifest in world.of_kind(*_READ_BY_OTHERS):
        if own_flagger and manifest.kind != "ScaledObject":
            continue
        for host, port in _addresses(list(_texts(manifest.body["spec"]))):
            if "." not in host and host not in _LOCAL:
                yield f"{manifest.identity}: {host}:{port} has no namespace in its name"


def _opens(world: World, pods: Pods, other: Pods, port: int, direction: str) -> bool:
    kind = {"to": "egress", "from": "ingress"}[direction]
    specs = [m.body["spec"] for m in world.of_kind("NetworkPolicy")]
    closing = [
        spec
        for spec in specs
        if kind.capitalize() in spec["policyTypes"] and pods.match(spec["podSelector"])
    ]
    rules = [rule for spec in closing for rule in spec.get(kind, [])]
    return not closing or any(_admits(rule, direction, other, port) for rule in rules)


def _admits(rule: dict[str, Any], direction: str, other: Pods, port: int) -> bool:
    ports = [entry["port"] for entry in rule.get("ports", [])]
    if ports and port not in ports and not any(other.ports.get(p) == port for p in ports):
        return False
    peers = rule.get(direction, [])
    inside = [p["podSelector"] for p in peers if "podSelector" in p and len(p) == 1]
    return not peers or any(other.match(selector) for selector in inside)


def _behind(listener: Listener, port: int) -> Iterator[tuple[Pods, int]]:
    for server in listener.pods:
        target = listener.ports[port]
        yield server, server.ports.get(str(target), target)  # type: ignore[arg-type]  # checked


def _inside(world: World, host: str) -> bool:
    name, _, rest = host.partition(".")
    own = rest.split(".")[0] == world.namespace and (rest.count(".") == 0 or ".svc" in rest)
    return name not in _LOCAL and host not in _LOCAL and (not rest or own)


def _addresses(texts: list[str]) -> Iterator[tuple[str, int]]:
    for text in texts:
        for scheme, host, port in _URL.findall(text):
            yield host, int(port or _PORTS[scheme])


def _spoken(container: dict[str, Any]) -> Iterator[str]:
    """Yield what a container is told: variables, command and arguments."""
    variables = {v["name"]: v.get("value", "") for v in container.get("env", [])}
    yield from variables.values()
    yield from container.get("command", [])
    yield from container.get("args", [])
    if "PGHOST" in variables:
        yield f"postgresql://{variables['PGHOST']}:{variables.get('PGPORT', 5432)}"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value
