"""What controllers are told: targets, routes, measurements, operators' own objects."""

from collections.abc import Iterator
from typing import Any

from plumb.render import Manifest
from tests.infra.world import World

_BUILT_IN_METRICS = {"request-success-rate", "request-duration"}


def targets(world: World) -> Iterator[str]:
    """Hold what scales to what is there; no replicas are stated where something decides them."""
    for manifest in world.of_kind("HorizontalPodAutoscaler", "Canary", "ScaledObject"):
        spec = manifest.body["spec"]
        for key in ("scaleTargetRef", "targetRef", "autoscalerRef"):
            if key in spec and _named(spec[key]) not in world.by_identity:
                yield f"{manifest.identity}: {key} leads nowhere"
    scalers = world.of_kind("HorizontalPodAutoscaler", "ScaledObject")
    scaled = [_named(manifest.body["spec"]["scaleTargetRef"]) for manifest in scalers]
    if len(set(scaled)) != len(scaled):
        yield f"{scaled}: one has two autoscalers"
    for identity in set(scaled) & world.by_identity.keys():
        if "replicas" in world.by_identity[identity].body["spec"]:
            yield f"{identity}: states replicas beside an autoscaler"


def _named(reference: dict[str, str]) -> str:
    return f"{reference.get('kind', 'Deployment')}/{reference['name']}"


def routes(world: World) -> Iterator[str]:
    """Ingress, HTTPRoute and APIService lead to ports of Services; Flagger's are its own."""
    for manifest, name, port in _backends(world):
        listener = world.listeners.get(name)
        if listener is None:
            yield f"{manifest.identity}: no Service {name}"
        elif port not in listener.ports and port not in listener.names:
            yield f"{manifest.identity}: Service {name} has no port {port}"
    yield from _apexes(world)


def measurements(world: World) -> Iterator[str]:
    """Every metric is Flagger's own or a template's, and every provider of alerts is there."""
    used = {identity for m in world.of_kind("Canary") for identity in _measured_by(m)}
    yield from (f"Canary: no {name}" for name in sorted(used - world.by_identity.keys()))
    for manifest in world.of_kind("MetricTemplate", "AlertProvider"):
        if manifest.identity not in used:
            yield f"{manifest.identity}: nobody refers to it"
    for manifest in world.of_kind("AlertProvider"):
        secret = manifest.body["spec"].get("secretRef", {}).get("name")
        if secret != world.profile.credentials.alerts_secret:
            yield f"{manifest.identity}: reads the Secret {secret}"


def _measured_by(canary: Manifest) -> Iterator[str]:
    analysis = canary.body["spec"]["analysis"]
    yield from (f"AlertProvider/{a['providerRef']['name']}" for a in analysis.get("alerts", []))
    for metric in analysis.get("metrics", []):
        template = metric.get("templateRef")
        if template or metric["name"] not in _BUILT_IN_METRICS:
            yield f"MetricTemplate/{template['name'] if template else metric['name']}"


def operators(world: World) -> Iterator[str]:
    """CloudNativePG's objects name each other; an ExternalSecret names the profile's store."""
    for manifest in world.of_kind("Pooler", "ScheduledBackup"):
        name = manifest.body["spec"]["cluster"]["name"]
        if f"Cluster/{name}" not in world.by_identity:
            yield f"{manifest.identity}: no Cluster {name}"
    for manifest in world.of_kind("Cluster"):
        for plugin in manifest.body["spec"].get("plugins", []):
            store = plugin.get("parameters", {}).get("barmanObjectName")
            if store and f"ObjectStore/{store}" not in world.by_identity:
                yield f"{manifest.identity}: no ObjectStore {store}"
    external = world.profile.credentials.external
    for manifest in world.of_kind("ExternalSecret"):
        store = manifest.body["spec"]["secretStoreRef"]
        if external and (store["name"], store["kind"]) != (external.store, external.kind):
            yield f"{manifest.identity}: reads another store, {store}"


def _apexes(world: World) -> Iterator[str]:
    """Hold what Flagger writes too to the same text; the selector is Flagger's alone."""
    for manifest in world.of_kind("Canary"):
        spec = manifest.body["spec"]
        name = spec["service"]["name"]
        if spec["provider"].startswith("gatewayapi") and f"HTTPRoute/{name}" in world.by_identity:
            yield f"HTTPRoute/{name}: is Flagger's to make"
        declared = world.by_identity.get(f"Service/{name}")
        if declared is None:
            continue
        service, made = declared.body["spec"], world.listeners[name]
        if "selector" in service:
            yield f"{declared.identity}: states the selector that Flagger moves"
        stated = {port["name"]: port["port"] for port in service["ports"]}
        if stated != made.names:
            yield f"{declared.identity}: states the ports {stated}, Flagger writes {made.names}"


def _backends(world: World) -> Iterator[tuple[Manifest, str, int | str]]:
    for manifest in world.of_kind("Ingress"):
        for rule in manifest.body["spec"]["rules"]:
            for path in rule["http"]["paths"]:
                service = path["backend"]["service"]
                port: dict[str, Any] = service["port"]
                yield manifest, service["name"], port.get("number") or port["name"]
    for manifest in world.of_kind("HTTPRoute"):
        for rule in manifest.body["spec"]["rules"]:
            for backend in rule.get("backendRefs", []):
                yield manifest, backend["name"], backend["port"]
    for manifest in world.of_kind("APIService"):
        service = manifest.body["spec"]["service"]
        yield manifest, service["name"], service.get("port", 443)
