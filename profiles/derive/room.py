"""What all pods of a stack ask for: serving at full scale, and at the height of a rollout."""

from collections.abc import Callable, Iterator

from profiles.derive.number import Derived, Limit
from profiles.derive.occupancy import Tenant, tenants
from profiles.profile import Profile
from profiles.workload import Resources

Figure = Callable[[Resources], int]
"""One number of a container."""


def cpu_request(resources: Resources) -> int:
    """Return the CPU that the scheduler reserves, in millicores: Kubernetes' limit if null."""
    return resources.cpu_request_millicores or resources.cpu_limit_millicores


def cpu_limit(resources: Resources) -> int:
    """Return the most CPU, in millicores."""
    return resources.cpu_limit_millicores


def memory_request(resources: Resources) -> int:
    """Return the memory that the scheduler reserves, in MiB: Kubernetes' limit if null."""
    return resources.memory_request_mib or resources.memory_limit_mib


def memory_limit(resources: Resources) -> int:
    """Return the most memory, in MiB."""
    return resources.memory_limit_mib


FIGURES: dict[str, Figure] = {
    "cpu_request_millicores": cpu_request,
    "cpu_limit_millicores": cpu_limit,
    "memory_request_mib": memory_request,
    "memory_limit_mib": memory_limit,
}
"""Fields of the quota; a request that is null is the limit, as Kubernetes has it."""

_NAMES = {
    "cpu_request_millicores": ("CPU requested", "millicores"),
    "cpu_limit_millicores": ("CPU limits", "millicores"),
    "memory_request_mib": ("memory requested", "MiB"),
    "memory_limit_mib": ("memory limits", "MiB"),
}


def share(tenant: Tenant, figure: Figure) -> tuple[str, int]:
    """Return a part's name with its pods and what each takes, and what they take together."""
    each = tenant.containers * figure(tenant.resources)
    return f"{tenant.name} ({tenant.pods} x {each})", tenant.pods * each


def terms(shares: list[tuple[str, int]]) -> str:
    """Return the sum of the shares in words."""
    return " + ".join(f"{size} {name}" for name, size in shares)


def _term(tenant: Tenant, figure: Figure) -> str:
    several = f" x {tenant.containers} containers" if tenant.containers > 1 else ""
    return f"{tenant.pods} {tenant.name}{several} x {figure(tenant.resources)}"


def room(profile: Profile, *, rolling: bool) -> Iterator[Derived]:
    """Yield CPU and memory of everything, at full scale or during a rollout at full scale."""
    parts = list(tenants(profile, rolling=rolling))
    for field, figure in FIGURES.items():
        shares = [share(tenant, figure) for tenant in parts]
        (name, unit), quota = _NAMES[field], profile.cluster.quota
        yield Derived(
            key=f"room.{'rollout' if rolling else 'serving'}.{field}",
            name=f"{name}, {'at a rollout' if rolling else 'all serving'}",
            value=sum(size for _, size in shares),
            unit=unit,
            arithmetic=" + ".join(_term(tenant, figure) for tenant in parts),
            fields=tuple(f"{tenant.field}.{field}" for tenant in parts),
            limit=Limit(value=getattr(quota, field), field=f"cluster.quota.{field}"),
        )
