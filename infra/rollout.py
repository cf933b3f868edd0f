"""Flagger's Canary: a new version is analysed before it serves."""

from typing import Any

from pulumi_kubernetes.apiextensions import CustomResource

from infra.place import Place
from profiles import Profile, contract
from profiles.rollout import Analysis

_WEBHOOK_TIMEOUT_SECONDS = 5
"""Time that the load tester has to accept a command; the command itself runs on."""


def declare(profile: Profile, place: Place) -> tuple[CustomResource, ...]:
    """Declare the Canary, if the profile's rollout has an analysis."""
    analysis = profile.rollout.analysis
    if analysis is None:
        return ()
    return (
        CustomResource(
            "rollout",
            api_version="flagger.app/v1beta1",
            kind="Canary",
            metadata=place.metadata(profile.workload.name, contract.SERVICE_COMPONENT),
            spec=_spec(profile, analysis),
            opts=place.options(),
        ),
    )


def _spec(profile: Profile, analysis: Analysis) -> dict[str, Any]:
    name = profile.workload.name
    # The Deployment's own deadline must strike first: Flagger sees it at its next tick.
    deadline = profile.rollout.progress_deadline_seconds + analysis.interval_seconds
    return {
        "provider": "kubernetes",
        "targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
        "autoscalerRef": {
            "apiVersion": "autoscaling/v2",
            "kind": "HorizontalPodAutoscaler",
            "name": name,
        },
        "progressDeadlineSeconds": deadline,
        "revertOnDeletion": analysis.revert_on_deletion,
        "skipAnalysis": False,
        "service": {
            "name": profile.workload.service_name,
            "port": contract.HTTP_PORT,
            "portName": "http",
            "targetPort": "http",
            # Adds the metrics port, which a LoadBalancer must not open beyond the cluster.
            "portDiscovery": profile.workload.service_type == "ClusterIP",
        },
        "analysis": {
            "interval": f"{analysis.interval_seconds}s",
            "iterations": analysis.iterations,
            "threshold": analysis.threshold,
            "metrics": _metrics(analysis),
            "webhooks": _webhooks(profile, analysis),
        },
    }


def _metrics(analysis: Analysis) -> list[dict[str, Any]]:
    ranges = {
        "request-success-rate": {"min": analysis.success_rate_min_percent},
        "request-duration": {"max": analysis.latency_max_ms},
    }
    interval = f"{analysis.metric_interval_seconds}s"
    return [
        {"name": name, "interval": interval, "thresholdRange": bounds}
        for name, bounds in ranges.items()
    ]


def _webhooks(profile: Profile, analysis: Analysis) -> list[dict[str, Any]]:
    """Return the load: without users on a canary, a check without it finds no values and fails."""
    if analysis.load_test_url is None:
        return []
    load = {
        # Before the first check: it looks back over a whole window of the measurements.
        "pre-rollout": analysis.metric_interval_seconds,
        # At every check: ends before the next, because the tester skips a command still running.
        "rollout": analysis.interval_seconds - _WEBHOOK_TIMEOUT_SECONDS,
    }
    return [
        {
            "name": "warm-up" if kind == "pre-rollout" else "load",
            "type": kind,
            "url": analysis.load_test_url,
            "timeout": f"{_WEBHOOK_TIMEOUT_SECONDS}s",
            "metadata": {"type": "cmd", "cmd": _command(profile, analysis, seconds)},
        }
        for kind, seconds in load.items()
    ]


def _command(profile: Profile, analysis: Analysis, seconds: int) -> str:
    """Return the tester's command: one request a second from each of as many clients."""
    host = f"{profile.workload.service_name}{contract.CANARY_SUFFIX}.{profile.cluster.namespace}"
    address = f"http://{host}:{contract.HTTP_PORT}{contract.HEALTH_PATH}"
    return f"hey -z {seconds}s -q 1 -c {analysis.load_test_rps} {address}"
