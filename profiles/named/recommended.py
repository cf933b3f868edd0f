"""The recommended values: complete, with the documents' contradictions resolved (CON-n)."""

from typing import Any

from profiles.named.platform import PLATFORM
from profiles.named.stores import STORES

RECOMMENDED: dict[str, Any] = {
    **PLATFORM,
    **STORES,
    "workload": {
        "name": "bio-mcp-orchestrator",  # INF-02
        "service_name": "bio-mcp-orchestrator-service",  # INF-06
        "service_type": "ClusterIP",  # CON-04
        "image": "bio-mcp-orchestrator:v1.0.0",  # CON-21: a tag, never latest
        "image_pull_policy": "IfNotPresent",
        "version": "v1.0.0",
        "environment": "production",
        "replicas": None,
        "workers": 1,
        "threads": 4,
        "resources": {  # CFG-05, CON-01
            "cpu_request_millicores": 1000,
            "cpu_limit_millicores": 2000,
            "memory_request_mib": 2048,
            "memory_limit_mib": 4096,
        },
        "process_memory_mib": 256,  # PERF-08
        "run_memory_mib": 100,  # PERF-08
        "scratch_mib": 64,
        "probes": {
            "startup": {
                "path": "/livez",
                "initial_delay_seconds": 1,
                "period_seconds": 2,
                "timeout_seconds": 2,
                "failure_threshold": 60,
            },
            "liveness": {  # CON-03, INF-09
                "path": "/livez",
                "initial_delay_seconds": 30,
                "period_seconds": 10,
                "timeout_seconds": 5,
                "failure_threshold": 3,
            },
            "readiness": {  # INF-09
                "path": "/readyz",
                "initial_delay_seconds": 10,
                "period_seconds": 5,
                "timeout_seconds": 3,
                "failure_threshold": 2,
            },
        },
        "prestop_seconds": 5,
        "farewell_seconds": 5,
        "drain_seconds": None,
        "flush_seconds": 5,
        "termination_grace_seconds": None,
        "spread": "preferred",
        "run_as_user": 1000,  # INF-08
    },
    "api": {  # CFG-08
        "request_timeout_seconds": 30,
        "max_concurrent_graphs": 32,  # CON-14: 32 x 100 MiB fits 4 GiB, 100 does not
        "keep_alive_seconds": 65,
        "max_connections": 1000,
        "rate_limit_requests": 1000,
        "poll_limit_requests": 36_000,  # ten a second
        "rate_limit_window_seconds": 3600,
        "max_body_kib": 1024,  # the text of 200,000 tokens, which the longest contexts hold
        "api_key_header": "X-API-Key",
        "allowed_origins": [],
    },
    "graph": {  # CFG-02, CFG-03
        "default_budget_ms": 8000,
        "max_budget_ms": 30_000,
        "node_timeout_ms": 3000,
        "reserve_ms": 200,
        "max_parallel_nodes": 8,
        "max_retries": 3,
        "partial_results": True,
        "recursion_limit": 50,
        "max_iterations": 100,
        "max_graphs": 10,
        "debug_mode": False,
    },
    "execution": {
        "lease_seconds": 15,
        "heartbeat_seconds": 5,
        "reaper_interval_seconds": 5,
        "max_attempts": 3,
        "queue_limit": 1000,
        "poll_interval_ms": 500,
        "run_timeout_seconds": 3600,
        "handover_seconds": 5,
        "keepalive_seconds": 15,
        "default_priority": 0,
        "starvation_seconds": 600,
        "displacement": "any",
        "limits": {"cpu_percent": None, "memory_percent": 90.0, "disk_percent": 90.0},  # WFO-01
    },
    "workers": None,
    "upstreams": {  # ORC-05
        "source": "live",
        "limiter": "fleet",
        "pubmed_url": "https://eutils.ncbi.nlm.nih.gov/entrez/eutils",
        "pubmed_requests_per_second": 1.5,
        "pubmed_has_key": False,
        "ctgov_url": "https://clinicaltrials.gov/api/v2",
        "ctgov_requests_per_second": 1.5,
        "recorded_url": "http://127.0.0.1:8090",
        "server": None,
        "rag_requests_per_second": 2.0,
        "documents_path": None,
        "results_per_source": 10,
        "attempt_timeout_ms": 2000,
        "call_p99_ms": 1000,
        "probe_timeout_ms": 1000,
        "max_response_kib": 16_384,
        "tool": "plumbline",
        "contact_email": None,
    },
    "scaling": {  # INF-11
        "min_replicas": 3,
        "max_replicas": 10,
        "cpu_request_percent": 70,
        "memory_request_percent": 80,
        "scale_up_stabilization_seconds": 0,
        "scale_down_stabilization_seconds": 300,
        "scale_down_pods_per_minute": 2,
        "demand": None,
    },
    "disruption": {"min_available": 2},  # INF-12, CON-19
    "rollout": {
        "mode": "flagger",
        "max_surge": 1,
        "max_unavailable": 0,
        "progress_deadline_seconds": 300,
        "analysis": {  # INF-13
            "interval_seconds": 60,
            "provider": "kubernetes",
            "iterations": 10,
            "weights": None,
            "threshold": 5,
            "success_rate_min_percent": 99.0,
            "latency_max_ms": 4000,  # CON-12
            "metric_interval_seconds": 60,
            "load_test_rps": 1,
            "load_test_question": "Does metformin lower the risk of stroke in type 2 diabetes?",
            "acceptance": None,
            "revert_on_deletion": True,
            "alerts": None,
        },
    },
    "observability": {
        "log_level": "INFO",
        "json_logs": True,
        "tracing": True,
        "langsmith_project": "bio-mcp-production",
    },
    "health": {
        "check_interval_seconds": 10,  # CON-22
        "check_timeout_ms": 1000,
        "loop_pause_ms": 1000,
        "longest_pause_seconds": 10,
        "database_degraded_ms": 1000,  # CON-28
        "cpu_degraded_percent": 70.0,  # CON-08
        "cpu_critical_percent": 90.0,
        "memory_degraded_percent": 70.0,  # CON-09
        "memory_critical_percent": 90.0,
    },
    "objectives": {
        "mean_latency_ms": 2000,  # OPT-02
        "p95_latency_ms": 4000,
        "success_rate_min_percent": 99.0,  # CON-13
        "error_rate_max": 0.01,
        "cache_hit_rate_min": 0.3,
        "node_cache_hit_rate_min": 0.2,  # OPT-07
        "throughput_min_per_second": 1.0,
        "evidence_age_max_seconds": 86_400,
        "minimum_samples": 10,  # OPT-07: more than 10 executions
        "window_seconds": 900,
    },
    "tuning": {  # CFG-09
        "max_concurrent_tasks": 5,
        "cache_ttl_seconds": 300,
        "resource_check_interval_seconds": 5,
        "task_timeout_hours": 4,
        "max_retry_attempts": 3,
        "file_operation_batch_size": 100,
        "metrics_aggregation_interval_seconds": 3600,
    },
    "overrides": [],
}
