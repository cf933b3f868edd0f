"""Workers of their own in the numbers that follow from a profile, and in the rules over them."""

from typing import Any

import pytest

from profiles import derive, rules
from profiles.named import merged
from profiles.service import service_config
from tests.profiles.build import nested, profile
from tests.workers import DEMAND, scaled_workers, workers

ROOM = nested("database.pool", {"size": 4, "max_overflow": 2})
"""What leaves connections for workers beside production's fleet."""


def broken(section: dict[str, Any], **values: Any) -> dict[str, str]:
    """Return the arithmetic of each rule that the recommended profile with workers breaks."""
    found = rules.check(profile(**merged(ROOM, {"workers": section, **values})))
    return {finding.rule: finding.arithmetic for finding in found}


def test_every_pod_of_both_kinds_counts_against_the_database_and_the_cache() -> None:
    """PL001, PL028: (10 + 10 + 1) pods that answer and (3 + 3 + 1) workers, 6 connections each."""
    found = profile(**merged(ROOM, {"workers": scaled_workers(demand=DEMAND)}))
    assert derive.processes(found).total == 28
    assert derive.client_connections(found).value == 28 * 6
    assert "workers.scaling.max_replicas" in derive.client_connections(found).fields
    room = {number.key: number.value for number in derive.all_derived(found)}
    assert room["load.worker_runs"] == 3 * 8
    assert room["upstream.pubmed_of_a_pod"] == 1.5 / 13


def test_workers_alone_break_the_connections_that_fitted_without_them() -> None:
    """PL001: what the recommended pool leaves of 200 is too little for five workers more."""
    without = rules.check(profile())
    assert not [finding for finding in without if finding.rule == "PL001"]
    found = rules.check(profile(workers=scaled_workers(demand=DEMAND)))
    assert [finding.rule for finding in found if finding.severity == "error"] == ["PL001"]


@pytest.mark.parametrize(
    ("rule", "section", "said"),
    [
        ("PL010", {"demand": DEMAND | {"active_runs_per_pod": 8}}, "target 8 >= 8 workers.runs"),
        ("PL011", {"demand": None}, "workers scaled on CPU and memory alone"),
    ],
)
def test_their_autoscaler_is_held_as_the_services_is(
    rule: str, section: dict[str, Any], said: str
) -> None:
    """Each comparison names the workers' own field."""
    found = broken(scaled_workers(**section))
    assert list(found) == [rule]
    assert found[rule].startswith(said)


@pytest.mark.parametrize(
    ("rule", "section", "said"),
    [
        ("PL045", {"runs_per_pod": 17}, "384 resident + 17 runs x 100 = 2084 MiB > 2048 MiB"),
        ("PL024", {"resources": {"cpu_limit_millicores": 900}}, "= 4 > 2 x 1 cores (900 millicore"),
        ("PL050", {"drain_seconds": 5}, "5 s workers.drain_seconds <= 5 s execution.handover_"),
    ],
)
def test_a_worker_has_room_for_its_runs_threads_and_end(
    rule: str, section: dict[str, Any], said: str
) -> None:
    """A worker is sized by its own section."""
    found = broken(merged(scaled_workers(demand=DEMAND), section))
    assert list(found) == [rule]
    assert said in found[rule]


def test_a_worker_ends_after_its_drain_and_the_flush_alone() -> None:
    """Nobody calls it: no pause before SIGTERM, no farewell after it."""
    found = profile(**merged(ROOM, {"workers": scaled_workers(demand=DEMAND)}))
    assert found.workers
    assert derive.worker_grace_seconds(found.workers, found) == 65
    told = service_config(found).workers
    assert told
    assert (told.runs_per_pod, told.drain_seconds) == (8, 60)


def test_one_of_the_two_decides_how_many_there_are() -> None:
    """PL007 for workers: a number beside an autoscaler is refused at once."""
    with pytest.raises(ValueError, match="state one of them"):
        profile(workers=workers(scaling=scaled_workers()["scaling"]))
