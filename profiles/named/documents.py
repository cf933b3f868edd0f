"""What single documents print, over the recommended values."""

from typing import Any

from profiles.named.embedded import NO_ANALYSIS

DOCUMENT_000: dict[str, Any] = {
    "workload": {
        "replicas": 3,
        "probes": {  # INF-04
            "liveness": {"path": "/health/live", "period_seconds": 30},
            "readiness": {"path": "/health/ready"},
        },
    },
    "scaling": None,
    "disruption": None,
    "rollout": {"mode": "rolling", "analysis": None},
    "addons": NO_ANALYSIS,
    "checkpoints": {"retention_seconds": 86_400},
    "objectives": {"success_rate_min_percent": 95.0, "error_rate_max": 0.05},
}
"""Document 000: fixed replicas, no canary, 24 h of checkpoints, 5 % errors."""

DOCUMENT_004: dict[str, Any] = {
    "cluster": {"namespace": "production"},
    "workload": {
        "name": "langgraph-agent",  # INF-07
        "service_name": "langgraph-agent-service",
        "service_type": "LoadBalancer",  # INF-10
        "image": "myregistry/langgraph-agent:v1.0.0",
        "image_pull_policy": "Always",
        "resources": {"cpu_request_millicores": 500, "memory_request_mib": 1024},
    },
    "api": {"max_concurrent_graphs": 100},
    "database": {"pool": {"size": 20, "max_overflow": 40}},  # CFG-11
    "rollout": {"analysis": {"latency_max_ms": 500}},
}
"""Document 004 as printed: rules PL001 and PL041 say what is wrong with it at 3 to 10 pods."""

PRODUCTION_LEAN: dict[str, Any] = {
    "workload": {"resources": {"cpu_request_millicores": 500, "memory_request_mib": 1024}},
}
"""Recommended values with document 004's smaller requests (CON-01)."""
