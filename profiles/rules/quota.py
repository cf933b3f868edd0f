"""Rules on the namespace's bounds: what may run at once fits them."""

from collections.abc import Iterator

from profiles.derive.occupancy import claims, tenants
from profiles.derive.room import FIGURES, cpu_limit, memory_limit, share, terms
from profiles.profile import Profile
from profiles.rules.rule import Comparison, Rule, related


def _everything_fits_the_quota(profile: Profile) -> Iterator[Comparison]:
    running = tenants(profile)
    pods = [(tenant.name, tenant.pods) for tenant in running]
    yield from _held(profile, "pods", pods)
    if kept := list(claims(profile)):
        yield from _held(profile, "storage_gib", kept)
    for field, figure in FIGURES.items():
        yield from _held(profile, field, [share(tenant, figure) for tenant in running])


def _held(profile: Profile, field: str, shares: list[tuple[str, int]]) -> Iterator[Comparison]:
    """Hold the shares, of (what, how much), against the quota's field."""
    allowed, needed = getattr(profile.cluster.quota, field), sum(size for _, size in shares)
    holds, sign = related(needed, "<=", allowed)
    path = f"cluster.quota.{field}"
    yield Comparison(
        holds=holds,
        fields=(path,),
        arithmetic=f"{terms(shares)} = {needed} {sign} {allowed} {path}",
        fix=f"raise {path} to at least {needed}",
        edit=((path, needed),),
    )


def _every_container_fits_the_limits(profile: Profile) -> Iterator[Comparison]:
    limits = profile.cluster.limits
    if limits is None:
        return
    for figure, allowed, field, most in (
        (cpu_limit, limits.max_cpu_millicores, "cpu_limit_millicores", "max_cpu_millicores"),
        (memory_limit, limits.max_memory_mib, "memory_limit_mib", "max_memory_mib"),
    ):
        largest = max(tenants(profile), key=lambda tenant: figure(tenant.resources))
        needed, path = figure(largest.resources), f"cluster.limits.{most}"
        holds, sign = related(needed, "<=", allowed)
        yield Comparison(
            holds=holds,
            fields=(path, f"{largest.field}.{field}"),
            arithmetic=f"{largest.field}.{field} {needed} {sign} {allowed} {path}",
            fix=f"raise {path} to at least {needed}, or lower {largest.field}.{field}",
            edit=((path, needed),),
        )


RULES = (
    Rule(
        id="PL047",
        title="everything that may run at once fits the namespace's quota",
        severity="error",
        reason="Pods beyond the quota are never made: an analysis, or a backup, waits for nothing.",
        source="Flagger's blue/green doubles the fleet; kubernetes#82285",
        incident="",
        compare=_everything_fits_the_quota,
    ),
    Rule(
        id="PL049",
        title="every container fits the namespace's limits",
        severity="error",
        reason="Kubernetes refuses a pod with a container beyond the LimitRange.",
        source="Kubernetes' documentation of LimitRange",
        incident="",
        compare=_every_container_fits_the_limits,
    ),
)
