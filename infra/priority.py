"""Priority classes: whose pods stay when a node is full."""

from typing import Any, Literal

from pulumi_kubernetes.scheduling.v1 import PriorityClass

from infra.place import Place, labels
from profiles import Profile

Rank = Literal["stores", "service", "jobs"]
"""What a pod is for; the fields of the profile's `cluster.priorities`."""


def declare(profile: Profile, place: Place) -> tuple[PriorityClass, ...]:
    """Declare the stack's classes, cluster-wide objects that carry the namespace's name."""
    priorities = profile.cluster.priorities
    ranks: dict[Rank, int] = {}
    if priorities:
        ranks = {
            "stores": priorities.stores,
            "service": priorities.service,
            "jobs": priorities.jobs,
        }
    return tuple(
        PriorityClass(
            f"priority-{rank}",
            metadata={
                "name": _name(profile, rank),
                "labels": labels(_name(profile, rank), "cluster"),
            },
            value=value,
            global_default=False,
            # A job waits for room; only what serves may put other pods of the cluster out.
            preemption_policy="Never" if rank == "jobs" else "PreemptLowerPriority",
            description=f"The {rank} of {profile.cluster.namespace}.",
            opts=place.options(),
        )
        for rank, value in ranks.items()
    )


def of(profile: Profile, rank: Rank) -> dict[str, Any]:
    """Return what a pod's spec says of its priority; nothing where the stack has no classes."""
    return {"priorityClassName": _name(profile, rank)} if profile.cluster.priorities else {}


def _name(profile: Profile, rank: Rank) -> str:
    return f"{profile.cluster.namespace}-{rank}"
