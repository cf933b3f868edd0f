"""The namespace that a stack lives in, and what it may use there."""

from typing import Literal

from profiles.section import Count, Gibibytes, Mebibytes, Millicores, Name, section


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
