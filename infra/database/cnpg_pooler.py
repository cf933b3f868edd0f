"""CloudNativePG's Pooler: PgBouncer that the operator runs, with its own image and certificate."""

from typing import Any

from pulumi_kubernetes.apiextensions import CustomResource

from infra import container, priority, spread
from infra.place import Place
from profiles import Profile, contract
from profiles.postgres import Pooler, Server

API_VERSION = "postgresql.cnpg.io/v1"


def declare(profile: Profile, db: Server, pooler: Pooler, place: Place) -> CustomResource:
    """Declare the Pooler in front of the Cluster's primary."""
    return CustomResource(
        "pooler",
        api_version=API_VERSION,
        kind="Pooler",
        metadata=place.metadata(pooler.name, contract.POOLER_COMPONENT),
        spec=_spec(profile, db, pooler),
        opts=place.options(),
    )


def pod_labels(component: str) -> dict[str, str]:
    """Return the labels of the operator's pods: policies select them; their name is its affair."""
    return {contract.COMPONENT_LABEL: component, contract.PART_OF_LABEL: contract.PROJECT}


def _spec(profile: Profile, db: Server, pooler: Pooler) -> dict[str, Any]:
    return {
        "cluster": {"name": db.name},
        "type": "rw",
        "instances": pooler.replicas,
        # One at a time: PL002 counts one pod more than the replicas.
        "deploymentStrategy": {
            "type": "RollingUpdate",
            "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1},
        },
        "pgbouncer": {
            "poolMode": pooler.mode,
            "parameters": _parameters(profile, db, pooler),
        },
        "template": {
            "metadata": {"labels": pod_labels(contract.POOLER_COMPONENT)},
            "spec": {
                **priority.of(profile, "stores"),
                # The operator's own label; it asks for no other nodes by itself (PL014).
                "affinity": spread.affinity(pooler.name, "cnpg.io/poolerName"),
                "containers": [
                    {"name": "pgbouncer", "resources": container.resources(pooler.resources)}
                ],
            },
        },
    }


def _parameters(profile: Profile, db: Server, pooler: Pooler) -> dict[str, str]:
    return {
        "default_pool_size": str(pooler.server_connections),
        "max_db_connections": str(pooler.server_connections),
        "max_client_conn": str(pooler.client_connections),
        "query_wait_timeout": str(profile.database.pool.connect_timeout_seconds),
    } | ({"client_tls_sslmode": "require"} if db.tls else {})
