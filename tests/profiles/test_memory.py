"""The parts of a Postgres' memory, for any limit and any number of connections."""

import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from profiles.load import ProfileError
from profiles.memory import divide
from tests.profiles.build import profile

LIMITS = st.integers(1, 4_194_304)
CONNECTIONS = st.integers(1, 100_000)


@given(limit=LIMITS, connections=CONNECTIONS)
def test_the_parts_never_exceed_the_limit(limit: int, connections: int) -> None:
    """Rule 26: buffers, every connection's work, maintenance and /dev/shm fit the container."""
    try:
        memory = divide(limit, connections)
    except ValueError:
        assume(False)
        return
    assert memory.most_kib <= limit * 1024
    assert memory.shared_buffers_kib == limit * 256  # a quarter, and never above 40 %
    assert memory.processes > connections
    assert memory.work_kib >= 64  # PostgreSQL's own minimum
    assert memory.maintenance_kib >= 64


@given(connections=st.integers(1, 5000))
def test_the_limit_that_a_refusal_names_is_enough_and_the_least(connections: int) -> None:
    """CFG-12: a person who follows the message is done; less would not have been enough."""
    with pytest.raises(ValueError, match=r"raise it to \d+") as refused:
        divide(1, connections)
    least = int(str(refused.value).split("raise it to ")[1].split(",")[0])
    assert divide(least, connections).most_kib <= least * 1024
    with pytest.raises(ValueError, match="too little"):
        divide(least - 2, connections)


def test_a_server_too_small_for_its_connections_is_refused() -> None:
    """A profile is checked before anything is deployed."""
    small = {"cpu_limit_millicores": 1000, "memory_limit_mib": 256, "memory_request_mib": 256}
    with pytest.raises(ProfileError, match="memory_limit_mib 256 is too little for max_connect"):
        profile(database={"server": {"resources": small}})


def test_a_database_reserves_the_memory_that_it_may_use() -> None:
    """Requests equal limits: a node that runs short ends others first."""
    spare = {"memory_limit_mib": 4096, "memory_request_mib": 2048}
    with pytest.raises(ProfileError, match="memory_request_mib 2048 is below"):
        profile(database={"server": {"resources": spare}})
    whole = json.loads('{"memory_limit_mib": 4096, "memory_request_mib": null}')
    assert profile(database={"server": {"resources": whole}}).database.server is not None
