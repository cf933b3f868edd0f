"""plumb.process.embedded: what of a stack one process can be."""

import pytest

from plumb.process.embedded import embedded, left_out
from plumb.project import find_stack
from profiles.thresholds import thresholds


@pytest.mark.parametrize("name", ["production", "staging", "development"])
def test_a_stack_keeps_its_thresholds_on_one_process(name: str) -> None:
    """The process is held to the very thresholds that the stack has on a cluster."""
    stack = find_stack(name)
    assert thresholds(embedded(stack.profile_json)) == thresholds(stack.load())


@pytest.mark.parametrize("name", ["production", "staging", "development"])
def test_one_process_needs_no_other_part(name: str) -> None:
    """Nothing has to be installed beside it: SQLite, no Redis, one pod's own limits."""
    profile = embedded(find_stack(name).profile_json)
    assert (profile.database.mode, profile.cache.mode) == ("sqlite", "none")
    assert profile.upstreams.limiter == "pod"
    assert profile.upstreams.source == "auto"
    assert profile.upstreams.server is None
    assert profile.upstreams.recorded_url == "http://127.0.0.1:8090"
    assert profile.workload.environment == name


def test_what_is_left_out_is_said() -> None:
    """Nobody takes one process for the stack: each missing part is named with its numbers."""
    said = "\n".join(left_out(find_stack("production").load()))
    for part in ("database (statefulset)", "cache (statefulset)", "3 to 10 pods", "canary"):
        assert part in said
    development = "\n".join(left_out(find_stack("development").load()))
    assert "database" not in development
    assert "recorded upstreams (recorded-upstreams)" in development


def test_a_recorded_server_elsewhere_stays_where_it_is() -> None:
    """Only the address of a server that the stack would have brought goes."""
    text = '{"base": "embedded", "upstreams": {"recorded_url": "http://records.example:80"}}'
    assert embedded(text).upstreams.recorded_url == "http://records.example:80"
