"""What a cluster would hold of a render: its objects, and those that Flagger makes of them."""

import copy
from collections.abc import Iterator
from typing import Any

from plumb.render import Rendered
from profiles import contract

_SUFFIXES = ("", contract.PRIMARY_SUFFIX, contract.CANARY_SUFFIX)


def objects(rendered: Rendered) -> list[dict[str, Any]]:
    """Return all objects: a scorer judges a probe by the Services that lead to its pods."""
    declared = [manifest.body for manifest in rendered.manifests]
    made = list(_made(declared))
    # A Service that Flagger takes over has its selector from Flagger.
    taken = {(body["kind"], body["metadata"]["name"]) for body in made}
    kept = [body for body in declared if (body["kind"], body["metadata"]["name"]) not in taken]
    return [*kept, *made]


def _made(declared: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    named = {(body["kind"], body["metadata"]["name"]): body for body in declared}
    for canary in (body for body in declared if body["kind"] == "Canary"):
        spec = canary["spec"]
        target = named["Deployment", spec["targetRef"]["name"]]
        app = target["spec"]["selector"]["matchLabels"]["app"]
        yield _primary(target, app)
        scaler = named.get((spec["autoscalerRef"]["kind"], spec["autoscalerRef"]["name"]))
        if scaler:
            yield _scaler(scaler)
        for suffix in _SUFFIXES:
            name = canary["spec"]["service"]["name"] + suffix
            yield _service(canary, name, _app(app, suffix), named.get(("Service", name)))


def _primary(target: dict[str, Any], app: str) -> dict[str, Any]:
    made = copy.deepcopy(target)
    labels = {"app": app + contract.PRIMARY_SUFFIX}
    made["metadata"]["name"] += contract.PRIMARY_SUFFIX
    made["spec"]["selector"]["matchLabels"] |= labels
    template = made["spec"]["template"]
    template["metadata"]["labels"] |= labels
    affinity = template["spec"].get("affinity", {}).get("podAntiAffinity", {})
    wishes = affinity.get("preferredDuringSchedulingIgnoredDuringExecution", [])
    terms = [wish["podAffinityTerm"] for wish in wishes]
    for selecting in (*terms, *template["spec"].get("topologySpreadConstraints", [])):
        selecting["labelSelector"]["matchLabels"] |= labels
    return made


def _scaler(scaler: dict[str, Any]) -> dict[str, Any]:
    made = copy.deepcopy(scaler)
    made["metadata"]["name"] += contract.PRIMARY_SUFFIX
    made["spec"]["scaleTargetRef"]["name"] += contract.PRIMARY_SUFFIX
    return made


def _app(app: str, suffix: str) -> str:
    return app if suffix == contract.CANARY_SUFFIX else app + contract.PRIMARY_SUFFIX


def _service(
    canary: dict[str, Any], name: str, app: str, declared: dict[str, Any] | None
) -> dict[str, Any]:
    spec = canary["spec"]["service"]
    port = {"name": spec["portName"], "port": spec["port"], "targetPort": spec["targetPort"]}
    made = copy.deepcopy(declared) or {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": name,
            "namespace": canary["metadata"]["namespace"],
            "labels": {"app": name},
        },
        "spec": {"type": "ClusterIP", "ports": [port]},
    }
    made["spec"]["selector"] = {"app": app}
    return made
