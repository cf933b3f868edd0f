"""Pods that work on the queue of durable runs, apart from those that answer requests."""

from typing import Annotated

from pydantic import Field

from profiles.scaling import Scaling
from profiles.section import Count, Seconds, require, section
from profiles.workload import Resources

AttemptPercent = Annotated[float, Field(ge=0, lt=100)]
"""A share of attempts, in percent."""


@section
class Workers:
    """The Deployment of the workers; without it every pod of the service works on the queue."""

    replicas: Count | None
    """Fixed pods; null when an autoscaler decides."""
    scaling: Scaling | None
    """Autoscaler of the workers; null fixes them at replicas."""
    runs_per_pod: Count
    """Runs at once in one of these pods."""
    resources: Resources
    """Requests and limits of the container."""
    drain_seconds: Seconds
    """Time after SIGTERM that running work has to end, in seconds; what has not ended by
    execution.handover_seconds before that goes back to the queue (PL050)."""
    failed_attempts_max_percent: AttemptPercent
    """Most of a new version's attempts that may end as an error or be lost while Flagger analyses
    it, in percent; used under rollout.mode 'flagger' alone."""

    def __post_init__(self) -> None:
        """Let either the stack or the autoscaler decide the pods."""
        require(
            (self.replicas is None) != (self.scaling is None),
            f"replicas {self.replicas} and scaling {'set' if self.scaling else 'null'}; state one "
            "of them and set the other to null",
        )
