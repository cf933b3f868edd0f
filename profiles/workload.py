"""The service's pods: image, size, probes and how they end."""

from typing import Annotated, Literal

from pydantic import Field

from profiles.contract import PROBE_PATHS
from profiles.section import (
    Count,
    Image,
    Mebibytes,
    Millicores,
    Name,
    Seconds,
    SecondsOrZero,
    require,
    section,
)

UserId = Annotated[int, Field(ge=1, le=65_534)]


@section
class Resources:
    """Requests and limits of one container (CFG-05)."""

    cpu_request_millicores: Millicores | None
    """CPU that the scheduler reserves, in millicores; autoscaling on CPU is a share of it."""
    cpu_limit_millicores: Millicores
    """CPU ceiling, in millicores; health thresholds are percentages of it."""
    memory_request_mib: Mebibytes | None
    """Memory that the scheduler reserves, in MiB; autoscaling on memory is a share of it."""
    memory_limit_mib: Mebibytes
    """Memory ceiling, in MiB; beyond it the kernel kills the container."""

    def __post_init__(self) -> None:
        """Hold requests to their limits (CFG-12)."""
        cpu, memory = self.cpu_request_millicores or 0, self.memory_request_mib or 0
        require(
            cpu <= self.cpu_limit_millicores,
            f"cpu_request_millicores {cpu} exceeds cpu_limit_millicores "
            f"{self.cpu_limit_millicores}; lower the request or raise the limit",
        )
        require(
            memory <= self.memory_limit_mib,
            f"memory_request_mib {memory} exceeds memory_limit_mib "
            f"{self.memory_limit_mib}; lower the request or raise the limit",
        )


@section
class Probe:
    """One HTTP probe of the kubelet."""

    path: str
    """Path asked on the service's HTTP port; one of contract.PROBE_PATHS."""
    initial_delay_seconds: SecondsOrZero
    """Wait before the first try, in seconds."""
    period_seconds: Seconds
    """Time between tries, in seconds."""
    timeout_seconds: Seconds
    """Time that an answer may take, in seconds."""
    failure_threshold: Count
    """Failures in a row that count as a failure."""

    def __post_init__(self) -> None:
        """Refuse a path that the service does not serve."""
        require(self.path in PROBE_PATHS, f"path {self.path!r} is none of {', '.join(PROBE_PATHS)}")


@section
class Probes:
    """The three probes of the service's container (INF-04, INF-09)."""

    startup: Probe
    """Holds the other two back until the service has started."""
    liveness: Probe
    """Restarts the container; must not depend on anything outside it."""
    readiness: Probe
    """Takes the pod out of the Service while it cannot serve."""


@section
class Workload:
    """The service's Deployment, Service and service account (INF-02…INF-10)."""

    name: Name
    """Name of the Deployment, its `app` label and its service account."""
    service_name: Name
    """Name of the Service that clients use."""
    service_type: Literal["ClusterIP", "LoadBalancer"]
    """How the Service is reached; LoadBalancer opens it beyond the cluster (CON-04)."""
    image: Image
    """Image of the service, with tag and, once released, digest."""
    image_pull_policy: Literal["IfNotPresent", "Always", "Never"]
    """When the kubelet asks the registry."""
    version: Annotated[str, Field(pattern=r"^v\d+\.\d+\.\d+$")]
    """Version label of the pods (INF-02)."""
    environment: Annotated[str, Field(pattern=r"^[a-z]+$")]
    """What the service calls its environment (`ENVIRONMENT`, CFG-06)."""
    replicas: Count | None
    """Fixed pods; null when an autoscaler decides, because both would fight over the field."""
    workers: Annotated[int, Field(ge=1, le=1)]
    """Service processes a pod: one, and replicas scale out (more would split the metrics)."""
    threads: Annotated[int, Field(ge=1, le=64)]
    """Threads of a worker for work that would block its event loop: reading PubMed's XML, searching
    documents, looking names up (PL024)."""
    resources: Resources
    """Requests and limits of the service's container."""
    process_memory_mib: Mebibytes
    """Resident memory of one idle worker, in MiB (PERF-08: 200 to 300)."""
    run_memory_mib: Mebibytes
    """Memory that one running graph may add, in MiB (PERF-08: 50 to 200)."""
    scratch_mib: Mebibytes
    """Size of the in-memory /tmp, in MiB; it counts against the memory limit."""
    probes: Probes
    """Startup, liveness and readiness probes."""
    prestop_seconds: SecondsOrZero
    """Sleep before SIGTERM so that endpoints are withdrawn first, in seconds."""
    farewell_seconds: SecondsOrZero
    """Time after SIGTERM in which kept connections are still answered, each once and with the
    request to close it, in seconds: one that is simply closed may lose what is on its way."""
    drain_seconds: Seconds | None
    """Time after SIGTERM that requests have to end, in seconds; null: what preStop and flush leave
    of the grace period (rule PL016)."""
    flush_seconds: SecondsOrZero
    """Time to write what is left after the last request, in seconds."""
    termination_grace_seconds: Seconds | None
    """Time from the decision to end the pod until SIGKILL, in seconds; null: as long as preStop,
    the farewell, the longest request and the flush take together."""
    spread: Literal["preferred", "required"]
    """Preferred: nodes and zones as even as there is room. Required: they differ by one pod at
    most, on two nodes at least, all with a zone label; a pod without such a place waits."""
    run_as_user: UserId
    """User id of the containers' processes, not root (INF-08)."""
