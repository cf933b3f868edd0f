"""The load that a stack is sized for."""

from collections.abc import Iterator

from profiles.derive.number import Derived
from profiles.derive.pods import fleet, processes, replicas_field, serving_fields
from profiles.derive.upstream import rates
from profiles.profile import Profile
from profiles.workers import Workers

_MS = 1000


def load(profile: Profile) -> Iterator[Derived]:
    """Yield runs at once and requests a second, of a pod and of the fleet at full scale."""
    yield _runs_of_a_pod(profile)
    yield _runs(profile)
    yield _requests(profile)
    yield _uncached_requests(profile)
    yield _caller(profile)
    if profile.workers:
        yield _worker_runs(profile, profile.workers)


def _runs_of_a_pod(profile: Profile) -> Derived:
    workers, most = profile.workload.workers, profile.api.max_concurrent_graphs
    return Derived(
        key="load.runs_of_a_pod",
        name="runs at once in a pod",
        value=workers * most,
        unit="runs",
        arithmetic=f"{workers} workers x {most} runs",
        fields=("workload.workers", "api.max_concurrent_graphs"),
    )


def _runs(profile: Profile) -> Derived:
    pods, each = fleet(profile).primary, _runs_of_a_pod(profile)
    return Derived(
        key="load.runs",
        name="runs at once in the fleet",
        value=pods * each.value,
        unit="runs",
        arithmetic=f"{pods} pods x {each.arithmetic}",
        fields=(replicas_field(profile), *each.fields),
    )


def _requests(profile: Profile) -> Derived:
    """Divide the runs at once by the time of one (Little's law)."""
    runs, mean = _runs(profile), profile.objectives.mean_latency_ms / _MS
    return Derived(
        key="load.requests",
        name="requests that its runs are sized for",
        value=runs.value / mean,
        unit="requests/s",
        arithmetic=f"{runs.value:.0f} runs / {mean:.12g} s mean latency",
        fields=(*runs.fields, "objectives.mean_latency_ms"),
    )


def _uncached_requests(profile: Profile) -> Derived:
    """Divide each source's rate by what a run asks of it; the slowest is the bound (CON-17)."""
    each = rates(profile)
    terms = ", ".join(f"{rate.value:.12g}/s / {calls} {name} calls" for name, rate, calls in each)
    return Derived(
        key="load.uncached_requests",
        name="of those, not answered from a cache",
        value=min(rate.value / calls for _, rate, calls in each),
        unit="requests/s",
        arithmetic=f"min({terms})",
        fields=tuple(dict.fromkeys(field for _, rate, _ in each for field in rate.fields)),
    )


def _worker_runs(profile: Profile, workers: Workers) -> Derived:
    pods = processes(profile).workers
    most = pods.primary if pods else 0
    return Derived(
        key="load.worker_runs",
        name="durable runs at once in the workers",
        value=most * workers.runs_per_pod,
        unit="runs",
        arithmetic=f"{most} workers x {workers.runs_per_pod} runs",
        fields=(*serving_fields(profile)[1:], "workers.runs_per_pod"),
    )


def _caller(profile: Profile) -> Derived:
    api = profile.api
    return Derived(
        key="load.caller_requests",
        name="requests of one caller, on average",
        value=api.rate_limit_requests / api.rate_limit_window_seconds,
        unit="requests/s",
        arithmetic=f"{api.rate_limit_requests} / {api.rate_limit_window_seconds} s",
        fields=("api.rate_limit_requests", "api.rate_limit_window_seconds"),
    )
