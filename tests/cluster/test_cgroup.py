"""Control groups are found in both versions, and removed with what is below them."""

from pathlib import Path

from plumb.local.cgroup import group, hierarchies

_MOUNTS = """\
tmpfs /sys/fs/cgroup tmpfs rw 0 0
cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0
cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0
"""


def test_each_mounted_hierarchy_is_found_with_its_version() -> None:
    """Version 1 has a hierarchy a controller, version 2 one for all; some machines mount both."""
    assert hierarchies(_MOUNTS) == {
        Path("/sys/fs/cgroup/memory"): False,
        Path("/sys/fs/cgroup/unified"): True,
    }


def test_two_clusters_have_groups_apart() -> None:
    """Taking one down removes nothing of the other."""
    assert group("one", "n1") != group("two", "n1")
