"""The cache: a Redis of the stack's own, which may lose everything at any time."""

from typing import Any

from pulumi import Resource
from pulumi_kubernetes.apps.v1 import StatefulSet
from pulumi_kubernetes.core.v1 import Service

from infra import container, server
from infra.place import Place
from profiles import Profile, contract
from profiles.cache import RedisServer

_COMPONENT = contract.CACHE_COMPONENT


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
    pod = server.pod_spec(_container(redis, profile.credentials.cache_secret))
    stateful_set = StatefulSet(
        "cache",
        metadata=metadata,
        spec=server.stateful_set_spec(redis.name, _COMPONENT, pod),
        opts=place.after(service).options(),
    )
    return service, stateful_set


def _container(redis: RedisServer, secret: str) -> dict[str, Any]:
    return {
        "name": "redis",
        "image": redis.image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["redis-server"],
        "args": _arguments(redis),
        "ports": [{"name": "redis", "containerPort": contract.REDIS_PORT}],
        "env": [
            container.secret_variable("REDIS_PASSWORD", secret, "password"),
            # The variable that redis-cli itself reads, so that no probe has the password in it.
            container.secret_variable("REDISCLI_AUTH", secret, "password"),
        ],
        "resources": container.resources(redis.resources),
        "securityContext": container.SECURITY,
        # redis-cli exits 0 on an error reply too (NOAUTH, LOADING), so the answer is compared.
        "readinessProbe": container.server_probe(
            {"exec": {"command": ["sh", "-c", "redis-cli ping | grep -qx PONG"]}}
        ),
        "livenessProbe": container.server_probe({"tcpSocket": {"port": "redis"}}),
    }


def _arguments(redis: RedisServer) -> list[str]:
    settings = {
        # Kubernetes puts the value in when it starts the container; no object carries it.
        "requirepass": "$(REDIS_PASSWORD)",
        "maxmemory": f"{redis.maxmemory_mib}mb",
        # What is asked for often stays; limits and streams live beside the cache, and are touched.
        "maxmemory-policy": "allkeys-lfu",
        # Nothing is written to disk: a fork for a snapshot would double the memory for a cache.
        "save": "",
        "appendonly": "no",
    }
    return [part for name, value in settings.items() for part in (f"--{name}", value)]
