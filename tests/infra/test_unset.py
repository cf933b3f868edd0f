"""Unset parts leave nothing behind."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from plumb.render import Rendered, render
from profiles.named import merged
from tests.infra.catalogue import CATALOGUE
from tests.stacks import profile_json

pytestmark = pytest.mark.slow  # renders every part of a stack on and off

_STACK = "production"


def mode(part: str, name: str) -> dict[str, Any]:
    """Return what a mode of the catalogue states."""
    return next(m.stated for m in CATALOGUE if (m.part, m.name) == (part, name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An optional part, switched on and off."""

    on: dict[str, Any]
    """Values with it."""
    off: dict[str, Any]
    """Values without it."""
    words: tuple[str, ...]
    """What nothing may mention without it, and something must with it."""
    changed: tuple[str, ...] = ()
    """Objects that may differ, because they are told of it; all others are the same."""


_POLICIES = ("NetworkPolicy/",)
_PODS = ("Deployment/bio-mcp-orchestrator", *_POLICIES)
_TOLD = ("ConfigMap/bio-mcp-orchestrator-thresholds", *_PODS)

_FEW_PODS = {
    "scaling": {"max_replicas": 3},
    "upstreams": {"limiter": "pod", "pubmed_has_key": True, "pubmed_requests_per_second": 1.0},
}
"""What keeps to the sources' limits without a cache to count in."""

PARTS = {
    "pooler": Part(
        on=mode("database", "statefulset, pooler by session"),
        off=mode("database", "statefulset, TLS, dumps on a claim"),
        words=("pooler", "pgbouncer"),
        changed=(*_TOLD, "StatefulSet/postgres"),
    ),
    "transaction pooler": Part(
        on=mode("database", "statefulset, pooler by transaction"),
        off=mode("database", "statefulset, TLS, dumps on a claim"),
        words=("pooler", "pgbouncer"),
        changed=(*_TOLD, "StatefulSet/postgres"),
    ),
    "backup": Part(
        on=merged(mode("database", "statefulset, TLS, dumps on a claim"), {}),
        off={"database": {"server": {"backup": None}}, "cluster": {"retain_data": False}},
        words=("backup", "CronJob", "pg_dump"),
        changed=_POLICIES,
    ),
    "bucket": Part(
        on=mode("database", "statefulset, dumps to a bucket"),
        off=mode("database", "statefulset, TLS, dumps on a claim"),
        words=("rclone", "access-key", "backup-secret"),
        changed=("CronJob/", "ConfigMap/", *_POLICIES),
    ),
    "database TLS": Part(
        on=mode("database", "statefulset, TLS, dumps on a claim"),
        off=mode("database", "statefulset, no TLS"),
        words=("database-tls", "tls.crt", "verify-"),
        changed=("CronJob/", "ConfigMap/", "StatefulSet/postgres", "Role/", *_PODS),
    ),
    "ingress": Part(
        on=mode("network", "ingress with an issuer"),
        off=mode("network", "inside the cluster alone"),
        words=("Ingress/", "orchestrator.example.org", "ingress-nginx", "letsencrypt"),
        changed=_POLICIES,
    ),
    "autoscaling on demand": Part(
        on=mode("scaling", "KEDA"),
        off=mode("scaling", "CPU and memory"),
        words=("keda", "ScaledObject"),
        changed=(*_TOLD, "Canary/", "HorizontalPodAutoscaler/", "Role/"),
    ),
    "budget": Part(
        on={"disruption": {"min_available": 2}},
        off={"disruption": None},
        words=("PodDisruptionBudget",),
        changed=("Canary/",),
    ),
    "alerts": Part(
        on=mode("rollout", "flagger kubernetes, alerts"),
        off=mode("rollout", "flagger kubernetes"),
        words=("AlertProvider", "alerts-secret"),
        changed=("Canary/", *_POLICIES, "Role/"),
    ),
    "analysis": Part(
        on=mode("rollout", "flagger kubernetes"),
        off=mode("rollout", "rolling"),
        words=("flagger", "Canary", "load-tester", "MetricTemplate", "-primary"),
        changed=(
            "Service/",
            "ConfigMap/",
            "PodDisruptionBudget/",
            "HorizontalPodAutoscaler/",
            *_PODS,
        ),
    ),
    "rules": Part(
        on=mode("monitoring", "rules"),
        off=mode("monitoring", "annotations"),
        words=("PrometheusRule",),
    ),
    "dashboard": Part(
        on=mode("monitoring", "dashboard"),
        off=mode("monitoring", "annotations"),
        words=("grafana_dashboard", "dashboard"),
    ),
    "ServiceMonitor": Part(
        on=mode("monitoring", "ServiceMonitor"),
        off=mode("monitoring", "annotations"),
        words=("ServiceMonitor", "kube-prometheus"),
        changed=("Deployment/", "Service/", *_POLICIES),
    ),
    "priorities": Part(
        on=mode("cluster", "limits and priorities"),
        off={"cluster": {"priorities": None}},
        words=("PriorityClass", "priorityClassName"),
        changed=("Deployment/", "StatefulSet/", "CronJob/", "ResourceQuota/"),
    ),
    "limits": Part(
        on=mode("cluster", "limits and priorities"),
        off={"cluster": {"limits": None}},
        words=("LimitRange",),
    ),
    "access": Part(
        on=mode("cluster", "access"),
        off={"cluster": {"access": []}},
        words=("bio:operators", "bio:readers"),
    ),
    "secrets manager": Part(
        on=mode("credentials", "from a SecretStore"),
        off=mode("credentials", "Secrets that are there"),
        words=("ExternalSecret", "vault"),
    ),
    "workers": Part(
        on=mode("workers", "CPU and memory, flagger"),
        off=merged(mode("workers", "CPU and memory, flagger"), {"workers": None}),
        words=("orchestrator-work", "failed-attempts"),
        # One of the alerts on the queue, and the Secrets that Flagger then does not copy.
        changed=(
            *_TOLD,
            "Role/",
            "ConfigMap/prometheus",
            "ExternalSecret/",
            "Deployment/prometheus",
        ),
    ),
    "recorded server": Part(
        on=mode("upstreams", "own recorded server"),
        off=mode("upstreams", "live"),
        words=("recorded-upstreams", "bio-mcp-upstreams"),
        changed=_TOLD,
    ),
    "metrics-server": Part(
        on=mode("addons", "managed metrics-server"),
        off={"addons": {"metrics_server": {"provision": "none"}}},
        words=("registry.k8s.io/metrics-server", "APIService"),
    ),
    "cache": Part(
        on=merged(mode("cache", "statefulset, ephemeral"), _FEW_PODS),
        off=merged(mode("cache", "none"), _FEW_PODS),
        words=("REDIS_URL", "redis", "cache-secret"),
        changed=(*_TOLD, "Role/"),
    ),
}


@pytest.mark.parametrize("name", PARTS)
def test_a_part_that_is_not_set_leaves_nothing_behind(name: str) -> None:
    """Its objects are gone, the others are the same, and none mentions it (issue 5, item 9)."""
    part = PARTS[name]
    on, off = (_objects(_render(stated)) for stated in (part.on, part.off))
    texts = {key: f"{key} {json.dumps(body)}" for key, body in off.items()}
    left = [(word, key) for word in part.words for key in texts if word in texts[key]]
    assert left == []
    whole = " ".join(f"{key} {json.dumps(body)}" for key, body in on.items())
    assert [word for word in part.words if word not in whole] == []
    assert off.keys() - on.keys() <= {key for key in off if key.startswith(part.changed or ("-",))}
    differ = {key for key in off.keys() & on.keys() if off[key] != on[key]}
    assert {key for key in differ if not key.startswith(part.changed or ("-",))} == set()


def _render(stated: dict[str, Any]) -> Rendered:
    base = json.loads(profile_json(_STACK))
    return render(json.dumps(merged(base, stated)), _STACK)


def _objects(result: Rendered) -> dict[str, dict[str, Any]]:
    """Return the objects, without what only says when and where the settings were made."""
    return {manifest.identity: manifest.body for manifest in result.manifests}
