"""Flagger's Canary: a new version is analysed before it serves."""

from typing import Any

from pulumi import Resource
from pulumi_kubernetes.apiextensions import CustomResource

from infra import fleet, ingress, scaling
from infra.place import Place
from infra.rollout import alerts, metrics, webhooks, workers
from profiles import Profile, contract, derive
from profiles.rollout import Analysis

API_VERSION = "flagger.app/v1beta1"
"""API of all of Flagger's objects."""

_PROVIDERS = {"kubernetes": "kubernetes", "gatewayapi": "gatewayapi:v1"}
"""Flagger's words: without a version it would write the Gateway API's v1beta1."""


def declare(profile: Profile, place: Place) -> tuple[Resource, ...]:
    """Declare the Canary and what it refers to, if the profile's rollout has an analysis."""
    analysis = profile.rollout.analysis
    if analysis is None:
        return ()
    parts = (*metrics.declare(profile, place), *alerts.declare(profile, analysis, place))
    canary = CustomResource(
        "rollout",
        api_version=API_VERSION,
        kind="Canary",
        metadata=place.metadata(profile.workload.name, contract.SERVICE_COMPONENT),
        spec=_spec(profile, analysis),
        opts=place.after(*parts).options(),
    )
    return *parts, canary, *workers.declare(profile, analysis, place.after(*parts))


def _spec(profile: Profile, analysis: Analysis) -> dict[str, Any]:
    """Return the spec as Flagger itself writes it.

    Flagger writes the whole Canary when it marks it: a field that it leaves out at its zero value,
    or adds, would then be the two's to fight over.
    """
    name = profile.workload.name
    reverts = {"revertOnDeletion": True} if analysis.revert_on_deletion else {}
    return {
        "provider": _PROVIDERS[analysis.provider],
        "targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
        "autoscalerRef": scaling.reference(profile, fleet.service(profile)),
        "progressDeadlineSeconds": derive.canary_deadline_seconds(profile),
        **reverts,
        "service": _service(profile),
        "analysis": {
            "interval": f"{analysis.interval_seconds}s",
            "threshold": analysis.threshold,
            "metrics": metrics.checks(profile, analysis),
            **webhooks.asked(profile, analysis),
            **_steps(analysis),
            **alerts.told(profile, analysis),
        },
    }


def _service(profile: Profile) -> dict[str, Any]:
    """Return the Services: one of the stack's name, whose pods Flagger chooses, and two it makes.

    Ports are as `infra.service` has them, or the two would undo each other's.
    """
    return {
        "name": profile.workload.service_name,
        "port": contract.HTTP_PORT,
        "portName": "http",
        "targetPort": "http",
        # Adds the metrics port, which a LoadBalancer must not open beyond the cluster.
        "portDiscovery": profile.workload.service_type == "ClusterIP",
        **_route(profile),
    }


def _route(profile: Profile) -> dict[str, Any]:
    """Return the HTTPRoute that Flagger makes, where it moves the weights in it."""
    section = profile.network.ingress
    if section is None or not ingress.flagger_routes(profile):
        return {}
    return {
        "gatewayRefs": ingress.gateways(section),
        "hosts": [section.host],
        "timeout": ingress.timeout(profile),
    }


def _steps(analysis: Analysis) -> dict[str, int]:
    if analysis.weights is None:
        return {"iterations": analysis.iterations or 0}
    weights = analysis.weights
    return {"stepWeight": weights.step_percent, "maxWeight": weights.max_percent}
