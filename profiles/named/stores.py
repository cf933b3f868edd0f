"""Recommended values of what keeps data: database, checkpoints and cache."""

from typing import Any

_DAY = 86_400

STORES: dict[str, Any] = {
    "database": {
        "mode": "statefulset",  # CON-05
        "sqlite_path": "/var/lib/bio-mcp/checkpoints.db",  # CFG-03
        "sqlite_storage_gib": 1,
        "server": {  # INF-14
            "name": "postgres",
            "image": "postgres:16",
            "instances": 1,
            "database": "langgraph",
            "user": "lguser",
            "storage_gib": 50,
            "storage_class": None,
            "max_connections": 200,
            "least_work_mem_kib": 1024,
            "reserved_connections": 3,
            "statement_timeout_ms": 15_000,
            "lock_timeout_ms": 5000,
            "idle_in_transaction_timeout_ms": 30_000,
            "tls": True,
            "resources": {
                "cpu_request_millicores": 500,
                "cpu_limit_millicores": 2000,
                "memory_request_mib": 2048,
                "memory_limit_mib": 2048,
            },
            "pooler": None,
            "backup": {  # OPS-04, INF-19
                "schedule": "15 2 * * *",
                "recovery_point_hours": 24,
                "check_schedule": "15 4 * * *",
                "start_deadline_seconds": 3600,
                "timeout_seconds": 3600,
                "retention_days": 30,
                "dump_percent": 5.0,
                "storage_gib": 80,
                "storage_class": None,
                "bucket": None,
                "resources": {
                    "cpu_request_millicores": 100,
                    "cpu_limit_millicores": 1000,
                    "memory_request_mib": 256,
                    "memory_limit_mib": 512,
                },
            },
        },
        "external_max_connections": None,
        # CON-18: 60 a pod exhausts any server; see rule PL001 for the arithmetic.
        "pool": {
            "size": 6,
            "max_overflow": 3,
            "recycle_seconds": 3600,
            "connect_timeout_seconds": 10,
        },
        "migration_seconds": 60,
        "job_connections": 2,
    },
    "checkpoints": {
        "retention_seconds": 90 * _DAY,  # CON-06
        "cleanup_interval_seconds": 3600,
        "keep_per_thread": 1000,
        "run_kib": 128,
        "runs_per_day": 1000,
    },
    "items": {
        "ttl_seconds": None,
        "refresh_on_read": True,
        "sweep_interval_seconds": 300,  # LangGraph's own five minutes
    },
    "cache": {
        "mode": "statefulset",
        "server": {  # INF-15
            "name": "redis",
            "image": "redis:7-alpine",
            "use": "cache",
            "persistence": None,
            "max_clients": 1000,
            "maxmemory_mib": 192,
            "resources": {
                "cpu_request_millicores": 100,
                "cpu_limit_millicores": 500,
                "memory_request_mib": 256,
                "memory_limit_mib": 256,
            },
        },
        "lifetimes": {  # CON-07
            "source_seconds": 7200,
            "graph_seconds": 3600,
            "metrics_seconds": 300,
            "memory_seconds": 60,
        },
        "pool_size": 16,
        "memory_tier_mib": 64,
        "memory_tier_entries": 1000,
    },
}
"""Database, retention, items and cache."""
