"""Database and cache."""

import json

from tests.infra.edit import body, container, edited
from tests.stacks import rendered


def arguments(kind: str, name: str) -> list[str]:
    """Return the arguments of a server of production."""
    found: list[str] = container(rendered("production"), kind, name)["args"]
    return found


def test_postgres_gets_its_limits_from_the_profile() -> None:
    """Connections as stated, a quarter of the memory shared (INF-14)."""
    given = arguments("StatefulSet", "postgres")
    assert "max_connections=200" in given
    assert "superuser_reserved_connections=3" in given
    assert "shared_buffers=524288kB" in given


def test_postgres_keeps_its_data_when_the_stack_goes() -> None:
    """Neither deletion nor scaling takes the claim with it."""
    policy = body(rendered("production"), "StatefulSet", "postgres")["spec"][
        "persistentVolumeClaimRetentionPolicy"
    ]
    assert policy == {"whenDeleted": "Retain", "whenScaled": "Retain"}


def test_the_data_folder_is_the_same_for_every_major() -> None:
    """A new major then refuses old data instead of starting empty beside it."""

    def folder(image: str) -> str:
        result = edited("production", database={"server": {"image": image}})
        variables = container(result, "StatefulSet", "postgres")["env"]
        return next(str(v["value"]) for v in variables if v["name"] == "PGDATA")

    assert folder("postgres:16") == folder("postgres:18") == "/var/lib/postgresql/pgdata"


def test_redis_is_a_bounded_cache_that_asks_for_a_password() -> None:
    """Memory is bounded, eviction is on, nothing is written to disk, nobody comes in without."""
    given = arguments("StatefulSet", "redis")
    pairs = dict(zip(given[::2], given[1::2], strict=True))
    assert pairs["--maxmemory"] == "192mb"
    assert pairs["--maxmemory-policy"] == "allkeys-lfu"
    assert (pairs["--save"], pairs["--appendonly"]) == ("", "no")
    assert pairs["--requirepass"] == "$(REDIS_PASSWORD)"


def test_an_external_store_declares_nothing_and_is_reached_in_its_range_alone() -> None:
    """The address of a store elsewhere is in a Secret; the policy opens its range and port."""
    database = {"mode": "external", "server": None, "external_max_connections": 500}
    result = edited(
        "production",
        database=database,
        cache={"mode": "external", "server": None},
        network={"store_cidrs": ["10.9.0.0/16"]},
    )
    assert not [m for m in result.manifests if m.kind == "StatefulSet"]
    egress = body(result, "NetworkPolicy", "orchestrator")["spec"]["egress"]
    peers = [{"ipBlock": {"cidr": "10.9.0.0/16"}}]
    for port in (5432, 6379):
        assert {"to": peers, "ports": [{"port": port, "protocol": "TCP"}]} in egress


def test_without_a_store_of_that_kind_its_address_is_not_asked_for() -> None:
    """SQLite needs no DATABASE_URL, a cache in the process no REDIS_URL (CFG-06)."""
    names = json.dumps(container(rendered("development"))["env"])
    assert "DATABASE_URL" not in names
    assert "REDIS_URL" not in names
