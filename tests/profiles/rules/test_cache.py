"""profiles.rules.cache: memory and disk of a Redis that writes."""

from typing import Any

import pytest

from profiles.rules import check
from tests.profiles.build import profile


@pytest.mark.parametrize(
    ("server", "arithmetic"),
    [
        (
            {"maxmemory_mib": 160, "persistence": {"storage_gib": 1}},
            "160 MiB > 0.6 x 256 MiB limit, with persistence",
        ),
        (
            {
                "maxmemory_mib": 600,
                "resources": {"memory_request_mib": 1024, "memory_limit_mib": 1024},
                "persistence": {"storage_gib": 1},
            },
            "3 x 600 MiB of data = 1800 MiB > 1 GiB x 1024",
        ),
    ],
)
def test_a_redis_that_writes_needs_memory_and_disk_for_the_rewrite(
    server: dict[str, Any], arithmetic: str
) -> None:
    """PL027: a rewrite forks, and its result lies beside the file that it replaces."""
    server["persistence"] |= {"storage_class": None, "fsync": "everysec"}
    (finding,) = check(profile(cache={"server": server}))
    assert (finding.rule, finding.arithmetic) == ("PL027", arithmetic)
