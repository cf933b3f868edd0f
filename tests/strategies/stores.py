"""Database and cache."""

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from profiles.named.recommended import RECOMMENDED
from tests.strategies.value import NAME, resources

_SERVER = RECOMMENDED["database"]["server"]
_GIBIBYTES = st.integers(1, 1000)


@st.composite
def databases(draw: st.DrawFn, names: Iterator[str], *, sqlite: bool) -> dict[str, Any]:
    """Draw a database of any mode."""
    modes = ["sqlite"] if sqlite else ["statefulset", "cnpg", "external"]
    mode = draw(st.sampled_from(modes))
    connections = draw(st.integers(10, 300))
    own = mode in {"statefulset", "cnpg"}
    return {
        "mode": mode,
        "sqlite_path": draw(st.sampled_from(["/var/lib/bio-mcp/checkpoints.db", "/data/a_b.db"])),
        "server": draw(_servers(names, mode, connections)) if own else None,
        "external_max_connections": connections if mode == "external" else None,
    }


@st.composite
def caches(draw: st.DrawFn, names: Iterator[str]) -> dict[str, Any]:
    """Draw a cache of any mode."""
    mode = draw(st.sampled_from(["none", "statefulset", "external"]))
    use = draw(st.sampled_from(["cache", "state"]))
    persistence = st.fixed_dictionaries(
        {
            "storage_gib": _GIBIBYTES,
            "storage_class": st.none() | NAME,
            "fsync": st.sampled_from(["everysec", "always"]),
        }
    )
    server = {
        "name": next(names),
        "image": draw(st.sampled_from(["redis:7-alpine", "redis:8.2"])),
        "use": use,
        "persistence": draw(persistence if use == "state" else st.none() | persistence),
        "max_clients": draw(st.integers(100, 10_000)),
        "maxmemory_mib": draw(st.integers(1, 256)),
        "resources": draw(resources(memory_shares=1)),
    }
    return {"mode": mode, "server": server if mode == "statefulset" else None}


@st.composite
def _servers(draw: st.DrawFn, names: Iterator[str], mode: str, connections: int) -> dict[str, Any]:
    own: dict[str, Any] = {
        "name": next(names),
        "image": draw(st.sampled_from(["postgres:16", "postgres:17.6", "postgres:18-alpine"])),
        "instances": draw(st.integers(1, 9)) if mode == "cnpg" else 1,
        "storage_gib": draw(_GIBIBYTES),
        "storage_class": draw(st.none() | NAME),
        "max_connections": connections,
        "tls": draw(st.booleans()),
        "resources": draw(resources(least_mib=3072, memory_shares=1)),
        "pooler": draw(st.none() | _poolers(next(names))),
        "backup": draw(st.none() | _backups()),
    }
    result: dict[str, Any] = _SERVER | own
    return result


@st.composite
def _poolers(draw: st.DrawFn, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "image": "pgbouncer:1.24.1",
        "mode": draw(st.sampled_from(["session", "transaction"])),
        "replicas": draw(st.integers(1, 5)),
        "server_connections": draw(st.integers(1, 100)),
        "client_connections": draw(st.integers(1, 5000)),
        "resources": draw(resources()),
    }


@st.composite
def _backups(draw: st.DrawFn) -> dict[str, Any]:
    bucket = {
        "endpoint": draw(
            st.sampled_from(["https://objects.example.org", "http://minio.storage:9000"])
        ),
        "region": "eu-central-1",
        "name": "backups",
        "prefix": draw(st.sampled_from(["checkpoints", "team/bio-mcp"])),
        "image": "rclone/rclone:1.71.0",
    }
    result: dict[str, Any] = _SERVER["backup"] | {
        "schedule": draw(st.sampled_from(["0 3 * * *", "*/30 * * * 1-5"])),
        "timeout_seconds": draw(st.integers(60, 1799)),
        "retention_days": draw(st.integers(1, 3650)),
        "storage_gib": draw(_GIBIBYTES),
        "storage_class": draw(st.none() | NAME),
        "bucket": draw(st.none() | st.just(bucket)),
        "resources": draw(resources()),
    }
    return result
