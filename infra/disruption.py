"""The disruption budgets of the service: what a drain must leave."""

from typing import Any

from pulumi_kubernetes.policy.v1 import PodDisruptionBudget

from infra.place import Place
from infra.workload import serving_app
from profiles import Profile, contract


def declare(profile: Profile, place: Place) -> tuple[PodDisruptionBudget, ...]:
    """Declare the budget of the pods that serve and, under Flagger, of those under analysis."""
    if profile.disruption is None:
        return ()
    floor = {"minAvailable": profile.disruption.min_available}
    serving = _declare("disruption", serving_app(profile), floor, place)
    if profile.rollout.mode == "rolling":
        return (serving,)
    # Only during an analysis has this any pods; it never blocks a drain, it staggers it.
    return serving, _declare(
        "disruption-canary", profile.workload.name, {"maxUnavailable": 1}, place
    )


def _declare(logical: str, app: str, bound: dict[str, int], place: Place) -> PodDisruptionBudget:
    return PodDisruptionBudget(
        logical,
        metadata=place.metadata(app, contract.SERVICE_COMPONENT),
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
