"""What a lost database costs: work, and time."""

from collections.abc import Iterator

from profiles.backup import Backup
from profiles.derive.number import Derived, Limit
from profiles.derive.startup import startup_seconds
from profiles.profile import Profile

_HOUR = 3600
_BACKUP = "database.server.backup"


def recovery(profile: Profile) -> Iterator[Derived]:
    """Yield recovery point and time of the stack's own dumps; nothing without them.

    CloudNativePG's log archive loses less, by settings of its own; an external database is its
    owner's affair, and a SQLite file has no backup.
    """
    server = profile.database.server
    if server is not None and server.backup is not None and profile.database.mode == "statefulset":
        yield _point(server.backup)
        yield _time(profile, server.backup)


def _point(backup: Backup) -> Derived:
    hours = backup.rhythm.longest_gap_seconds / _HOUR
    return Derived(
        key="recovery.point",
        name="recovery point: work lost at most",
        value=hours,
        unit="h",
        arithmetic=f"{hours:.12g} h between two dumps",
        fields=(f"{_BACKUP}.schedule",),
        limit=Limit(value=backup.recovery_point_hours, field=f"{_BACKUP}.recovery_point_hours"),
    )


def _time(profile: Profile, backup: Backup) -> Derived:
    """Return the time of a restore from its start: beyond its deadline it has failed."""
    started = startup_seconds(profile)
    return Derived(
        key="recovery.time",
        name="recovery time at most, once begun",
        value=backup.timeout_seconds + started.value,
        unit="s",
        arithmetic=f"{backup.timeout_seconds} restore + {started.arithmetic}",
        fields=(f"{_BACKUP}.timeout_seconds", *started.fields),
    )
