"""Rules on the autoscaler."""

from collections.abc import Iterator
from dataclasses import dataclass

from profiles.derive import full_memory, resident_memory
from profiles.derive.room import memory_request
from profiles.profile import Profile
from profiles.rules.rule import Comparison, Rule, field_value, related
from profiles.scaling import Demand, Scaling

_PERCENT = 100


def _one_owner_of_replicas(profile: Profile) -> Iterator[Comparison]:
    scaling, replicas = profile.scaling, profile.workload.replicas
    if scaling is None:
        arithmetic = f"replicas {replicas} without an autoscaler"
        yield Comparison(holds=True, fields=("workload.replicas", "scaling"), arithmetic=arithmetic)
        return
    yield Comparison(
        holds=replicas is None,
        fields=("workload.replicas", "scaling.min_replicas", "scaling.max_replicas"),
        arithmetic=f"{'no replicas' if replicas is None else f'replicas {replicas}'} beside an "
        f"autoscaler of {scaling.min_replicas} to {scaling.max_replicas}",
        fix="set workload.replicas to null, or scaling to null",
        edit=(("workload.replicas", None),),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scaled:
    """Pods that an autoscaler counts."""

    scaling: Scaling
    """The autoscaler."""
    path: str
    """Its dotted path."""
    resources: str
    """Dotted path of the container's resources."""
    capacity: str
    """Dotted path of the runs that a pod takes at once."""


def _scaled(profile: Profile) -> Iterator[_Scaled]:
    if profile.scaling:
        yield _Scaled(
            scaling=profile.scaling,
            path="scaling",
            resources="workload.resources",
            capacity="api.max_concurrent_graphs",
        )
    if profile.workers and profile.workers.scaling:
        yield _Scaled(
            scaling=profile.workers.scaling,
            path="workers.scaling",
            resources="workers.resources",
            capacity="workers.runs_per_pod",
        )


def _requests_under_targets(profile: Profile) -> Iterator[Comparison]:
    for scaled in _scaled(profile):
        for request, goal in (
            ("cpu_request_millicores", "cpu_request_percent"),
            ("memory_request_mib", "memory_request_percent"),
        ):
            if getattr(scaled.scaling, goal) is not None:
                resource, target = f"{scaled.resources}.{request}", f"{scaled.path}.{goal}"
                yield _request_under(profile, resource, target)


def _request_under(profile: Profile, field: str, target_field: str) -> Comparison:
    request, target = field_value(profile, field), field_value(profile, target_field)
    limit = field_value(profile, field.replace("request", "limit"))
    return Comparison(
        holds=request is not None,
        fields=(field, target_field),
        arithmetic=f"target {target} % of {field}, which is {request or 'not set'}",
        fix=f"set {field} (the limit is {limit}), or {target_field} to null",
        edit=((field, limit),),
    )


def _demand_below_capacity(profile: Profile) -> Iterator[Comparison]:
    for scaled in _scaled(profile):
        if demand := scaled.scaling.demand:
            yield _below_capacity(profile, demand, scaled)


def _below_capacity(profile: Profile, demand: Demand, scaled: _Scaled) -> Comparison:
    target, capacity = demand.active_runs_per_pod, field_value(profile, scaled.capacity)
    field, most = f"{scaled.path}.demand.active_runs_per_pod", capacity - 1
    holds, sign = related(target, "<", capacity)
    return Comparison(
        holds=holds,
        fields=(field, scaled.capacity),
        arithmetic=f"target {target} {sign} {capacity} {scaled.capacity}",
        fix=f"lower {field} to at most {most}" if most else f"raise {scaled.capacity}",
        edit=((field, most),) if most else ((scaled.capacity, 2), (field, 1)),
    )


def _demand_is_seen(profile: Profile) -> Iterator[Comparison]:
    workers = profile.workers
    if workers and workers.scaling:
        yield Comparison(
            fields=("workers.scaling.demand",),
            holds=workers.scaling.demand is not None,
            arithmetic="workers scaled on "
            f"{'their runs as well' if workers.scaling.demand else 'CPU and memory alone'}",
            fix="set workers.scaling.demand: what waits in the queue uses no CPU",
        )
    scaling = profile.scaling
    if scaling is None:
        return
    if scaling.demand is not None:
        most = scaling.demand.active_runs_per_pod
        yield Comparison(
            fields=("scaling.demand",),
            holds=True,
            arithmetic=f"scaled on {most} running graphs a pod as well",
        )
    else:
        yield _memory_shows_runs(profile, scaling)


def _memory_shows_runs(profile: Profile, scaling: Scaling) -> Comparison:
    """Compare the memory of a full pod with the autoscaler's target of it."""
    request = memory_request(profile.workload.resources)
    resident, full = resident_memory(profile), full_memory(profile)
    percent = scaling.memory_request_percent
    target = (percent or 0) * request / _PERCENT
    holds, sign = related(full.value, ">", target)
    # Where runs fill half of what they can: more come before the pod refuses any.
    halfway = max(1, int(_PERCENT * (resident.value + full.value) / 2 / request))
    field, known = "scaling.memory_request_percent", f"{full.value:.0f} MiB of a pod full of runs"
    return Comparison(
        fields=(field, "scaling.cpu_request_percent", "scaling.demand", *full.fields),
        holds=percent is not None and holds,
        arithmetic=f"{known} {sign} {percent} % of {request} = {target:.1f} MiB"
        if percent is not None
        else f"scaled on CPU alone, {known} unseen",
        fix=f"set {field} to {halfway}, or scaling.demand",
        edit=((field, halfway),),
    )


RULES = (
    Rule(
        id="PL007",
        title="either the autoscaler or the stack decides the replicas",
        severity="error",
        reason="Each deployment would reset what the autoscaler chose, or fail with a conflict.",
        source="kubernetes#25238, pulumi-kubernetes#2491, kube-score",
        incident="pulumi-kubernetes#2491: server-side apply and an autoscaler in conflict over "
        "replicas",
        compare=_one_owner_of_replicas,
    ),
    Rule(
        id="PL009",
        title="every autoscaling target has the request that it is a share of",
        severity="error",
        reason="Without the request the autoscaler reads no value and never scales.",
        source="Kubernetes' autoscaling documentation; Flagger's zero-downtime guide",
        incident="",
        compare=_requests_under_targets,
    ),
    Rule(
        id="PL010",
        title="the autoscaler's target of running graphs is below what a pod takes",
        severity="error",
        reason="A pod refuses more than its most, so the mean never passes it and nothing scales.",
        source="LLMKube#482: a gauge that ends at 1 under a target of 2",
        incident="LLMKube#482: a gauge that ends at 1 under a target of 2 never scaled",
        compare=_demand_below_capacity,
    ),
    Rule(
        id="PL011",
        title="the autoscaler sees more than CPU",
        severity="warning",
        reason="A service that waits for others uses less CPU the worse it goes: pods are taken "
        "away in the outage.",
        source="Encompass' incident report, 2025-03-19",
        incident="Encompass, 19 March 2025: a misconfigured pool made requests wait, CPU fell, and "
        "the autoscaler took pods away.",
        compare=_demand_is_seen,
    ),
)
