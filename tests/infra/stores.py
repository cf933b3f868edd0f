"""Modes of the stores: database and cache."""

from typing import Any

from profiles.named import merged
from profiles.named.recommended import RECOMMENDED

Values = dict[str, Any]

_SERVER: Values = RECOMMENDED["database"]["server"]
BACKUP: Values = _SERVER["backup"]
_REDIS: Values = RECOMMENDED["cache"]["server"]
SMALL = {
    "cpu_request_millicores": 50,
    "cpu_limit_millicores": 500,
    "memory_request_mib": 64,
    "memory_limit_mib": 128,
}
_ROOM: Values = {"cluster": {"quota": RECOMMENDED["cluster"]["quota"]}}
_LOSABLE: Values = {"cluster": {"retain_data": False}}


def postgres(mode: str = "statefulset", **server: Any) -> Values:
    """Return the values of a Postgres of the stack's own, with room for it."""
    own = {"mode": mode, "external_max_connections": None, "server": merged(_SERVER, server)}
    return merged(_ROOM, {"database": own})


def _pooler(mode: str) -> Values:
    return {
        "name": "pooler",
        "image": "pgbouncer:1.24.1",
        "mode": mode,
        "replicas": 2,
        "server_connections": 60,
        "client_connections": 400,
        "resources": SMALL,
    }


BUCKET = {
    "endpoint": "https://objects.example.org",
    "region": "us-east-1",
    "name": "bio-mcp-backups",
    "prefix": "checkpoints",
    "image": "rclone/rclone:1.71.0",
}
ROLLING: Values = {
    "rollout": {"mode": "rolling", "analysis": None},
    "addons": {
        "flagger": {"provision": "none", "namespace": None},
        "load_tester": {"provision": "none", "url": None},
        "prometheus": {"provision": "none", "url": None},
    },
}
_ONE_POD: Values = {
    "workload": {"replicas": 1},
    "scaling": None,
    "disruption": None,
    "upstreams": {"limiter": "pod"},
}
_PERSISTENT = {"storage_gib": 4, "storage_class": None, "fsync": "everysec"}
_STORES = {"store_cidrs": ["10.9.0.0/16"]}

DATABASE: dict[str, Values] = {
    "sqlite": merged(
        merged(ROLLING, _ONE_POD),
        {
            "database": {"mode": "sqlite", "server": None, "external_max_connections": None},
            "rollout": {"max_surge": 0, "max_unavailable": 1},
        },
    ),
    "statefulset, TLS, dumps on a claim": postgres(),
    "statefulset, no TLS": postgres(tls=False),
    "statefulset, no dumps": merged(postgres(backup=None), _LOSABLE),
    "statefulset, dumps to a bucket": postgres(backup=merged(BACKUP, {"bucket": BUCKET})),
    "statefulset, a bucket inside the cluster": postgres(
        backup=merged(BACKUP, {"bucket": {**BUCKET, "endpoint": "http://minio.storage:9000"}})
    ),
    "statefulset, pooler by session": postgres(pooler=_pooler("session")),
    "statefulset, pooler by transaction": postgres(pooler=_pooler("transaction")),
    "statefulset, pooler without TLS": postgres(tls=False, pooler=_pooler("transaction")),
    "cnpg, one instance, no backup": merged(postgres("cnpg", backup=None), _LOSABLE),
    "cnpg, three instances": merged(postgres("cnpg", instances=3, backup=None), _LOSABLE),
    "cnpg, dumps on a claim": postgres("cnpg", instances=2),
    "cnpg, backups to a bucket": postgres(
        "cnpg", instances=2, backup=merged(BACKUP, {"bucket": BUCKET})
    ),
    "cnpg, pooler by session": postgres("cnpg", instances=2, pooler=_pooler("session")),
    "cnpg, pooler by transaction": postgres("cnpg", instances=2, pooler=_pooler("transaction")),
    "external": {
        "database": {"mode": "external", "server": None, "external_max_connections": 500},
        "network": _STORES,
    },
}


def _redis(**server: Any) -> Values:
    return merged(_ROOM, {"cache": {"mode": "statefulset", "server": merged(_REDIS, server)}})


CACHE: dict[str, Values] = {
    "none": {"cache": {"mode": "none", "server": None}, "upstreams": {"limiter": "pod"}},
    "statefulset, ephemeral": _redis(),
    "statefulset, cache on a claim": _redis(persistence=_PERSISTENT, maxmemory_mib=128),
    "statefulset, state on a claim": _redis(
        use="state",
        maxmemory_mib=128,
        persistence=_PERSISTENT | {"storage_class": "fast", "fsync": "always"},
    ),
    "external": {"cache": {"mode": "external", "server": None}, "network": _STORES},
}
