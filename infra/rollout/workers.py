"""The workers' own Canary: a new version works on a share of the runs before it gets them all.

Nobody calls a worker, so nothing is switched and no load is made: candidates take real runs from
the queue beside the primary, and are judged by how those end. Flagger asks for a Service in any
case; it makes the three itself, and only probes' port is behind them.
"""

from typing import Any

from pulumi import Resource
from pulumi_kubernetes.apiextensions import CustomResource

from infra import fleet, scaling
from infra.fleet import Fleet
from infra.place import Place
from infra.rollout import alerts, metrics
from profiles import Profile, contract, derive
from profiles.rollout import Analysis
from profiles.workers import Workers


def declare(profile: Profile, analysis: Analysis, place: Place) -> tuple[Resource, ...]:
    """Declare the Canary of the workers and its check, where they have pods of their own."""
    workers = fleet.workers(profile)
    if workers is None or profile.workers is None:
        return ()
    template = metrics.declare_of_workers(profile, workers, place)
    canary = CustomResource(
        "workers-rollout",
        api_version="flagger.app/v1beta1",
        kind="Canary",
        metadata=place.metadata(workers.name, workers.component),
        spec=_spec(profile, profile.workers, workers, analysis),
        opts=place.after(template).options(),
    )
    return template, canary


def _spec(profile: Profile, section: Workers, workers: Fleet, analysis: Analysis) -> dict[str, Any]:
    reverts = {"revertOnDeletion": True} if analysis.revert_on_deletion else {}
    return {
        "provider": "kubernetes",
        "targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": workers.name},
        "autoscalerRef": scaling.reference(profile, workers),
        "progressDeadlineSeconds": derive.canary_deadline_seconds(profile),
        **reverts,
        "service": {
            "name": workers.name,
            "port": contract.HTTP_PORT,
            "portName": "http",
            "targetPort": "http",
            "portDiscovery": False,
        },
        "analysis": {
            "interval": f"{analysis.interval_seconds}s",
            "threshold": analysis.threshold,
            "metrics": metrics.checks_of_workers(section, workers, analysis),
            "iterations": _iterations(analysis),
            **alerts.told(profile, analysis),
        },
    }


def _iterations(analysis: Analysis) -> int:
    """Return the checks: as many as the service's, which by weights has one a step."""
    if analysis.weights is None:
        return analysis.iterations or 0
    return -(-analysis.weights.max_percent // analysis.weights.step_percent)
