"""What fills a pod's memory."""

from profiles.derive.number import Derived, Limit
from profiles.profile import Profile
from profiles.workers import Workers

RESIDENT_SHARE = 0.9
"""Share of the memory limit that resident memory may take; the rest is for runs and the kernel."""


def resident_memory(profile: Profile) -> Derived:
    """Return the memory that a pod holds before any run, in MiB (rule PL023)."""
    workload, cache = profile.workload, profile.cache
    each = workload.process_memory_mib + cache.memory_tier_mib
    return Derived(
        key="memory.resident",
        name="resident memory of a pod",
        value=workload.workers * each + workload.scratch_mib,
        unit="MiB",
        arithmetic=f"{workload.workers} workers x ({workload.process_memory_mib} process + "
        f"{cache.memory_tier_mib} cache) + {workload.scratch_mib} in-memory /tmp",
        fields=(
            "workload.workers",
            "workload.process_memory_mib",
            "cache.memory_tier_mib",
            "workload.scratch_mib",
        ),
        limit=Limit(
            value=round(RESIDENT_SHARE * workload.resources.memory_limit_mib, 1),
            field="workload.resources.memory_limit_mib",
        ),
    )


def full_memory(profile: Profile) -> Derived:
    """Return the memory of a pod with as many runs as it takes at once, in MiB (rule PL045)."""
    workload, most = profile.workload, profile.api.max_concurrent_graphs
    resident, field = resident_memory(profile), "workload.resources.memory_limit_mib"
    runs = workload.workers * most * workload.run_memory_mib
    return Derived(
        key="memory.full",
        name="memory of a pod full of runs",
        value=resident.value + runs,
        unit="MiB",
        arithmetic=f"{resident.value:.0f} resident + {workload.workers} workers x {most} runs x "
        f"{workload.run_memory_mib}",
        fields=("api.max_concurrent_graphs", "workload.run_memory_mib", *resident.fields),
        limit=Limit(value=workload.resources.memory_limit_mib, field=field),
    )


def worker_memory(workers: Workers, profile: Profile) -> Derived:
    """Return the memory of a worker of its own with all its runs, in MiB (rule PL045)."""
    each = profile.workload.run_memory_mib
    resident, field = resident_memory(profile), "workers.resources.memory_limit_mib"
    return Derived(
        key="memory.worker",
        name="memory of a worker full of runs",
        value=resident.value + workers.runs_per_pod * each,
        unit="MiB",
        arithmetic=f"{resident.value:.0f} resident + {workers.runs_per_pod} runs x {each}",
        fields=("workers.runs_per_pod", "workload.run_memory_mib", *resident.fields),
        limit=Limit(value=workers.resources.memory_limit_mib, field=field),
    )


def database_memory(profile: Profile) -> Derived | None:
    """Return what Postgres may take at once, in MiB (rule PL026); None without one's own."""
    server, path = profile.database.server, "database.server"
    if server is None:
        return None
    memory = server.memory
    others = memory.most_kib - memory.shared_buffers_kib - memory.processes * memory.work_kib
    return Derived(
        key="memory.database",
        name="memory of Postgres at most",
        value=memory.most_kib / 1024,
        unit="MiB",
        arithmetic=f"({memory.shared_buffers_kib} KiB shared_buffers + {memory.processes} "
        f"processes x {memory.work_kib} work_mem + {others} others) / 1024",
        fields=(f"{path}.resources.memory_limit_mib", f"{path}.max_connections"),
        limit=Limit(
            value=server.resources.memory_limit_mib, field=f"{path}.resources.memory_limit_mib"
        ),
    )
