"""Limits and usage of cgroups, version 2 and 1, from files as the kernel writes them."""

from pathlib import Path

import pytest

from runtime.observability.container import container_limits, working_set_bytes
from tests.runtime.observability.limits import health_thresholds

MIB = 2**20


def tree(root: Path, files: dict[str, str]) -> Path:
    """Write a cgroup's files."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text + "\n", encoding="ascii")
    return root


VERSION_2 = {
    "cpu.max": "150000 100000",
    "memory.max": str(512 * MIB),
    "memory.current": str(300 * MIB),
    "memory.stat": f"anon 1\ninactive_file {100 * MIB}\nactive_file 2",
}
VERSION_1 = {
    "cpu/cpu.cfs_quota_us": "150000",
    "cpu/cpu.cfs_period_us": "100000",
    "memory/memory.limit_in_bytes": str(512 * MIB),
    "memory/memory.usage_in_bytes": str(300 * MIB),
    "memory/memory.stat": f"cache 1\ntotal_inactive_file {100 * MIB}",
}


@pytest.mark.parametrize("files", [VERSION_2, VERSION_1])
def test_limits_and_working_set_of_a_container(tmp_path: Path, files: dict[str, str]) -> None:
    """Both versions give cores, memory limit and the working set that the kubelet counts."""
    root = tree(tmp_path, files)
    limits = container_limits(health_thresholds(), root)
    assert limits.cpu_cores == 1.5
    assert limits.memory_bytes == 512 * MIB
    assert limits.memory_is_container
    assert working_set_bytes(root) == 200 * MIB


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"cpu.max": "max 100000", "memory.max": "max"},
        {
            "cpu/cpu.cfs_quota_us": "-1",
            "cpu/cpu.cfs_period_us": "100000",
            "memory/memory.limit_in_bytes": "9223372036854771712",
        },
    ],
)
def test_the_profile_limits_where_the_container_does_not(
    tmp_path: Path, files: dict[str, str]
) -> None:
    """Without a limit of the container, 100 % is what the profile says."""
    thresholds = health_thresholds()
    limits = container_limits(thresholds, tree(tmp_path, files))
    assert limits.cpu_cores == thresholds.cpu_limit_millicores / 1000
    assert limits.memory_bytes == thresholds.memory_limit_mib * MIB
    assert not limits.memory_is_container


def test_outside_a_cgroup_there_is_no_working_set(tmp_path: Path) -> None:
    """No files, no number."""
    assert working_set_bytes(tmp_path) is None
