"""Live objects as an API server records them, `managedFields` included."""

from copy import deepcopy
from typing import Any

from plumb.engine.dryrun import Body

PERSON = "kubectl-edit"
ENGINE = "helm"


def entry(manager: str, fields: dict[str, Any], **more: str) -> dict[str, Any]:
    """Return one entry of `managedFields`."""
    time = {"time": "2026-01-02T03:04:05Z"}
    return {"manager": manager, "operation": "Update", "fieldsV1": fields} | time | more


def deployment() -> Body:
    """Return a small Deployment as a program states it."""
    container = {
        "name": "main",
        "image": "main:v1",
        "env": [{"name": "MODE", "value": "plain"}],
        "ports": [{"name": "http", "containerPort": 8000}],
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "n", "labels": {"app": "web"}},
        "spec": {"replicas": 1, "template": {"spec": {"containers": [container]}}},
    }


def edited(*entries: dict[str, Any]) -> Body:
    """Return the Deployment as it is live: another image, a variable, a container, two replicas."""
    body = deepcopy(deployment())
    spec = body["spec"]
    spec["replicas"] = 2
    spec["revisionHistoryLimit"] = 10
    spec["template"]["spec"]["containers"].append({"name": "extra", "image": "x"})
    [main, _] = spec["template"]["spec"]["containers"]
    main["image"] = "main:v2"
    main["env"].append({"name": "API_TOKEN", "value": "very secret"})
    body["metadata"]["managedFields"] = list(entries)
    return body


def in_containers(*keyed: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    """Return `fieldsV1` of fields of containers, by the containers' names."""
    named = {f'k:{{"name":"{name}"}}': {".": {}, **fields} for name, fields in keyed}
    return {"f:spec": {"f:template": {"f:spec": {"f:containers": named}}}}


SCALE = entry("kubectl", {"f:spec": {"f:replicas": {}}}, subresource="scale")
IMAGE = entry(PERSON, in_containers(("main", {"f:image": {}})))
TOKEN = entry(
    PERSON,
    in_containers(
        (
            "main",
            {"f:env": {'k:{"name":"API_TOKEN"}': {".": {}, "f:name": {}, "f:value": {}}}},
        )
    ),
)
EXTRA = entry(PERSON, in_containers(("extra", {"f:name": {}, "f:image": {}})))
