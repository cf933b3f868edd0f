"""Which pods ServiceMonitors measure, by way of the Services that they select."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from profiles.contract import CANARY_SUFFIX, PRIMARY_SUFFIX
from profiles.rules.objects.rule import Object
from profiles.rules.objects.search import named, of_kind, selects, spec_of

Selector = Mapping[str, Any]


def monitored(
    objects: Sequence[Object], canary: Object, label: str
) -> Iterator[tuple[Object, list[Selector]]]:
    """Yield each ServiceMonitor with the pod selectors of the Services that it selects.

    Among them are the three Services that Flagger makes for a Canary, which it labels with `app`
    and their own name; the one that was there before keeps its labels.
    """
    services = [*_declared(objects, canary), *_made(objects, canary, label)]
    for monitor in of_kind(objects, "ServiceMonitor"):
        chosen = spec_of(monitor).get("selector")
        yield monitor, [pods for labels, pods in services if selects(chosen, labels)]


def _declared(
    objects: Sequence[Object], canary: Object
) -> Iterator[tuple[Mapping[str, str], Selector]]:
    for service in of_kind(objects, "Service"):
        chosen = spec_of(service).get("selector")
        if chosen and service["metadata"].get("name") != _apex(canary):
            yield service["metadata"].get("labels") or {}, {"matchLabels": chosen}


def _made(
    objects: Sequence[Object], canary: Object, label: str
) -> Iterator[tuple[Mapping[str, str], Selector]]:
    target = named(objects, ("Deployment",), spec_of(canary)["targetRef"]["name"], canary)
    value = spec_of(target)["selector"]["matchLabels"][label] if target else ""
    serving = {"matchLabels": {label: value + PRIMARY_SUFFIX}}
    apex = _apex(canary)
    before = named(objects, ("Service",), apex, canary)
    yield (before["metadata"].get("labels") or {} if before else {"app": apex}), serving
    yield {"app": apex + PRIMARY_SUFFIX}, serving
    yield {"app": apex + CANARY_SUFFIX}, {"matchLabels": {label: value}}


def _apex(canary: Object) -> str:
    spec = spec_of(canary)
    name: str = (spec.get("service") or {}).get("name") or spec["targetRef"]["name"]
    return name
