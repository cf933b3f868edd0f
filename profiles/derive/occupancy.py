"""Pods that a stack may run at once in its namespace, and what each of them asks for."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from profiles.derive.pods import fleet, worker_fleet
from profiles.profile import Profile
from profiles.workload import Resources

_ONE_MORE = 1
"""Pod that a plain Deployment's update adds: Kubernetes rounds its quarter up."""

_JOBS = 2
"""A dump and the check of one, which may overlap: each is forbidden to run twice."""

_BUCKET_CONTAINERS = 2
"""A job's container, and the one that speaks to a bucket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """A part of the stack that takes room in the namespace."""

    name: str
    """What it is."""
    pods: int
    """Most pods that it may have at once."""
    resources: Resources
    """Requests and limits of each container."""
    field: str
    """Dotted path of those."""
    containers: int = 1
    """Containers in a pod that run at the same time."""
    updating: int = 0
    """Pods among them that only an update, or an analysis, adds."""


def tenants(profile: Profile, *, rolling: bool = True) -> tuple[Tenant, ...]:
    """Return all parts with pods in the namespace: everything that a quota counts.

    Not `rolling`: without those that an update or an analysis adds. Backups count at any time.
    A pod that is ending counts until its grace is over. Beyond the quota its successor waits for
    that, which delays an update and fails none, so it is not counted here.
    """
    parts = (_service, _workers, _sources, _database, _backup, _cache, _addons)
    found = tuple(tenant for part in parts for tenant in part(profile))
    if rolling:
        return found
    return tuple(replace(one, pods=one.pods - one.updating, updating=0) for one in found)


def claims(profile: Profile) -> tuple[tuple[str, int], ...]:
    """Return every claim's part and its size, in GiB."""
    database, redis = profile.database, profile.cache.server
    server = database.server
    sizes = {
        "sqlite": database.sqlite_storage_gib if database.mode == "sqlite" else 0,
        "database": server.instances * server.storage_gib if server else 0,
        # CloudNativePG's backups go to a bucket, or are snapshots.
        "backup": server.backup.storage_gib
        if database.mode == "statefulset" and server and server.backup
        else 0,
        "cache": redis.persistence.storage_gib if redis and redis.persistence else 0,
    }
    return tuple((name, size) for name, size in sizes.items() if size)


def _service(profile: Profile) -> Iterator[Tenant]:
    pods = fleet(profile)
    yield Tenant(
        name="service",
        pods=pods.total,
        resources=profile.workload.resources,
        field="workload.resources",
        updating=pods.canary + pods.surge,
    )


def _workers(profile: Profile) -> Iterator[Tenant]:
    pods = worker_fleet(profile)
    if profile.workers and pods:
        yield Tenant(
            name="workers",
            pods=pods.total,
            resources=profile.workers.resources,
            field="workers.resources",
            updating=pods.canary + pods.surge,
        )


def _sources(profile: Profile) -> Iterator[Tenant]:
    server = profile.upstreams.server
    if server:
        yield Tenant(
            name="recorded",
            pods=1 + _ONE_MORE,
            resources=server.resources,
            field="upstreams.server.resources",
            updating=_ONE_MORE,
        )


def _database(profile: Profile) -> Iterator[Tenant]:
    server, field = profile.database.server, "database.server"
    if server is None:
        return
    # CloudNativePG starts and joins an instance by a job of the same size.
    more = _ONE_MORE if profile.database.mode == "cnpg" else 0
    pods = server.instances + more
    yield Tenant(
        name="database",
        pods=pods,
        resources=server.resources,
        field=f"{field}.resources",
        updating=more,
    )
    if server.pooler:
        yield Tenant(
            name="pooler",
            pods=server.pooler.replicas + more,
            resources=server.pooler.resources,
            field=f"{field}.pooler.resources",
            updating=more,
        )


def _backup(profile: Profile) -> Iterator[Tenant]:
    server = profile.database.server
    backup = server.backup if server else None
    if backup:
        yield Tenant(
            name="backup",
            pods=_JOBS,
            resources=backup.resources,
            field="database.server.backup.resources",
            containers=_BUCKET_CONTAINERS if backup.bucket else 1,
        )


def _cache(profile: Profile) -> Iterator[Tenant]:
    redis, field = profile.cache.server, "cache.server.resources"
    if redis:
        yield Tenant(name="cache", pods=1, resources=redis.resources, field=field)


def _addons(profile: Profile) -> Iterator[Tenant]:
    """Yield the managed add-ons of the namespace; metrics-server is in kube-system."""
    for name in ("flagger", "load_tester", "prometheus"):
        addon = getattr(profile.addons, name)
        if addon.provision == "managed":
            field = f"addons.{name}.resources"
            yield Tenant(name=name, pods=1, resources=addon.resources, field=field)
