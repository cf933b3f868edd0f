"""Numbers that follow from a profile, each with its arithmetic; a module a noun."""

from profiles.derive.database import (
    client_connections,
    connection_limit,
    connection_limit_field,
    connections,
    pooler_connections,
)
from profiles.derive.deadline import (
    canary_deadline_seconds,
    client_request_seconds,
    deploy_timeout_seconds,
    proxy_request_seconds,
)
from profiles.derive.drain import (
    drain_seconds,
    grace_seconds,
    service_drain_seconds,
    worker_grace_seconds,
)
from profiles.derive.load_test import load_test_requests
from profiles.derive.memory import (
    RESIDENT_SHARE,
    full_memory,
    resident_memory,
    worker_memory,
)
from profiles.derive.number import Derived, Limit
from profiles.derive.pods import (
    Fleet,
    Processes,
    fewest_replicas,
    fleet,
    fleet_fields,
    processes,
    replicas_field,
    worker_fleet,
)
from profiles.derive.upstream import ncbi_limit, pubmed_rate
from profiles.derive.view import all_derived

__all__ = [
    "RESIDENT_SHARE",
    "Derived",
    "Fleet",
    "Limit",
    "Processes",
    "all_derived",
    "canary_deadline_seconds",
    "client_connections",
    "client_request_seconds",
    "connection_limit",
    "connection_limit_field",
    "connections",
    "deploy_timeout_seconds",
    "drain_seconds",
    "fewest_replicas",
    "fleet",
    "fleet_fields",
    "full_memory",
    "grace_seconds",
    "load_test_requests",
    "ncbi_limit",
    "pooler_connections",
    "processes",
    "proxy_request_seconds",
    "pubmed_rate",
    "replicas_field",
    "resident_memory",
    "service_drain_seconds",
    "worker_fleet",
    "worker_grace_seconds",
    "worker_memory",
]
