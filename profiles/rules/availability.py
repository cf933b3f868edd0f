"""Rules on what keeps serving: disruption budgets and probes."""

from collections.abc import Iterator

from profiles.contract import DEPENDENCY_FREE_PATHS, LIVENESS_PATH
from profiles.derive import fewest_replicas
from profiles.profile import Profile
from profiles.rules.rule import Comparison, Rule, related


def _replicas_field(profile: Profile) -> str:
    return "scaling.min_replicas" if profile.scaling else "workload.replicas"


def _budget_leaves_room(profile: Profile) -> Iterator[Comparison]:
    fewest, disruption = fewest_replicas(profile), profile.disruption
    if disruption is None or fewest == 1:
        return
    field, kept = _replicas_field(profile), disruption.min_available
    holds, sign = related(kept, "<", fewest)
    yield Comparison(
        holds=holds,
        fields=("disruption.min_available", field),
        arithmetic=f"min_available {kept} {sign} {fewest} {field}",
        fix=f"set disruption.min_available to {fewest - 1}, or raise {field} to {kept + 1}",
        edit=(("disruption.min_available", fewest - 1),),
    )


def _single_pod_has_no_budget(profile: Profile) -> Iterator[Comparison]:
    disruption, field = profile.disruption, _replicas_field(profile)
    if fewest_replicas(profile) > 1:
        return
    if disruption is None:
        arithmetic = f"no budget with 1 {field}"
        yield Comparison(holds=True, fields=("disruption", field), arithmetic=arithmetic)
        return
    yield Comparison(
        holds=False,
        fields=("disruption.min_available", field),
        arithmetic=f"min_available {disruption.min_available} with 1 {field}",
        fix=f"set disruption to null, or raise {field} to {disruption.min_available + 1}",
        edit=(("disruption", None),),
    )


def _liveness_has_no_dependency(profile: Profile) -> Iterator[Comparison]:
    path = profile.workload.probes.liveness.path
    holds = path in DEPENDENCY_FREE_PATHS
    yield Comparison(
        holds=holds,
        fields=("workload.probes.liveness.path", "workload.probes.readiness.path"),
        arithmetic=f"liveness asks {path}, which checks {'no ' if holds else ''}dependencies",
        fix=f"set workload.probes.liveness.path to {LIVENESS_PATH}",
        edit=(("workload.probes.liveness.path", LIVENESS_PATH),),
    )


RULES = (
    Rule(
        id="PL004",
        title="the disruption budget leaves a drain at least one pod to move",
        severity="error",
        reason="A budget of all pods blocks every drain, and with it node upgrades.",
        source="Polaris, kube-linter#688, Kyverno",
        incident="",
        compare=_budget_leaves_room,
    ),
    Rule(
        id="PL005",
        title="a workload of one pod has no blocking disruption budget",
        severity="error",
        reason="The only pod can never be evicted: node deletion hangs.",
        source="tuist/once#221 (18 days), cloudnative-pg#10566",
        incident="tuist, July and August 2026 (tuist/once#221): the budget of a single "
        "Postgres kept a node from being deleted for 18 days",
        compare=_single_pod_has_no_budget,
    ),
    Rule(
        id="PL020",
        title="liveness does not depend on anything outside the process",
        severity="error",
        reason="A lost database would restart every pod at once and prolong the outage.",
        source="Buildkite, 2016-08-23; kube-score's identical-probe check",
        incident="Buildkite, 2016-08-23 (about 4 h): the database was downsized, health checks "
        "asked it, and every instance was removed",
        compare=_liveness_has_no_dependency,
    ),
)
