"""When a component of the service counts as degraded, and how often it is looked at."""

from profiles.section import Milliseconds, Percent, Seconds, require, section


@section
class Health:
    """Bands and rhythm of the health checks (HLT-05, HLT-08)."""

    check_interval_seconds: Seconds
    """Time between two rounds of the checks, in seconds."""
    check_timeout_ms: Milliseconds
    """Most that one check may take, in ms."""
    loop_pause_ms: Milliseconds
    """Longest that code may hold the event loop, in ms: every answer waits as long, a probe's too,
    and beyond it a warning is logged (PL021)."""
    longest_pause_seconds: Seconds
    """Longest that the process may stand still, in seconds, as on a full node or beside a paused
    virtual machine; beyond it `/livez` says that a restart is due (PL021)."""
    database_degraded_ms: Milliseconds
    """Round trip to the database from which it counts as degraded, in ms (CON-28)."""
    cpu_degraded_percent: Percent
    """CPU use from which the service is degraded, in percent of the CPU limit (CON-08)."""
    cpu_critical_percent: Percent
    """CPU use from which the service is critical, in percent of the CPU limit."""
    memory_degraded_percent: Percent
    """Memory use from which the service is degraded, in percent of the memory limit (CON-09)."""
    memory_critical_percent: Percent
    """Memory use from which the service is critical, in percent of the memory limit."""

    def __post_init__(self) -> None:
        """Order the bands, and let a round end before the next."""
        require(
            self.cpu_degraded_percent < self.cpu_critical_percent,
            f"cpu_degraded_percent {self.cpu_degraded_percent} is not below cpu_critical_percent "
            f"{self.cpu_critical_percent}",
        )
        require(
            self.memory_degraded_percent < self.memory_critical_percent,
            f"memory_degraded_percent {self.memory_degraded_percent} is not below "
            f"memory_critical_percent {self.memory_critical_percent}",
        )
        require(
            self.check_timeout_ms < self.check_interval_seconds * 1000,
            f"check_timeout_ms {self.check_timeout_ms} is not below check_interval_seconds "
            f"{self.check_interval_seconds}",
        )
