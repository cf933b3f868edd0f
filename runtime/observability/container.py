"""What the container may use, and how much memory it holds: from its cgroup, version 2 or 1."""

from dataclasses import dataclass
from pathlib import Path

from profiles.thresholds import HealthThresholds

CGROUP_ROOT = Path("/sys/fs/cgroup")
"""Where a container sees its own cgroup."""

_NO_LIMIT_BYTES = 2**60
"""Version 1 says "no limit" by a number near 2^63."""

_MIB = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerLimits:
    """What 100 % of CPU and memory mean."""

    cpu_cores: float
    """Cores that the container may use."""
    memory_bytes: int
    """Memory that the container may use, in bytes."""
    memory_is_container: bool
    """Whether the memory limit is the container's own, so that its usage counts against it."""


def container_limits(fallback: HealthThresholds, root: Path = CGROUP_ROOT) -> ContainerLimits:
    """Return the container's own limits, and the profile's where it sets none."""
    memory = _memory_limit_bytes(root)
    return ContainerLimits(
        cpu_cores=_cpu_limit_cores(root) or fallback.cpu_limit_millicores / 1000,
        memory_bytes=memory or fallback.memory_limit_mib * _MIB,
        memory_is_container=memory is not None,
    )


def working_set_bytes(root: Path = CGROUP_ROOT) -> int | None:
    """Return the memory that cannot be reclaimed, in bytes, as the kubelet counts it.

    Usage less the inactive file cache; None outside a cgroup.
    """
    for usage, statistics, inactive in (
        ("memory.current", "memory.stat", "inactive_file"),
        ("memory/memory.usage_in_bytes", "memory/memory.stat", "total_inactive_file"),
    ):
        used = _number(root / usage)
        if used is not None:
            return max(0, used - _statistic(root / statistics, inactive))
    return None


def _cpu_limit_cores(root: Path) -> float | None:
    unified = _text(root / "cpu.max").split()
    quota, period = unified if len(unified) == 2 else _quota_of_version_1(root)
    if not quota.isdigit() or not period.isdigit():  # `max`, `-1`, or no file
        return None
    return int(quota) / int(period)


def _quota_of_version_1(root: Path) -> tuple[str, str]:
    return _text(root / "cpu/cpu.cfs_quota_us"), _text(root / "cpu/cpu.cfs_period_us")


def _memory_limit_bytes(root: Path) -> int | None:
    limit = _number(root / "memory.max") or _number(root / "memory/memory.limit_in_bytes")
    return limit if limit is not None and limit < _NO_LIMIT_BYTES else None


def _statistic(path: Path, name: str) -> int:
    pairs = (line.split() for line in _text(path).splitlines())
    return next((int(pair[1]) for pair in pairs if pair[0] == name), 0)


def _number(path: Path) -> int | None:
    text = _text(path)
    return int(text) if text.isdigit() else None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError:  # not in a cgroup of this version, which is normal outside containers
        return ""
