"""The cache: a Redis of the stack's own, bounded, and written down where the profile says so."""

from typing import Any

from pulumi import Resource
from pulumi_kubernetes.apps.v1 import StatefulSet
from pulumi_kubernetes.core.v1 import PersistentVolumeClaim, Service

from infra import container, server
from infra.database.claim import claim_spec
from infra.flow import Flow, ranges
from infra.place import Place
from profiles import Profile, contract
from profiles.cache import Persistence, RedisServer
from profiles.demand import PASSWORD, URL

_COMPONENT = contract.CACHE_COMPONENT
_DATA, _FOLDER = "data", "/data"
_POLICIES = {
    # What is asked for often stays; limits and streams live beside the cache, and are touched.
    "cache": "allkeys-lfu",
    # A write that does not fit is an error of the writer's, never a loss of somebody else's.
    "state": "noeviction",
}


def declare(profile: Profile, place: Place) -> tuple[Resource, ...]:
    """Declare the stack's own Redis; nothing where there is none, or an external one."""
    redis = profile.cache.server
    if redis is None:
        return ()
    metadata = place.metadata(redis.name, _COMPONENT)
    service = Service(
        "cache",
        metadata=metadata,
        spec=server.service_spec(redis.name, "redis", contract.REDIS_PORT),
        opts=place.options(),
    )
    claims = _claim(redis, profile.cluster.retain_data, place)
    stateful_set = StatefulSet(
        "cache",
        metadata=metadata,
        spec=server.stateful_set_spec(redis.name, _COMPONENT, _pod(profile, redis)),
        opts=place.after(service, *claims).options(),
    )
    return service, *claims, stateful_set


def flows(profile: Profile) -> tuple[Flow, ...]:
    """Return the service's way to its Redis, the stack's own or an external one."""
    if profile.cache.mode == "none":
        return ()
    own = profile.cache.mode == "statefulset"
    there = _COMPONENT if own else ranges(*profile.network.store_cidrs)
    return (Flow(client=contract.SERVICE_COMPONENT, server=there, ports=(contract.REDIS_PORT,)),)


def environment(profile: Profile) -> list[dict[str, Any]]:
    """Return the variables by which the service finds its Redis."""
    secret, redis = profile.credentials.cache_secret, profile.cache.server
    if redis:
        address = f"redis://{redis.name}:{contract.REDIS_PORT}/0"
        password = container.secret_variable("REDIS_PASSWORD", secret, PASSWORD)
        return [{"name": "REDIS_URL", "value": address}, password]
    if profile.cache.mode == "external":
        return [container.secret_variable("REDIS_URL", secret, URL)]
    return []


def _claim(redis: RedisServer, keep: bool, place: Place) -> tuple[PersistentVolumeClaim, ...]:
    """Declare the claim of the append-only file; none for what a restart may lose.

    Not a template of the StatefulSet's, which never changes: so persistence goes on and off, and
    the claim grows, by an edit. A stack that retains its data keeps the claim when it goes off.
    """
    if redis.persistence is None:
        return ()
    return (
        PersistentVolumeClaim(
            "cache",
            metadata=place.metadata(_claim_name(redis), _COMPONENT),
            spec=claim_spec(redis.persistence.storage_gib, redis.persistence.storage_class),
            opts=place.options(retain=keep),
        ),
    )


def _claim_name(redis: RedisServer) -> str:
    return f"{redis.name}-{_DATA}"


def _pod(profile: Profile, redis: RedisServer) -> dict[str, Any]:
    own = server.pod_spec(profile, _container(redis, profile.credentials.cache_secret))
    if redis.persistence is None:
        return own
    claim = {"claimName": _claim_name(redis)}
    return own | {"volumes": [{"name": _DATA, "persistentVolumeClaim": claim}]}


def _container(redis: RedisServer, secret: str) -> dict[str, Any]:
    mounts = [{"name": _DATA, "mountPath": _FOLDER}]
    return {
        "name": "redis",
        "image": redis.image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["redis-server"],
        "args": _arguments(redis),
        "ports": [{"name": "redis", "containerPort": contract.REDIS_PORT}],
        "env": [
            container.secret_variable("REDIS_PASSWORD", secret, PASSWORD),
            # The variable that redis-cli itself reads, so that no probe has the password in it.
            container.secret_variable("REDISCLI_AUTH", secret, PASSWORD),
        ],
        "resources": container.resources(redis.resources),
        "securityContext": container.SECURITY,
        # redis-cli exits 0 on an error reply too (NOAUTH, LOADING), so the answer is compared.
        "readinessProbe": container.server_probe(
            {"exec": {"command": ["sh", "-c", "redis-cli ping | grep -qx PONG"]}}
        ),
        # While it reads its file after a start it listens already, and is not to be killed.
        "livenessProbe": container.server_probe({"tcpSocket": {"port": "redis"}}),
    } | ({"volumeMounts": mounts} if redis.persistence else {})


def _arguments(redis: RedisServer) -> list[str]:
    settings = {
        # Kubernetes puts the value in when it starts the container; no object carries it.
        "requirepass": "$(REDIS_PASSWORD)",
        "maxmemory": f"{redis.maxmemory_mib}mb",
        "maxmemory-policy": _POLICIES[redis.use],
        "maxclients": str(redis.max_clients),
        # No snapshots: a fork for one would double the memory, and the file has more.
        "save": "",
    } | _persistence(redis.persistence)
    return [part for name, value in settings.items() for part in (f"--{name}", value)]


def _persistence(persistence: Persistence | None) -> dict[str, str]:
    if persistence is None:
        return {"appendonly": "no"}
    return {"appendonly": "yes", "appendfsync": persistence.fsync, "dir": _FOLDER}
