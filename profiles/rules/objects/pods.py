"""The pods of workloads, as their templates describe them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from profiles.rules.objects.rule import Object
from profiles.rules.objects.search import of_kind, spec_of

SERVING = ("Deployment", "StatefulSet", "DaemonSet")
"""Kinds whose pods stay until they are replaced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pods:
    """The pods of one workload."""

    owner: Object
    """The workload."""
    labels: Mapping[str, str]
    """Their labels."""
    annotations: Mapping[str, str]
    """Their annotations."""
    spec: Mapping[str, Any]
    """Their spec."""

    @property
    def containers(self) -> Sequence[Mapping[str, Any]]:
        """Return the containers that run as long as the pod does."""
        found: Sequence[Mapping[str, Any]] = self.spec.get("containers") or ()
        return found


def pods_of(workload: Object) -> Pods:
    """Return the pods of a workload with a template."""
    return _pods(workload, spec_of(workload).get("template") or {})


def serving(objects: Sequence[Object]) -> Iterator[Pods]:
    """Yield the pods of every workload whose pods stay."""
    return map(pods_of, of_kind(objects, *SERVING))


def of_cron_job(job: Object) -> Pods:
    """Return the pods that a CronJob starts."""
    template = spec_of(job).get("jobTemplate") or {}
    return _pods(job, (template.get("spec") or {}).get("template") or {})


def _pods(owner: Object, template: Mapping[str, Any]) -> Pods:
    metadata = template.get("metadata") or {}
    return Pods(
        owner=owner,
        labels=metadata.get("labels") or {},
        annotations=metadata.get("annotations") or {},
        spec=template.get("spec") or {},
    )
