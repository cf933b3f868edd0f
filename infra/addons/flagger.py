"""A Flagger of the stack's own, which watches and may touch nothing but the stack."""

from collections.abc import Iterable, Iterator
from typing import Any

from pulumi import Resource

from infra import fleet, pod, scaling, upstream
from infra.addons import load_tester, prometheus
from infra.addons.server import Server, access, deployment
from infra.flow import Flow, namespaces, ranges
from infra.place import Place
from profiles import Profile, contract

NAME = "flagger"
"""Name of its Deployment."""

_COMPONENT = contract.FLAGGER_COMPONENT
_READ = ["get", "list", "watch"]
_SUFFIXES = (contract.PRIMARY_SUFFIX, contract.CANARY_SUFFIX)
_CONFIG_MAP_KEYS = ("configMap", "configMapKeyRef", "configMapRef")
_SECRET_KEYS = ("secret", "secretKeyRef", "secretRef")
"""Where a pod's spec refers to what Flagger's tracker copies."""


def declare(profile: Profile, place: Place) -> tuple[Resource, ...]:
    """Declare it where it is managed and the rollout has something to analyse."""
    if not is_managed(profile):
        return ()
    server = _server(profile)
    granted = access(server, _rules(profile), place)
    return (*granted, deployment(server, profile, place.after(*granted)))


def flows(profile: Profile) -> tuple[Flow, ...]:
    """Return Flagger's ways: to the API, the measurements, the load tester and the alerts."""
    if profile.rollout.mode != "flagger":
        return ()
    flows = _asked(profile)
    return (*flows, *_outgoing(profile)) if is_managed(profile) else flows


def is_managed(profile: Profile) -> bool:
    """Return whether the stack brings its own."""
    managed = profile.addons.flagger.provision == "managed"
    return managed and profile.rollout.mode == "flagger"


def _asked(profile: Profile) -> tuple[Flow, ...]:
    """Return the way from Flagger, wherever it is, to what it asks and has one end here."""
    outside = profile.addons.flagger.namespace
    there = namespaces(outside) if outside else _COMPONENT
    ends = filter(None, (prometheus.end(profile), load_tester.end(profile)))
    return tuple(
        Flow(client=there, server=server, ports=(port,))
        for server, port in ends
        if isinstance(server, str) or is_managed(profile)
    )


def _outgoing(profile: Profile) -> Iterator[Flow]:
    api = ranges(*profile.network.api_server_cidrs)
    yield Flow(client=_COMPONENT, server=api, ports=contract.API_SERVER_PORTS)
    outside = upstream.outside(profile.network)
    if profile.rollout.analysis and profile.rollout.analysis.alerts and outside:
        yield Flow(client=_COMPONENT, server=outside, ports=(contract.HTTPS_PORT,))


def _server(profile: Profile) -> Server:
    section = profile.addons.flagger
    return Server(
        name=NAME,
        component=_COMPONENT,
        image=section.image,
        resources=section.resources,
        arguments=(
            "-log-level=info",
            f"-port={contract.FLAGGER_PORT}",
            f"-namespace={profile.cluster.namespace}",
            "-mesh-provider=kubernetes",
            f"-metrics-server={prometheus.address(profile)}",
            "-selector-labels=app",
            "-no-cross-namespace-refs=true",
        ),
        port=contract.FLAGGER_PORT,
        ready_path="/healthz",
        start_path="/healthz",
        calls_api=True,
        annotations=prometheus.scraped(contract.FLAGGER_PORT),
    )


def _rules(profile: Profile) -> list[dict[str, Any]]:
    """Return what the source of 1.43.0 calls with a Deployment, and no object but the stack's.

    Flagger's own manifests grant all of this, and deletion, on every object of the cluster.
    """
    analysis, workers = profile.rollout.analysis, fleet.workers(profile)
    fleets = [fleet.service(profile), *([workers] if workers else [])]
    targets = [of.name for of in fleets]
    names = [profile.workload.service_name, *targets[1:]]
    services = [name + suffix for name in names for suffix in ("", *_SUFFIXES)]
    specs = [pod.spec(profile, of) for of in fleets]
    watched = ["canaries", "metrictemplates", "alertproviders"]
    written = ["canaries", "canaries/status", "canaries/finalizers"]
    rules = [
        {"apiGroups": ["flagger.app"], "resources": watched, "verbs": _READ},
        {"apiGroups": ["flagger.app"], "resources": written, "verbs": ["get", "update"]},
        {"apiGroups": [""], "resources": ["events"], "verbs": ["create", "patch"]},
        *_copied("apps", "deployments", targets),
        _named("apps", "deployments", targets, ["patch"]),
        *_copied("autoscaling", "horizontalpodautoscalers", targets),
        *_copied("", "configmaps", _referred(specs, _CONFIG_MAP_KEYS)),
        *_copied("", "secrets", _referred(specs, _SECRET_KEYS)),
        *_made("", "services", services),
    ]
    if scaled := [of.name for of in fleets if of.scaling and scaling.through_keda(of.scaling)]:
        rules += _copied("keda.sh", "scaledobjects", scaled)
    if analysis and analysis.provider == "gatewayapi":
        rules += _made("gateway.networking.k8s.io", "httproutes", services[: len(_SUFFIXES) + 1])
    if analysis and analysis.alerts:
        rules += [_named("", "secrets", [profile.credentials.alerts_secret], ["get"])]
    return rules


def _copied(group: str, resource: str, names: Iterable[str]) -> list[dict[str, Any]]:
    """Return the right to read and scale objects, and to keep a copy of each for the primary."""
    pairs = {name + suffix for name in names for suffix in ("", contract.PRIMARY_SUFFIX)}
    return _made(group, resource, sorted(pairs))


def _made(group: str, resource: str, names: list[str]) -> list[dict[str, Any]]:
    """Return the right to make objects, and to read and change those of these names."""
    # Whoever may create cannot be held to names: RBAC knows none before an object is there.
    create = {"apiGroups": [group], "resources": [resource], "verbs": ["create"]}
    return [create, _named(group, resource, names, ["get", "update"])] if names else []


def _named(group: str, resource: str, names: list[str], verbs: list[str]) -> dict[str, Any]:
    return {"apiGroups": [group], "resources": [resource], "resourceNames": names, "verbs": verbs}


def _referred(part: Any, keys: tuple[str, ...]) -> Iterator[str]:
    """Give the names of what a pod's spec refers to under these keys, at any depth."""
    if isinstance(part, list):
        for each in part:
            yield from _referred(each, keys)
    if isinstance(part, dict):
        for key, child in part.items():
            if key in keys:
                yield child.get("secretName") or child["name"]
            else:
                yield from _referred(child, keys)
