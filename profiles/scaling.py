"""How many pods serve: the horizontal autoscaler."""

from typing import Annotated

from pydantic import Field

from profiles.section import Count, SecondsOrZero, require, section

RequestPercent = Annotated[int, Field(ge=1, le=400)]
"""A share in percent of the container's *request* (Kubernetes' meaning, CON-10)."""


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
    scale_down_stabilization_seconds: SecondsOrZero
    """Time that a lower figure must last before pods go, in seconds."""

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
