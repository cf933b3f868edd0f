"""profiles.derive.database: what the database sees, and its limit."""

from dataclasses import replace

from profiles import derive
from tests.profiles.build import profile


def test_connections_count_pods_workers_pool_jobs_and_reserve() -> None:
    """CON-18: the arithmetic that rule PL001 compares with the server's limit."""
    one = profile("document-000")
    derived = derive.connections(replace(one, workload=replace(one.workload, workers=2)))
    assert derived.value == 4 * 2 * 9 + 2 + 3


def test_an_external_database_has_its_own_limit() -> None:
    """The limit of a server that is not ours is a field of its own."""
    external = profile(
        database={"mode": "external", "server": None, "external_max_connections": 500},
        network={"store_cidrs": ["10.9.0.0/16"]},
    )
    assert derive.connection_limit(external) == 500
    assert derive.connection_limit(profile("embedded")) is None
