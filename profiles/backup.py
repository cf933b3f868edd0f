"""Backups of the stack's own Postgres: when, where to, and how long they are kept."""

from typing import Annotated

from pydantic import Field

from profiles.cron import Rhythm, rhythm
from profiles.section import (
    Count,
    Cron,
    Gibibytes,
    HttpUrl,
    Image,
    Name,
    Percent,
    Seconds,
    require,
    section,
)
from profiles.workload import Resources

DUMP_JOB, CHECK_JOB, RESTORE_JOB = "backup", "backup-check", "backup-restore"
"""CronJobs of the backups; the last never fires, `plumb restore` makes its Jobs from it."""

DUMP_CONTAINER, CHECK_CONTAINER, RESTORE_CONTAINER = "dump", "check", "restore"
"""Containers of theirs whose last line says what was done."""

NAME_VARIABLE, INTO_VARIABLE = "WANTED", "INTO"
"""What is restored, by name or as `latest`, and the new database; `plumb restore` sets both."""

SCRIPTS_FOLDER, LIST_SCRIPT = "/etc/plumbline-backup", "list.sh"
"""Where the jobs find their scripts, and the one that lists in place of restoring."""


KEPT_BESIDE = 2
"""Dumps beside those of the retention: one that has just become too old, and one being made."""


@section
class Bucket:
    """A bucket of an S3-compatible store; keys `access-key` and `secret-key` are in a Secret."""

    endpoint: HttpUrl
    """Address of the store."""
    region: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,32}$")]
    """Region that requests are signed for; `us-east-1` where the store knows none."""
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
    """Name of the bucket."""
    prefix: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9/_.-]{0,127}$")]
    """Folder in it, without slashes at its ends; nothing outside it is ever removed."""
    image: Image
    """Rclone image, which copies to and from the bucket."""


@section
class Backup:
    """Dumps of the stack's own Postgres, and the check that they can be restored (INF-19)."""

    schedule: Cron
    """When a dump is made, in UTC."""
    recovery_point_hours: Count
    """Most work that may be lost with the database, in hours: no longer passes between two dumps
    (PL034)."""
    check_schedule: Cron
    """When the newest dump is restored into an empty server and compared, in UTC."""
    start_deadline_seconds: Seconds
    """Delay after which a missed start is given up, in seconds."""
    timeout_seconds: Seconds
    """Longest that a dump or a check may take, in seconds."""
    retention_days: Annotated[int, Field(ge=1, le=3650)]
    """Age after which a dump is removed, in days (OPS-04); the newest is always kept."""
    dump_percent: Percent
    """Size of a dump, in percent of the database's claim: it is compressed and has neither indexes
    nor log nor free space. `plumb backup STACK --list` shows the real sizes (PL034)."""
    storage_gib: Gibibytes
    """Size of the claim that keeps the dumps, and from which a bucket's are sent, in GiB."""
    storage_class: Name | None
    """Storage class of the claim; null takes the cluster's default."""
    bucket: Bucket | None
    """Where dumps are copied to beside the claim, with the same retention; null copies none."""
    resources: Resources
    """Requests and limits of each container of a dump or a check."""

    @property
    def rhythm(self) -> Rhythm:
        """How often a dump is made, and the longest that none is."""
        return rhythm(self.schedule)

    @property
    def max_age_seconds(self) -> int:
        """Age of the newest dump at which its check fails, in seconds: two periods."""
        return 2 * self.rhythm.longest_gap_seconds

    def __post_init__(self) -> None:
        """Refuse schedules that cannot be, and a timeout that the next start would meet (PL035)."""
        for name in ("schedule", "check_schedule"):
            schedule = getattr(self, name)
            gap = rhythm(schedule).shortest_gap_seconds
            require(
                self.timeout_seconds < gap,
                f"timeout_seconds {self.timeout_seconds} is not below the {gap} s between two "
                f"starts of {name} {schedule!r}; lower it, or start fewer",
            )
