"""The disruption budgets of the service and its workers: what a drain must leave."""

from typing import Any

from pulumi_kubernetes.policy.v1 import PodDisruptionBudget

from infra import fleet
from infra.place import Place
from profiles import Profile, contract
from profiles.disruption import Disruption

_ONE_BY_ONE = {"maxUnavailable": 1}
"""Bound that never blocks a drain; it staggers it."""


def declare(profile: Profile, place: Place) -> tuple[PodDisruptionBudget, ...]:
    """Declare the budget of the pods that serve and, under Flagger, of those under analysis.

    Each bound is an object of its own: Pulumi's preview of one that changes from a floor to a
    ceiling has both, which the API server refuses.
    """
    if profile.disruption is None:
        return ()
    return (*_of_service(profile, profile.disruption, place), *_of_workers(profile, place))


def _of_service(
    profile: Profile, disruption: Disruption, place: Place
) -> tuple[PodDisruptionBudget, ...]:
    app, component = profile.workload.name, contract.SERVICE_COMPONENT
    floor = {"minAvailable": disruption.min_available}
    if profile.rollout.mode == "rolling":
        return (_declare("disruption", (app, component), app, floor, place),)
    primary = app + contract.PRIMARY_SUFFIX
    return (
        _declare("disruption-primary", (primary, component), primary, floor, place),
        # Only during an analysis has this any pods; it never blocks a drain, it staggers it.
        _declare(
            "disruption-canary", (app + contract.CANARY_SUFFIX, component), app, _ONE_BY_ONE, place
        ),
    )


def _of_workers(profile: Profile, place: Place) -> tuple[PodDisruptionBudget, ...]:
    """Declare that workers go one by one: each hands over what it has, so one may always go."""
    workers = fleet.workers(profile)
    if workers is None:
        return ()
    suffixes = ("", contract.PRIMARY_SUFFIX) if profile.rollout.mode == "flagger" else ("",)
    return tuple(
        _declare(
            f"{workers.prefix}disruption{suffix}",
            (workers.name + suffix, workers.component),
            workers.name + suffix,
            _ONE_BY_ONE,
            place,
        )
        for suffix in suffixes
    )


def _declare(
    name: str, own: tuple[str, str], app: str, bound: dict[str, int], place: Place
) -> PodDisruptionBudget:
    """Declare a budget of the pods with an `app`; `own` is its name and its component."""
    return PodDisruptionBudget(
        name,
        metadata=place.metadata(*own),
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
