"""How runs are queued, held and taken over: the leases of the `runs` table."""

from typing import Annotated, Literal

from pydantic import Field

from profiles.section import Count, Milliseconds, Percent, Seconds, section

Attempts = Annotated[int, Field(ge=1, le=10)]

Priority = Annotated[int, Field(ge=-1000, le=1000)]


@section
class ResourceLimits:
    """Use of the container above which a process takes no more work (WFO-01)."""

    cpu_percent: Percent | None
    """CPU since the last sample, in percent of the limit; null: as much as there is, because a
    busy CPU is what a queue is for."""
    memory_percent: Percent | None
    """Memory in use, in percent of the limit; null: not looked at."""
    disk_percent: Percent | None
    """Use of the file system that the service writes to, in percent: the SQLite file's, else that
    of temporary files; above it nothing is put into the queue either. Null: not looked at."""


@section
class Execution:
    """Durable runs: their queue, and what becomes of them when a worker dies."""

    lease_seconds: Seconds
    """Time that a worker holds a run without saying so again, in seconds; then it counts as dead,
    and another worker resumes the run."""
    heartbeat_seconds: Seconds
    """Time between two renewals of a lease, in seconds."""
    reaper_interval_seconds: Seconds
    """Time between two looks for leases that have run out, in seconds."""
    max_attempts: Attempts
    """Workers that may die over a run before it ends as an error."""
    queue_limit: Count
    """Runs that may wait in the whole service; beyond it the answer is 503 with Retry-After."""
    poll_interval_ms: Milliseconds
    """Time between two looks for runs and cancellations that came by another process, in ms."""
    run_timeout_seconds: Seconds
    """Longest that a run may take from its creation, waiting included, in seconds; then it ends
    as a timeout."""
    handover_seconds: Seconds
    """Time before the end of the grace at which running work is given back to the queue, in
    seconds."""
    keepalive_seconds: Seconds
    """Time without an event after which a caller who waits gets a sign of life, in seconds: less
    than proxies wait."""
    default_priority: Priority
    """Priority of a run that names none; the higher of an owner's is taken first."""
    starvation_seconds: Seconds
    """Time that a run waits behind higher priorities of its owner, in seconds; then every second
    place that its owner gets goes to those that have waited longer, by age."""
    displacement: Literal["none", "owner", "any"]
    """Whose waiting run of a lower priority gives way where the queue is full: nobody's, the same
    owner's, or anybody's; it ends as an error that says so."""
    limits: ResourceLimits
    """Use of the container above which a process takes no more work."""
