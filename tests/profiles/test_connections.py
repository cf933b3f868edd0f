"""Rules PL001 and PL002: what the database sees, with and without a pooler in front of it."""

from typing import Any

from profiles.derive import client_connections, connections
from profiles.rules import check
from tests.profiles.build import POOLER, profile


def pooled(**values: Any) -> Any:
    """Return the database section with a pooler that has these values."""
    return {"server": {"pooler": POOLER | values}}


def test_a_pooler_stands_between_the_fleet_and_the_server() -> None:
    """The server sees the pooler's connections, however many the service opens."""
    made = profile(database=pooled() | {"pool": {"size": 9}})
    assert client_connections(made).value == 21 * 12
    assert connections(made).value == (2 + 1) * 20 + 2 + 3


def test_a_fleet_that_no_server_could_take_fits_behind_a_pooler() -> None:
    """Rule PL001 counts clients of the server alone; PL002 counts those of the pooler."""
    many = {"pool": {"size": 30, "max_overflow": 10}}
    assert [finding.rule for finding in check(profile(database=many))] == ["PL001"]
    wide = pooled(client_connections=420)
    assert check(profile(database=wide | many)) == ()


def test_a_pooler_too_narrow_for_the_fleet_is_told_how_wide_to_be() -> None:
    """PL002: what the fleet may open is what the poolers must take together."""
    (finding,) = check(profile(database=pooled(client_connections=90)))
    assert finding.rule == "PL002"
    assert finding.arithmetic == (
        "(10 primary + 10 canary + 1 surge) x 1 workers x (6 + 3) = 189 > 2 poolers x 90 "
        "database.server.pooler.client_connections"
    )
    assert finding.edit == (("database.server.pooler.client_connections", 95),)
