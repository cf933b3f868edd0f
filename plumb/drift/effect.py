"""What an object of somebody else's does to a stack: its selectors and references tell."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from plumb.engine.engine import Release
from plumb.render.manifest import identity
from profiles import contract

Object = dict[str, Any]
Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What an object of somebody else's could act on."""

    pods: Mapping[str, Labels]
    """Labels of the stack's pods, by the workload that makes them."""
    selectors: Mapping[str, Labels]
    """What the stack's Services select, by their names."""
    services: frozenset[str]
    """Names of its Services."""
    accounts: frozenset[str]
    """Names of its ServiceAccounts."""
    claims: tuple[str, ...]
    """Beginnings of the names of claims that its StatefulSets make."""


def scene(release: Release, found: Sequence[Object]) -> Scene:
    """Return what there is to act on; pods of Flagger's copies among them."""
    own = [each.body for each in release.rendered.manifests]
    copies = [each for each in found if _is_copy(each, own)]
    workloads = [each for each in (*own, *copies) if _pod_labels(each)]
    services = [each for each in own if each["kind"] == "Service"]
    return Scene(
        pods={identity(each): _pod_labels(each) for each in workloads},
        selectors={
            each["metadata"]["name"]: each["spec"]["selector"]
            for each in services
            if each["spec"].get("selector")
        },
        services=frozenset(each["metadata"]["name"] for each in services),
        accounts=frozenset(
            each["metadata"]["name"] for each in own if each["kind"] == "ServiceAccount"
        ),
        claims=tuple(
            f"{claim['metadata']['name']}-{each['metadata']['name']}-"
            for each in own
            if each["kind"] == "StatefulSet"
            for claim in each["spec"].get("volumeClaimTemplates", ())
        ),
    )


def effect(own: Scene, body: Object) -> str:
    """Return in words what an object does to the stack; empty for nothing."""
    return _EFFECTS.get(body["kind"], _none)(own, body)


def _is_copy(body: Object, own: Sequence[Object]) -> bool:
    names = {each["metadata"]["name"] for each in own if _pod_labels(each)}
    name = body["metadata"]["name"]
    is_primary = name.endswith(contract.PRIMARY_SUFFIX)
    return is_primary and name.removesuffix(contract.PRIMARY_SUFFIX) in names


def _pod_labels(body: Object) -> Labels:
    template = (body.get("spec") or {}).get("template") or {}
    labels: Labels = template.get("metadata", {}).get("labels") or {}
    return labels


def _none(own: Scene, body: Object) -> str:
    del own, body
    return ""


def _selects(own: Scene, selector: Object | None) -> list[str]:
    """Return whose pods a selector selects; an empty one selects all, null none."""
    if selector is None:
        return []
    return [name for name, labels in own.pods.items() if matches(selector, labels)]


def matches(selector: Object, labels: Labels) -> bool:
    """Return whether a LabelSelector of Kubernetes selects pods of these labels."""
    wanted: Labels = selector.get("matchLabels") or {}
    if not wanted.items() <= labels.items():
        return False
    return all(_holds(each, labels) for each in selector.get("matchExpressions") or ())


def _holds(expression: Object, labels: Labels) -> bool:
    value = labels.get(expression["key"])
    values = expression.get("values") or ()
    return {
        "In": value in values,
        "NotIn": value not in values,
        "Exists": value is not None,
        "DoesNotExist": value is None,
    }.get(expression["operator"], False)


def _of_policy(own: Scene, body: Object) -> str:
    selected = _selects(own, body["spec"].get("podSelector") or {})
    return f"opens or closes traffic of pods of {_listed(selected)}" if selected else ""


def _of_budget(own: Scene, body: Object) -> str:
    selected = _selects(own, body["spec"].get("selector"))
    return f"holds back drains of pods of {_listed(selected)}" if selected else ""


def _of_scaler(own: Scene, body: Object) -> str:
    target = body["spec"]["scaleTargetRef"]
    name = f"{target['kind']}/{target['name']}"
    return f"scales {name}" if name in own.pods else ""


def _of_service(own: Scene, body: Object) -> str:
    selector = body["spec"].get("selector")
    selected = _selects(own, {"matchLabels": selector}) if selector else []
    return f"sends traffic to pods of {_listed(selected)}" if selected else ""


def _of_workload(own: Scene, body: Object) -> str:
    labels = _pod_labels(body)
    taking = [name for name, wanted in own.selectors.items() if wanted.items() <= labels.items()]
    return f"its pods get traffic of Service/{', Service/'.join(taking)}" if taking else ""


def _of_ingress(own: Scene, body: Object) -> str:
    paths = [
        path["backend"].get("service", {}).get("name")
        for rule in body["spec"].get("rules") or ()
        for path in rule.get("http", {}).get("paths", ())
    ]
    default = (body["spec"].get("defaultBackend") or {}).get("service", {}).get("name")
    led = sorted(own.services & {*paths, default})
    return f"leads to Service/{', Service/'.join(led)}" if led else ""


def _of_binding(own: Scene, body: Object) -> str:
    named = {
        each["name"] for each in body.get("subjects") or () if each["kind"] == "ServiceAccount"
    }
    held = sorted(own.accounts & named)
    role = f"{body['roleRef']['kind']}/{body['roleRef']['name']}"
    return f"gives {role} to ServiceAccount/{', ServiceAccount/'.join(held)}" if held else ""


def _of_limit(own: Scene, body: Object) -> str:
    del own
    return f"limits every pod of the namespace ({body['kind']})"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(sorted(names))


_EFFECTS: Mapping[str, Callable[[Scene, Object], str]] = {
    "NetworkPolicy": _of_policy,
    "PodDisruptionBudget": _of_budget,
    "HorizontalPodAutoscaler": _of_scaler,
    "Service": _of_service,
    "Deployment": _of_workload,
    "StatefulSet": _of_workload,
    "DaemonSet": _of_workload,
    "Ingress": _of_ingress,
    "RoleBinding": _of_binding,
    "ResourceQuota": _of_limit,
    "LimitRange": _of_limit,
}
