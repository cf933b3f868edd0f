"""Edits that people make, as data: what stands in the stack file before, and what they write.

What each of them does is in `golden/NAME.md`, read by a person and held to by the tests.
"""

from dataclasses import dataclass, field
from typing import Any

from profiles.named import merged
from tests.infra.stores import ROLLING
from tests.profiles.build import POOLER, nested
from tests.workers import DEMAND, scaled_workers

Values = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RealEdit:
    """One edit."""

    name: str
    """What it is, as the golden file's name has it."""
    after: Values = field(default_factory=dict)
    """What is written, over the stack file."""
    before: Values = field(default_factory=dict)
    """What stood there in its place, over the same."""
    stack: str = "production"
    """The stack that is edited."""


def _values(*stated: tuple[str, Any]) -> Values:
    result: Values = {}
    for path, value in stated:
        result = merged(result, nested(path, value))
    return result


_INGRESS: Values = {
    "kind": "ingress",
    "host": "evidence.example.org",
    "class_name": "nginx",
    "tls_secret": "evidence-tls",
    "issuer": "letsencrypt",
    "gateway": None,
    "controller_namespace": "ingress-nginx",
}
_PERSISTENCE: Values = {"storage_gib": 1, "storage_class": None, "fsync": "everysec"}
_WRITTEN_DOWN = _values(
    ("cache.server.persistence", _PERSISTENCE), ("cache.server.maxmemory_mib", 150)
)
_NEXT_VERSION = _values(
    ("workload.image", "bio-mcp-orchestrator:v1.1.0"), ("workload.version", "v1.1.0")
)
_FIXED = ROLLING | {"scaling": None} | nested("workload.replicas", 3)

_ROOM = _values(
    ("scaling.max_replicas", 4), ("database.pool.size", 3), ("database.pool.max_overflow", 1)
)
_APART = _ROOM | {"workers": scaled_workers(demand=DEMAND)}

EDITS = (
    RealEdit(name="autoscaler-max-raised", after=nested("scaling.max_replicas", 12)),
    RealEdit(
        name="autoscaler-min-lowered",
        after=_values(("scaling.min_replicas", 2), ("disruption.min_available", 1)),
    ),
    RealEdit(name="pool-raised-over-the-limit", after=nested("database.pool.size", 10)),
    RealEdit(name="postgres-storage-shrunk", after=nested("database.server.storage_gib", 40)),
    RealEdit(
        name="postgres-storage-grown",
        after=_values(
            ("database.server.storage_gib", 60), ("database.server.backup.storage_gib", 96)
        ),
    ),
    RealEdit(name="postgres-storage-class", after=nested("database.server.storage_class", "fast")),
    RealEdit(name="postgres-major", after=nested("database.server.image", "postgres:17")),
    RealEdit(name="postgres-tls-off", after=nested("database.server.tls", False)),
    RealEdit(name="postgres-pooler-added", after=nested("database.server.pooler", POOLER)),
    RealEdit(
        name="database-to-cnpg",
        after=_values(("database.mode", "cnpg"), ("database.server.backup", None)),
    ),
    RealEdit(
        name="database-to-external",
        after=_values(
            ("database.mode", "external"),
            ("database.server", None),
            ("database.external_max_connections", 400),
            ("network.store_cidrs", ["10.20.0.0/16"]),
        ),
    ),
    RealEdit(name="backups-off", after=nested("database.server.backup", None)),
    RealEdit(
        name="backups-weekly",
        after=_values(
            ("database.server.backup.schedule", "15 2 * * 0"),
            ("database.server.backup.recovery_point_hours", 168),
        ),
    ),
    RealEdit(name="dumps-kept-shorter", after=nested("database.server.backup.retention_days", 7)),
    RealEdit(name="threads-kept-shorter", after=nested("checkpoints.retention_seconds", 2_592_000)),
    RealEdit(name="checkpoints-kept-fewer", after=nested("checkpoints.keep_per_thread", 20)),
    RealEdit(name="data-no-longer-retained", after=nested("cluster.retain_data", False)),
    RealEdit(
        name="cache-persistence-off",
        before=_WRITTEN_DOWN,
        after=nested("cache.server.maxmemory_mib", 150),
    ),
    RealEdit(name="cache-memory-halved", after=nested("cache.server.maxmemory_mib", 96)),
    RealEdit(name="image-bumped", after=_NEXT_VERSION),
    RealEdit(name="image-bumped-in-development", stack="development", after=_NEXT_VERSION),
    RealEdit(name="rollout-to-rolling", after=ROLLING),
    RealEdit(name="rollout-to-flagger", before=ROLLING),
    RealEdit(
        name="analysis-loosened",
        after=_values(
            ("rollout.analysis.success_rate_min_percent", 95.0),
            ("rollout.analysis.latency_max_ms", 8000),
        ),
    ),
    RealEdit(name="drain-budget-raised", after=nested("disruption.min_available", 3)),
    RealEdit(name="drain-budget-removed", after=nested("disruption", None)),
    RealEdit(
        name="latency-objective-tightened",
        after=_values(
            ("objectives.p95_latency_ms", 2500), ("rollout.analysis.latency_max_ms", 2500)
        ),
    ),
    RealEdit(
        name="run-budget-raised",
        after=_values(("graph.default_budget_ms", 20_000), ("graph.max_budget_ms", 60_000)),
    ),
    RealEdit(name="node-timeout-raised", after=nested("graph.node_timeout_ms", 6000)),
    RealEdit(name="rate-limit-lowered", after=nested("api.rate_limit_requests", 100)),
    RealEdit(name="upstream-limit-by-pod", after=nested("upstreams.limiter", "pod")),
    RealEdit(name="namespace-renamed", after=nested("cluster.namespace", "bio-mcp-live")),
    RealEdit(name="quota-lowered", after=nested("cluster.quota.pods", 20)),
    RealEdit(name="ingress-added", after=nested("network.ingress", _INGRESS)),
    RealEdit(name="load-balancer", after=nested("workload.service_type", "LoadBalancer")),
    RealEdit(name="fixed-to-autoscaled", before=_FIXED, after=ROLLING),
    RealEdit(name="memory-limit-halved", after=nested("workload.resources.memory_limit_mib", 2048)),
    RealEdit(
        name="monitoring-on",
        after=_values(
            ("monitoring.scrape", "service-monitor"),
            ("monitoring.rules", True),
            ("monitoring.dashboard", True),
            ("monitoring.release", "kube-prometheus"),
        ),
    ),
    RealEdit(name="priority-changed", after=nested("cluster.priorities.service", 60_000)),
    RealEdit(name="secret-renamed", after=nested("credentials.database_secret", "postgres-login")),
    RealEdit(name="workers-apart", before=_ROOM, after=_APART),
    RealEdit(name="workers-gone", before=_APART, after=_ROOM),
    RealEdit(
        name="workers-raised",
        before=_APART,
        after=merged(_APART, nested("workers.scaling.max_replicas", 4)),
    ),
    RealEdit(name="workers-rolled", before=_APART, after=merged(_APART, _NEXT_VERSION)),
    RealEdit(name="comment-only"),
)
"""Every edit, by what it is about."""
