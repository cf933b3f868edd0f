"""The disruption budgets of the service: what a drain must leave."""

from typing import Any

from pulumi_kubernetes.policy.v1 import PodDisruptionBudget

from infra.place import Place
from profiles import Profile, contract


def declare(profile: Profile, place: Place) -> tuple[PodDisruptionBudget, ...]:
    """Declare the budget of the pods that serve and, under Flagger, of those under analysis.

    Each bound is an object of its own: Pulumi's preview of one that changes from a floor to a
    ceiling has both, which the API server refuses.
    """
    if profile.disruption is None:
        return ()
    app = profile.workload.name
    floor = {"minAvailable": profile.disruption.min_available}
    if profile.rollout.mode == "rolling":
        return (_declare("", app, app, floor, place),)
    primary = app + contract.PRIMARY_SUFFIX
    return (
        _declare(contract.PRIMARY_SUFFIX, app, primary, floor, place),
        # Only during an analysis has this any pods; it never blocks a drain, it staggers it.
        _declare(contract.CANARY_SUFFIX, app, app, {"maxUnavailable": 1}, place),
    )


def _declare(
    suffix: str, name: str, app: str, bound: dict[str, int], place: Place
) -> PodDisruptionBudget:
    return PodDisruptionBudget(
        f"disruption{suffix}",
        metadata=place.metadata(name + suffix, contract.SERVICE_COMPONENT),
        spec=_spec(app, bound),
        opts=place.options(),
    )


def _spec(app: str, bound: dict[str, int]) -> dict[str, Any]:
    return {
        **bound,
        "selector": {"matchLabels": {"app": app}},
        # A pod that is not ready protects nobody; without this it blocks the drain that would
        # replace it.
        "unhealthyPodEvictionPolicy": "AlwaysAllow",
    }
