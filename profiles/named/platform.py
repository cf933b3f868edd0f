"""Recommended values of what surrounds the service: cluster, add-ons, network, monitoring."""

from typing import Any

PLATFORM: dict[str, Any] = {
    "cluster": {
        "namespace": "bio-mcp",
        "pod_security": "restricted",
        "retain_data": True,
        "quota": {
            "cpu_request_millicores": 40_000,
            "cpu_limit_millicores": 80_000,
            "memory_request_mib": 65_536,
            "memory_limit_mib": 131_072,
            "storage_gib": 200,
            "pods": 60,
        },
        # Nodes of 8 cores and 32 GiB, less the kubelet's share and what others run on each.
        "nodes": {"count": 6, "cpu_millicores": 7500, "memory_mib": 28_672},
        "limits": {
            "default_cpu_request_millicores": 50,
            "default_cpu_limit_millicores": 500,
            "default_memory_request_mib": 64,
            "default_memory_limit_mib": 256,
            "max_cpu_millicores": 8000,
            "max_memory_mib": 16_384,
        },
        "priorities": {"stores": 100_000, "service": 50_000, "jobs": 1000},
        "access": [],
    },
    "addons": {
        "flagger": {
            "provision": "managed",
            "namespace": None,
            "image": "ghcr.io/fluxcd/flagger:1.43.0",
            "resources": {
                "cpu_request_millicores": 50,
                "cpu_limit_millicores": 250,
                "memory_request_mib": 64,
                "memory_limit_mib": 256,
            },
        },
        "load_tester": {
            "provision": "managed",
            "name": "load-tester",
            "url": None,
            "image": "ghcr.io/fluxcd/flagger-loadtester:0.37.0",
            "resources": {
                "cpu_request_millicores": 50,
                "cpu_limit_millicores": 500,
                "memory_request_mib": 64,
                "memory_limit_mib": 256,
            },
        },
        "prometheus": {
            "provision": "managed",
            "name": "prometheus",
            "url": None,
            "image": "prom/prometheus:v2.53.3",
            "scrape_interval_seconds": 5,
            "retention_hours": 24,
            "resources": {
                "cpu_request_millicores": 100,
                "cpu_limit_millicores": 500,
                "memory_request_mib": 256,
                "memory_limit_mib": 512,
            },
        },
        "metrics_server": {
            "provision": "existing",
            "image": "registry.k8s.io/metrics-server/metrics-server:v0.9.0",
            "resources": {
                "cpu_request_millicores": 100,
                "cpu_limit_millicores": 500,
                "memory_request_mib": 200,
                "memory_limit_mib": 400,
            },
        },
        "gateway_api": {"provision": "none"},
    },
    "network": {
        "client_namespaces": [],
        "monitoring_namespaces": ["monitoring"],
        "dns_namespace": "kube-system",
        "upstream_cidrs": ["0.0.0.0/0"],
        "store_cidrs": [],
        "excluded_cidrs": [
            "10.0.0.0/8",
            "100.64.0.0/10",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.168.0.0/16",
        ],
        "api_server_cidrs": ["0.0.0.0/0"],
        "proxy": {
            "request_timeout_seconds": None,
            "idle_timeout_seconds": 60,
            "idle_connections": 640,
        },
        "ingress": None,
    },
    "monitoring": {
        "scrape": "annotations",
        "rules": False,
        "release": None,
        "kube_state_metrics": False,
        "max_series_per_pod": 10_000,  # ten graphs come to 7239 at most
        "dashboard": False,
        "alarms": {  # ALR-01
            "cpu_critical_percent": 90.0,
            "memory_high_percent": 85.0,
            "active_runs_medium": 15,
            "queue_wait_seconds": 30,
            "efficiency_low": 0.6,
            "window_seconds": 300,
            "hold_seconds": 120,
        },
    },
    "credentials": {  # INF-03, INF-08
        "external": None,
        "database_secret": "database-secret",
        "database_tls_secret": "database-tls",
        "cache_secret": "cache-secret",
        "backup_secret": "backup-secret",
        "alerts_secret": "alerts-secret",
        "langsmith_secret": "langsmith-secret",
        "keys_secret": "langgraph-secrets",
    },
}
"""Namespace, add-ons, flows, monitoring and the names of Secrets."""
