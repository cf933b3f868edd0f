"""Whose a field manager is: the engine's, a controller's, or a person's."""

from collections.abc import Iterator
from typing import Any

from plumb.drift.finding import Author
from plumb.engine.owner import MANAGERS

_ENGINES = tuple(MANAGERS.values())
"""What the names of the engines' field managers start with."""

_CONTROLLERS = (
    "kube-controller-manager",
    "kube-scheduler",
    "kubelet",
    "kube-apiserver",
    "cloud-controller-manager",
    "cluster-autoscaler",
    "flagger",
    "cert-manager",
    "external-secrets",
    "cloudnative-pg",
    "keda",
    "prometheus-operator",
    "PrometheusOperator",
    "vpa-",
    "metrics-server",
)
"""What the names start with of those that write to objects of a stack in any of its modes: the
control plane, Flagger, and the operators that an add-on or a mode rests on."""

Entry = dict[str, Any]
"""One entry of `metadata.managedFields`."""


def entries(body: dict[str, Any]) -> list[Entry]:
    """Return who manages fields of an object, but for its status."""
    found: list[Entry] = body["metadata"].get("managedFields") or []
    return [entry for entry in found if entry.get("subresource") != "status"]


def foreign(body: dict[str, Any]) -> Iterator[Entry]:
    """Yield the entries that are neither an engine's nor a controller's."""
    for entry in entries(body):
        if not entry["manager"].startswith((*_ENGINES, *_CONTROLLERS)):
            yield entry


def is_engine(author: Author) -> bool:
    """Return whether an engine of ours set a field."""
    return author.manager.startswith(_ENGINES)


def author(entry: Entry) -> Author:
    """Return whom an entry is of."""
    return Author(
        manager=str(entry.get("manager", "")),
        operation=str(entry.get("operation", "")),
        subresource=str(entry.get("subresource", "")),
        time=str(entry.get("time", "")),
    )
