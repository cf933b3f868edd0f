"""One process with nothing beside it, over the recommended values."""

from typing import Any

NO_ANALYSIS: dict[str, Any] = {
    "flagger": {"provision": "none"},
    "load_tester": {"provision": "none"},
    "prometheus": {"provision": "none"},
}
"""Add-ons of a stack that rolls plainly."""

EMBEDDED: dict[str, Any] = {
    "cluster": {"nodes": None, "limits": None, "priorities": None},
    "addons": NO_ANALYSIS | {"metrics_server": {"provision": "none"}},
    "workload": {"environment": "development", "replicas": 1},
    "api": {"max_concurrent_graphs": 6},
    "execution": {"limits": {"disk_percent": 99.0}},  # a person's disk, not a volume of its own
    "upstreams": {"source": "auto", "limiter": "pod"},
    "database": {
        "mode": "sqlite",
        "server": None,
        "pool": {"size": 2, "max_overflow": 2},
    },
    "checkpoints": {"runs_per_day": 50},  # one person's questions
    "cache": {"mode": "none", "server": None},
    "scaling": None,
    "disruption": None,
    "workers": None,
    "rollout": {"mode": "rolling", "max_surge": 0, "max_unavailable": 1, "analysis": None},
    "observability": {"json_logs": False, "tracing": False},
}
"""One process with nothing beside it: SQLite, no Redis, sample evidence where nothing answers."""
