"""Rule PL025: what holds data has its memory to itself."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from profiles.rules.objects.pods import pods_of
from profiles.rules.objects.quantity import octets
from profiles.rules.objects.rule import Object, ObjectComparison, ObjectRule
from profiles.rules.objects.search import of_kind, spec_of


def _reserved_whole(objects: Sequence[Object]) -> Iterator[ObjectComparison]:
    for stateful in of_kind(objects, "StatefulSet"):
        for index, container in enumerate(pods_of(stateful).containers):
            path = f"spec.template.spec.containers[{index}].resources"
            yield _comparison(stateful, path, container.get("resources") or {})
    for cluster in of_kind(objects, "Cluster"):
        yield _comparison(cluster, "spec.resources", spec_of(cluster).get("resources") or {})


def _comparison(owner: Object, path: str, resources: Mapping[str, Any]) -> ObjectComparison:
    limit = (resources.get("limits") or {}).get("memory")
    # A request that is left out is the limit.
    request = (resources.get("requests") or {}).get("memory") or limit
    holds = bool(request and limit) and octets(str(request)) == octets(str(limit))
    sign = "=" if holds else "and" if limit is None else "<"
    return ObjectComparison(
        object=owner,
        path=f"{path}.requests.memory" if limit else f"{path}.limits.memory",
        holds=holds,
        arithmetic=f"memory request {request or 'none'} {sign} limit {limit or 'none'}",
        fix=f"set the request to {limit}" if limit else "set a limit, and the request to the same",
    )


RULES = (
    ObjectRule(
        id="PL025",
        title="what holds data reserves all the memory that it may use",
        severity="warning",
        reason="A node that runs short ends first what uses more than it has reserved.",
        source="CloudNativePG's documentation of resources (Guaranteed quality of service)",
        incident="",
        compare=_reserved_whole,
    ),
)
