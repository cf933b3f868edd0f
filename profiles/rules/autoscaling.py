"""Rules on the autoscaler."""

from collections.abc import Iterator

from profiles.profile import Profile
from profiles.rules.rule import Comparison, Rule


def _one_owner_of_replicas(profile: Profile) -> Iterator[Comparison]:
    if profile.scaling is None or profile.workload.replicas is None:
        return
    yield Comparison(
        holds=False,
        fields=("workload.replicas", "scaling.min_replicas", "scaling.max_replicas"),
        arithmetic=f"replicas {profile.workload.replicas} beside an autoscaler of "
        f"{profile.scaling.min_replicas} to {profile.scaling.max_replicas}",
        fix="set workload.replicas to null, or scaling to null",
        edit=(("workload.replicas", None),),
    )


def _requests_under_targets(profile: Profile) -> Iterator[Comparison]:
    scaling, resources = profile.scaling, profile.workload.resources
    if scaling is None:
        return
    pairs = (
        ("cpu_request_millicores", "cpu_request_percent"),
        ("memory_request_mib", "memory_request_percent"),
    )
    for request_field, target_field in pairs:
        target = getattr(scaling, target_field)
        request = getattr(resources, request_field)
        if target is None or request is not None:
            continue
        limit = getattr(resources, request_field.replace("request", "limit"))
        field = f"workload.resources.{request_field}"
        yield Comparison(
            holds=False,
            fields=(field, f"scaling.{target_field}"),
            arithmetic=f"target {target} % of {field}, which is not set",
            fix=f"set {field} (the limit is {limit}), or scaling.{target_field} to null",
            edit=((field, limit),),
        )


def _demand_below_capacity(profile: Profile) -> Iterator[Comparison]:
    demand = profile.scaling.demand if profile.scaling else None
    capacity = profile.api.max_concurrent_graphs
    if demand is None or demand.active_runs_per_pod < capacity:
        return
    field, most = "scaling.demand.active_runs_per_pod", capacity - 1
    yield Comparison(
        holds=False,
        fields=(field, "api.max_concurrent_graphs"),
        arithmetic=f"target {demand.active_runs_per_pod} >= {capacity} api.max_concurrent_graphs",
        fix=f"lower {field} to at most {most}" if most else "raise api.max_concurrent_graphs",
        edit=((field, most),) if most else (("api.max_concurrent_graphs", 2), (field, 1)),
    )


RULES = (
    Rule(
        id="PL007",
        title="either the autoscaler or the stack decides the replicas",
        severity="error",
        reason="Each deployment would reset what the autoscaler chose, or fail with a conflict.",
        source="kubernetes#25238, pulumi-kubernetes#2491, kube-score",
        incident="",
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
        incident="",
        compare=_demand_below_capacity,
    ),
)
