"""The namespace that a stack lives in, and what it may use there."""

from typing import Annotated, Literal

from pydantic import Field

from profiles.section import Count, Gibibytes, Mebibytes, Millicores, Name, require, section

PriorityValue = Annotated[int, Field(ge=-1_000_000_000, le=1_000_000_000)]
"""Value of a PriorityClass; beyond it are Kubernetes' own."""


@section
class Quota:
    """The namespace's ResourceQuota: the most that all pods may ask for together."""

    cpu_request_millicores: Millicores
    """Sum of CPU requests, in millicores."""
    cpu_limit_millicores: Millicores
    """Sum of CPU limits, in millicores."""
    memory_request_mib: Mebibytes
    """Sum of memory requests, in MiB."""
    memory_limit_mib: Mebibytes
    """Sum of memory limits, in MiB."""
    storage_gib: Gibibytes
    """Sum of what the claims request, in GiB."""
    pods: Count
    """Pods that may exist at once; a canary fleet doubles the service's."""


@section
class Limits:
    """The namespace's LimitRange: what a container gets that states nothing, and may have."""

    default_cpu_request_millicores: Millicores
    """CPU request of a container without one, in millicores."""
    default_cpu_limit_millicores: Millicores
    """CPU limit of a container without one, in millicores."""
    default_memory_request_mib: Mebibytes
    """Memory request of a container without one, in MiB."""
    default_memory_limit_mib: Mebibytes
    """Memory limit of a container without one, in MiB."""
    max_cpu_millicores: Millicores
    """Most CPU that one container may have, in millicores."""
    max_memory_mib: Mebibytes
    """Most memory that one container may have, in MiB."""

    def __post_init__(self) -> None:
        """Order request, limit and most; Kubernetes refuses anything else."""
        cpu = (self.default_cpu_request_millicores, self.default_cpu_limit_millicores)
        memory = (self.default_memory_request_mib, self.default_memory_limit_mib)
        require(
            cpu[0] <= cpu[1] <= self.max_cpu_millicores,
            f"default_cpu_request_millicores {cpu[0]} <= default_cpu_limit_millicores {cpu[1]} "
            f"<= max_cpu_millicores {self.max_cpu_millicores} does not hold",
        )
        require(
            memory[0] <= memory[1] <= self.max_memory_mib,
            f"default_memory_request_mib {memory[0]} <= default_memory_limit_mib {memory[1]} "
            f"<= max_memory_mib {self.max_memory_mib} does not hold",
        )


@section
class Priorities:
    """PriorityClasses of the stack: who stays when a node is full, as `NAMESPACE-stores` and so.

    Kubernetes never changes the value of one: bring the stack up with null, then with another.
    """

    stores: PriorityValue
    """Database, pooler and cache: without them nothing else serves."""
    service: PriorityValue
    """The service's pods."""
    jobs: PriorityValue
    """Backups, checks and the load tester: they can wait."""

    def __post_init__(self) -> None:
        """Order them."""
        require(
            self.stores >= self.service >= self.jobs,
            f"stores {self.stores} >= service {self.service} >= jobs {self.jobs} does not hold",
        )


@section
class Access:
    """A group of people and what it may do in the namespace, by Kubernetes' own roles."""

    group: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9:@._/-]{0,252}$")]
    """Group as the cluster's authentication names it."""
    role: Literal["view", "edit", "admin"]
    """Kubernetes' built-in ClusterRole that the group gets here; edit and admin read Secrets."""


@section
class Nodes:
    """The nodes that the stack may use: what is left of them beside everything else there."""

    count: Count
    """Ready nodes that take its pods."""
    cpu_millicores: Millicores
    """CPU that each has for the stack, in millicores: its allocatable, less what the pods of others
    request (`kubectl describe node` shows both)."""
    memory_mib: Mebibytes
    """Memory that each has for the stack, in MiB, counted alike."""


@section
class Cluster:
    """The namespace and its guard rails."""

    namespace: Name
    """Namespace of every object of the stack; one stack, one namespace."""
    pod_security: Literal["restricted", "baseline", "privileged"]
    """Pod Security Standard that the namespace enforces."""
    retain_data: bool
    """Keep what holds data (namespace, claims) when the stack, or the object, is removed."""
    quota: Quota
    """What all pods together may ask for."""
    nodes: Nodes | None
    """What the stack is planned for; null where nobody knows, or the cluster adds nodes itself
    (PL012, PL013)."""
    limits: Limits | None
    """What one container may have; null sets no LimitRange."""
    priorities: Priorities | None
    """Priority classes, cluster-wide objects; null leaves all pods at the cluster's default."""
    access: tuple[Access, ...]
    """Who else may work in the namespace (SEC-05); none adds no RoleBinding."""

    def __post_init__(self) -> None:
        """Name each group once."""
        groups = [access.group for access in self.access]
        require(len(set(groups)) == len(groups), f"access names a group twice: {groups}")
