"""Rule PL006: what guards, opens or measures pods reaches those that serve, Flagger's primary.

Flagger copies the Deployment NAME to NAME-primary, with all pod labels but the one it selects by,
and keeps NAME at no pods until a version is analysed (flagger pkg/canary/deployment_controller.go).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from profiles.contract import PRIMARY_SUFFIX
from profiles.rules.objects.monitor import monitored
from profiles.rules.objects.pods import pods_of
from profiles.rules.objects.rule import Object, ObjectComparison, ObjectRule
from profiles.rules.objects.search import named, namespace, of_kind, selects, spec_of

_SELECTOR_LABELS = ("app", "name", "app.kubernetes.io/name")
"""Labels that Flagger selects by, the first that the Deployment's selector has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleets:
    """A Deployment under Flagger and its copy, as their pods are labelled."""

    canary: Object
    """The Canary."""
    label: str
    """Label in which they differ."""
    target: Mapping[str, str]
    """Labels of the version under analysis."""
    primary: Mapping[str, str]
    """Labels of the pods that serve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Pods that an object selects."""

    by: Object
    """The object."""
    path: str
    """Property with the selector."""
    target: bool
    """Whether it selects a version under analysis."""
    primary: bool
    """Whether it selects the pods that serve."""


def _reaches_primary(objects: Sequence[Object]) -> Iterator[ObjectComparison]:
    for fleets in _fleets(objects):
        for group in _groups(objects, fleets):
            about = [each for each in group if each.target]
            if about:
                yield _comparison(fleets, about, group)


def _comparison(fleets: Fleets, about: list[Selection], group: list[Selection]) -> ObjectComparison:
    reached = [each for each in group if each.primary]
    missed = next((each for each in about if not each.primary), about[0])
    label = fleets.label
    target, primary = (f"{label}={each[label]}" for each in (fleets.target, fleets.primary))
    found = reached[0] if reached else missed
    by = f"{found.by['kind']} {found.by['metadata']['name']}"
    return ObjectComparison(
        object=found.by,
        path=found.path,
        holds=bool(reached),
        arithmetic=f"{by} selects {primary}, the pods that serve"
        if reached
        else f"{by} selects {target}, of which Flagger keeps no pods, and not {primary}",
        fix=f"select {primary}, or a label that Flagger copies",
    )


def _fleets(objects: Sequence[Object]) -> Iterator[Fleets]:
    for canary in of_kind(objects, "Canary"):
        name = (spec_of(canary).get("targetRef") or {}).get("name")
        workload = named(objects, ("Deployment",), name, canary)
        if workload is None:
            continue
        chosen = (spec_of(workload).get("selector") or {}).get("matchLabels") or {}
        label = next((each for each in _SELECTOR_LABELS if each in chosen), None)
        if label:
            target = pods_of(workload).labels
            copied = {**target, label: chosen[label] + PRIMARY_SUFFIX}
            yield Fleets(canary=canary, label=label, target=target, primary=copied)


def _groups(objects: Sequence[Object], fleets: Fleets) -> Iterator[list[Selection]]:
    """Yield selections of which one at least must reach the primary's pods."""
    beside = [each for each in objects if namespace(each) == namespace(fleets.canary)]
    for kind, path in _SELECTORS.items():
        yield [
            _selection(found, f"spec.{path}", fleets, [spec_of(found).get(path)])
            for found in of_kind(beside, kind)
            if spec_of(found).get(path)  # an empty one selects all, and is about none
        ]
    for policy in of_kind(beside, "NetworkPolicy"):
        yield from _peers(policy, fleets)
    yield [
        Selection(
            by=monitor,
            path="spec.selector",
            target=any(selects(each, fleets.target) for each in services),
            primary=any(selects(each, fleets.primary) for each in services),
        )
        for monitor, services in monitored(beside, fleets.canary, fleets.label)
    ]


_SELECTORS = {
    "PodDisruptionBudget": "selector",
    "NetworkPolicy": "podSelector",
    "PodMonitor": "selector",
}
"""Kinds that select pods of their own namespace, and where they say which."""


def _selection(
    found: Object, path: str, fleets: Fleets, selectors: Sequence[Mapping[str, Any] | None]
) -> Selection:
    def hits(labels: Mapping[str, str]) -> bool:
        return any(selects(each, labels) for each in selectors)

    return Selection(by=found, path=path, target=hits(fleets.target), primary=hits(fleets.primary))


def _peers(policy: Object, fleets: Fleets) -> Iterator[list[Selection]]:
    """Yield, for each rule of a policy, the pods that it names as clients or servers."""
    for direction, side in (("ingress", "from"), ("egress", "to")):
        for index, rule in enumerate(spec_of(policy).get(direction) or ()):
            own = [
                peer["podSelector"]
                for peer in rule.get(side) or ()
                if "podSelector" in peer and "namespaceSelector" not in peer
            ]
            yield [_selection(policy, f"spec.{direction}[{index}].{side}", fleets, own)]


RULES = (
    ObjectRule(
        id="PL006",
        title="under Flagger, budgets, policies and monitors select the pods that serve",
        severity="error",
        reason="A budget that selects the Deployment's own pods guards none: a drain may end all "
        "that serve at once.",
        source="flagger#1604; flagger#815",
        incident="",
        compare=_reaches_primary,
    ),
)
