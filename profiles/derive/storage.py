"""How fast the volumes fill."""

from collections.abc import Iterator

from profiles.backup import KEPT_BESIDE
from profiles.derive.number import Derived, Limit
from profiles.profile import Profile

DATA_SHARE = 0.7
"""Share of the database's volume that checkpoints may take; the rest is for the log, for rows that
are removed and not yet vacuumed, and for sorts."""

_DAY = 86_400
_KIB_A_GIB = 1024 * 1024


def storage(profile: Profile) -> Iterator[Derived]:
    """Yield what is written and kept, of checkpoints and dumps; nothing that nobody knows."""
    growth, kept = growth_a_day(profile), kept_checkpoints(profile)
    if growth is not None and kept is not None:
        yield growth
        yield kept
        yield from _days_until_full(growth, kept)
    if profile.database.mode == "statefulset":
        yield from _dumps(profile)


def growth_a_day(profile: Profile) -> Derived | None:
    """Return what the runs of a day write, in GiB; None where nobody knows how many there are."""
    checkpoints = profile.checkpoints
    if checkpoints.runs_per_day is None:
        return None
    return Derived(
        key="storage.growth",
        name="checkpoints written a day",
        value=checkpoints.runs_per_day * checkpoints.run_kib / _KIB_A_GIB,
        unit="GiB/day",
        arithmetic=f"{checkpoints.runs_per_day} runs x {checkpoints.run_kib} KiB / {_KIB_A_GIB}",
        fields=("checkpoints.runs_per_day", "checkpoints.run_kib"),
    )


def kept_checkpoints(profile: Profile) -> Derived | None:
    """Return what all threads within the retention take, in GiB (rule PL043)."""
    growth, checkpoints = growth_a_day(profile), profile.checkpoints
    if growth is None:
        return None
    days = (checkpoints.retention_seconds + checkpoints.cleanup_interval_seconds) / _DAY
    return Derived(
        key="storage.checkpoints",
        name="checkpoints kept",
        value=days * growth.value,
        unit="GiB",
        arithmetic=f"({checkpoints.retention_seconds} s kept + "
        f"{checkpoints.cleanup_interval_seconds} s until the clean-up) / {_DAY} x "
        f"{growth.arithmetic}",
        fields=(
            "checkpoints.retention_seconds",
            "checkpoints.cleanup_interval_seconds",
            *growth.fields,
        ),
        limit=_volume(profile),
    )


def _volume(profile: Profile) -> Limit | None:
    """Return what the volume has for checkpoints; None for somebody else's."""
    database = profile.database
    if database.mode == "sqlite":
        size, field = database.sqlite_storage_gib, "database.sqlite_storage_gib"
    elif database.server is not None:
        size, field = database.server.storage_gib, "database.server.storage_gib"
    else:
        return None
    return Limit(value=round(DATA_SHARE * size, 2), field=field)


def _days_until_full(growth: Derived, kept: Derived) -> Iterator[Derived]:
    """Yield when the volume is full, where what is kept never fits it."""
    if kept.limit is not None and kept.value > kept.limit.value:
        yield Derived(
            key="storage.full",
            name="time until checkpoints fill the volume",
            value=kept.limit.value / growth.value,
            unit="days",
            arithmetic=f"{kept.limit.value:.12g} GiB / ({growth.arithmetic})",
            fields=(kept.limit.field, *growth.fields),
        )


def _dumps(profile: Profile) -> Iterator[Derived]:
    server = profile.database.server
    if server is None or server.backup is None:
        return
    backup, path = server.backup, "database.server.backup"
    share, per_day = backup.dump_percent / 100, backup.rhythm.per_day
    yield Derived(
        key="storage.dumps",
        name="dumps kept",
        value=(backup.retention_days * per_day + KEPT_BESIDE) * share * server.storage_gib,
        unit="GiB",
        arithmetic=f"({backup.retention_days} days x {per_day:.12g} a day + {KEPT_BESIDE}) x "
        f"{share:.12g} x {server.storage_gib} GiB",
        fields=(
            f"{path}.retention_days",
            f"{path}.schedule",
            f"{path}.dump_percent",
            "database.server.storage_gib",
        ),
        limit=Limit(value=backup.storage_gib, field=f"{path}.storage_gib"),
    )
