"""Rule on backups: often enough, with room for all that is kept.

PL035, on the CronJobs themselves, holds by construction: infra/backup gives each of them Forbid,
deadlines, a history and limits. So do two parts of PL034: the dump's image is the server's, and a
check restores the newest.
"""

import math
from collections.abc import Iterator

from profiles.backup import KEPT_BESIDE, Backup
from profiles.postgres import Server
from profiles.profile import Profile
from profiles.rules.rule import Comparison, Rule, related

_FIELD = "database.server.backup"
_HOUR_SECONDS = 3600
_EVEN_HOURS = (1, 2, 3, 4, 6, 8, 12, 24)
"""Hours that divide a day, so that a schedule of them has no longer gap."""

_LARGEST_CLAIM_GIB = 65_536


def _backups_are_worth_something(profile: Profile) -> Iterator[Comparison]:
    server = profile.database.server
    backup = server.backup if server else None
    if server is None or backup is None:
        return
    if profile.database.mode == "cnpg":
        yield from _snapshots(server, backup)
    else:
        yield from _interval(backup)
        yield from _room(server, backup)


def _interval(backup: Backup) -> Iterator[Comparison]:
    gap, wanted = backup.rhythm.longest_gap_seconds / _HOUR_SECONDS, backup.recovery_point_hours
    holds, sign = related(gap, "<=", wanted)
    hours = max(each for each in _EVEN_HOURS if each <= wanted)
    schedule = "15 2 * * *" if hours == _EVEN_HOURS[-1] else f"15 */{hours} * * *"
    yield Comparison(
        holds=holds,
        fields=(f"{_FIELD}.schedule", f"{_FIELD}.recovery_point_hours"),
        arithmetic=f"{gap:g} h pass between two dumps {sign} recovery point of {wanted} h",
        fix=f"set {_FIELD}.schedule to {schedule!r}, or raise {_FIELD}.recovery_point_hours to "
        f"{math.ceil(gap)}",
        edit=((f"{_FIELD}.schedule", schedule),),
    )


def _room(server: Server, backup: Backup) -> Iterator[Comparison]:
    """Hold (retention x dumps a day + 2) x dump_percent x the database's claim to the claim."""
    per_day, size = backup.rhythm.per_day, server.storage_gib * backup.dump_percent / 100
    needed = math.ceil((backup.retention_days * per_day + KEPT_BESIDE) * size)
    holds, sign = related(needed, "<=", backup.storage_gib)
    days = math.floor((backup.storage_gib / size - KEPT_BESIDE) / per_day)
    larger = ((f"{_FIELD}.storage_gib", needed),)
    shorter = ((f"{_FIELD}.retention_days", days),) if days >= 1 else ()
    fixes = (*(larger if needed <= _LARGEST_CLAIM_GIB else ()), *shorter)
    yield Comparison(
        holds=holds,
        fields=(
            f"{_FIELD}.storage_gib",
            f"{_FIELD}.retention_days",
            f"{_FIELD}.schedule",
            f"{_FIELD}.dump_percent",
            "database.server.storage_gib",
        ),
        arithmetic=f"({backup.retention_days} days x {per_day:.3g} a day + {KEPT_BESIDE}) x "
        f"{backup.dump_percent:g} % of {server.storage_gib} GiB = {needed} GiB {sign} "
        f"{backup.storage_gib} GiB",
        fix=" or ".join(f"set {path} to {value}" for path, value in fixes)
        or f"make fewer dumps ({_FIELD}.schedule)",
        edit=fixes[:1],
    )


def _snapshots(server: Server, backup: Backup) -> Iterator[Comparison]:
    fields = ("database.server.instances", f"{_FIELD}.bucket")
    if backup.bucket:
        arithmetic = "the log is archived to a bucket, so no instance stops for a snapshot"
        yield Comparison(holds=True, fields=fields, arithmetic=arithmetic)
        return
    alone = server.instances == 1
    others = "this is the only one" if alone else f"{server.instances - 1} others go on"
    yield Comparison(
        holds=not alone,
        fields=fields,
        arithmetic="CloudNativePG stops an instance while it takes a snapshot without a log "
        f"archive, and {others}",
        fix=f"set {_FIELD}.bucket, or raise database.server.instances to 2",
        edit=(("database.server.instances", 2),),
    )


RULES = (
    Rule(
        id="PL034",
        title="backups are made often enough, and there is room for all that are kept",
        severity="error",
        reason="More is lost than was agreed, or the volume fills and dumps silently stop.",
        source="GitLab, January 2017: dumps had stopped, and no restore had ever been tried",
        incident="GitLab, January 2017: dumps had stopped unseen after a major upgrade",
        compare=_backups_are_worth_something,
    ),
)
