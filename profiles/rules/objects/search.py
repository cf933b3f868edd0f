"""Finds objects among others: by kind, by name, and by what they say of each other."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from profiles.rules.objects.rule import Object

AUTOSCALERS = ("HorizontalPodAutoscaler", "ScaledObject")
"""Kinds that scale a Deployment."""


def of_kind(objects: Sequence[Object], *kinds: str) -> Iterator[Object]:
    """Yield the objects of these kinds."""
    return (found for found in objects if found["kind"] in kinds)


def named(
    objects: Sequence[Object], kinds: Sequence[str], name: str | None, beside: Object
) -> Object | None:
    """Return the object of this name in another one's namespace; None where it is not there."""
    place = namespace(beside)
    found = (
        each
        for each in of_kind(objects, *kinds)
        if each["metadata"].get("name") == name and namespace(each) == place
    )
    return next(found, None)


def namespace(found: Object) -> str | None:
    """Return an object's namespace, if it states one."""
    stated: str | None = found["metadata"].get("namespace")
    return stated


def spec_of(found: Object) -> Mapping[str, Any]:
    """Return an object's spec; empty where it has none."""
    spec: Mapping[str, Any] = found.get("spec") or {}
    return spec


def scaler(objects: Sequence[Object], workload: Object) -> Object | None:
    """Return the autoscaler of a workload; None where there is none."""
    for found in of_kind(objects, *AUTOSCALERS):
        target = spec_of(found).get("scaleTargetRef", {})
        kind = target.get("kind", "Deployment")
        if workload is named(objects, (kind,), target.get("name"), found):
            return found
    return None


def selects(selector: Mapping[str, Any] | None, labels: Mapping[str, str]) -> bool:
    """Whether a label selector selects these labels; an empty one selects all, none nothing."""
    if selector is None:
        return False
    wanted: Mapping[str, str] = selector.get("matchLabels") or {}
    stated: Sequence[Mapping[str, Any]] = selector.get("matchExpressions") or ()
    return wanted.items() <= labels.items() and all(_holds(each, labels) for each in stated)


def _holds(expression: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    value, values = labels.get(expression["key"]), expression.get("values") or ()
    match expression["operator"]:
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return value is not None
        case _:  # DoesNotExist, the last there is
            return value is None
