"""How many pods serve: the horizontal autoscaler."""

from typing import Annotated, Literal

from pydantic import Field

from profiles.section import Count, Milliseconds, Name, SecondsOrZero, require, section

RequestPercent = Annotated[int, Field(ge=1, le=400)]
"""A share in percent of the container's *request* (Kubernetes' meaning, CON-10)."""


@section
class Demand:
    """Scaling on what is asked for, which an I/O-bound service shows before its CPU does."""

    through: Literal["keda", "external-metrics"]
    """A KEDA ScaledObject in place of the autoscaler, or the cluster's external metrics API."""
    active_runs_per_pod: Count
    """Mean of running graphs per pod to keep; below what a pod takes at once (PL010)."""
    queue_wait_ms: Milliseconds | None
    """Longest that a durable run should wait which a free worker would take, in ms: beyond it pods
    come in proportion; null scales on running graphs alone."""
    reader_namespace: Name
    """Namespace of who asks Prometheus for it: KEDA's operator, or the metrics adapter."""


@section
class Scaling:
    """The HorizontalPodAutoscaler of the service (INF-11)."""

    min_replicas: Count
    """Fewest pods."""
    max_replicas: Count
    """Most pods; a canary fleet comes on top."""
    cpu_request_percent: RequestPercent | None
    """Target of mean CPU use, in percent of the CPU request; null leaves CPU out."""
    memory_request_percent: RequestPercent | None
    """Target of mean memory use, in percent of the memory request; null leaves memory out."""
    scale_up_stabilization_seconds: SecondsOrZero
    """Time that a higher figure must last before pods come, in seconds."""
    scale_down_stabilization_seconds: SecondsOrZero
    """Time that a lower figure must last before pods go, in seconds."""
    scale_down_pods_per_minute: Count
    """Most pods that go in a minute."""
    demand: Demand | None
    """Scaling on running graphs as well; null leaves it to CPU and memory."""

    def __post_init__(self) -> None:
        """Order the bounds, and ask for something to scale on."""
        require(
            self.min_replicas <= self.max_replicas,
            f"min_replicas {self.min_replicas} exceeds max_replicas {self.max_replicas}",
        )
        require(
            bool(self.cpu_request_percent or self.memory_request_percent),
            "cpu_request_percent and memory_request_percent are both null; an autoscaler needs one",
        )
