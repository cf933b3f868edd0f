"""How a Postgres of the stack's own divides its memory limit among its parts."""

from dataclasses import dataclass
from math import ceil

_KIB = 1024
_BUFFERS_PART = 4
"""A quarter of the memory: PostgreSQL's documentation, resource consumption, shared_buffers."""

_SHM_PART = 16
"""Share of /dev/shm, where parallel workers meet; most statements of a checkpointer have none."""

_MAINTENANCE_PART = 64
"""Share of one VACUUM or CREATE INDEX; four of them may run, so a sixteenth together."""

_MAINTENANCE_PROCESSES = 4
"""PostgreSQL's default of three autovacuum workers, and one migration."""

_CACHE_PART = 2
"""Half of the memory as effective_cache_size: the conservative value of PostgreSQL's wiki,
Tuning Your PostgreSQL Server."""

_PROCESSES_KIB = 32 * _KIB
"""Postmaster and background processes (measured: 5 MiB), 16 MiB of WAL buffers, lock tables."""

_BACKEND_KIB = 2560
"""What a connection holds beside work_mem: measured after 50 runs of the checkpointer."""

_WORKER_PROCESSES = 8
"""PostgreSQL's default max_worker_processes: parallel workers, which may sort and hash too."""

_LEAST_WORK_KIB = 64
"""PostgreSQL's own minimum of work_mem."""

MOST_WORK_KIB = 64 * _KIB
"""More than a checkpoint's statements sort; the rest caches files."""

_MOST_MAINTENANCE_KIB = _KIB * _KIB
"""More than a VACUUM uses before PostgreSQL 17."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """The parts of a server's memory, in KiB."""

    shared_buffers_kib: int
    """Pages that all connections share."""
    effective_cache_kib: int
    """What the planner takes for cached, buffers included; nothing is allocated."""
    work_kib: int
    """What one sort or hash of a connection may take."""
    maintenance_kib: int
    """What one VACUUM or CREATE INDEX may take."""
    shm_kib: int
    """Size of /dev/shm, which counts against the limit."""
    others_kib: int
    """What the processes themselves hold."""
    processes: int
    """Processes that may sort or hash: connections, and parallel workers."""

    @property
    def most_kib(self) -> int:
        """Return what all of it may take at once."""
        fixed = self.shared_buffers_kib + self.shm_kib + self.others_kib
        maintenance = _MAINTENANCE_PROCESSES * self.maintenance_kib
        return fixed + maintenance + self.processes * self.work_kib


def divide(limit_mib: int, max_connections: int) -> Memory:
    """Return the parts of a memory limit, whose sum stays within it (coherence rule 26).

    Raises ValueError, with the least limit, where that many connections do not fit.
    """
    limit, processes = limit_mib * _KIB, max_connections + _WORKER_PROCESSES
    buffers, shm = limit // _BUFFERS_PART, limit // _SHM_PART
    maintenance = min(limit // _MAINTENANCE_PART, _MOST_MAINTENANCE_KIB)
    others = _PROCESSES_KIB + processes * _BACKEND_KIB
    free = limit - buffers - shm - _MAINTENANCE_PROCESSES * maintenance - others
    work = min(free // processes, MOST_WORK_KIB)
    if work < _LEAST_WORK_KIB:
        raise ValueError(
            f"memory_limit_mib {limit_mib} is too little for max_connections {max_connections}; "
            f"raise it to {least_limit_mib(max_connections)}, or take fewer connections"
        )
    return Memory(
        shared_buffers_kib=buffers,
        effective_cache_kib=limit // _CACHE_PART,
        work_kib=work,
        maintenance_kib=maintenance,
        shm_kib=shm,
        others_kib=others,
        processes=processes,
    )


def least_limit_mib(max_connections: int, work_kib: int = _LEAST_WORK_KIB) -> int:
    """Return the least memory limit, in MiB, that leaves each process so much for a sort."""
    processes = max_connections + _WORKER_PROCESSES
    maintenance = _MAINTENANCE_PROCESSES / _MAINTENANCE_PART
    share = 1 - 1 / _BUFFERS_PART - 1 / _SHM_PART - maintenance
    needed = _PROCESSES_KIB + processes * (_BACKEND_KIB + work_kib)
    return ceil(needed / share / _KIB)
