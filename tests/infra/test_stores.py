"""The cache."""

import json

from tests.infra.edit import container
from tests.stacks import rendered


def arguments(kind: str, name: str) -> list[str]:
    """Return the arguments of a server of production."""
    found: list[str] = container(rendered("production"), kind, name)["args"]
    return found


def test_redis_is_a_bounded_cache_that_asks_for_a_password() -> None:
    """Memory is bounded, eviction is on, nothing is written to disk, nobody comes in without."""
    given = arguments("StatefulSet", "redis")
    pairs = dict(zip(given[::2], given[1::2], strict=True))
    assert pairs["--maxmemory"] == "192mb"
    assert pairs["--maxmemory-policy"] == "allkeys-lfu"
    assert (pairs["--save"], pairs["--appendonly"]) == ("", "no")
    assert pairs["--requirepass"] == "$(REDIS_PASSWORD)"


def test_without_a_store_of_that_kind_its_address_is_not_asked_for() -> None:
    """A cache in the process needs no REDIS_URL (CFG-06)."""
    assert "REDIS_URL" not in json.dumps(container(rendered("development"))["env"])
