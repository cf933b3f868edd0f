"""profiles.load: strict, complete, and clear about what is wrong."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.load import ProfileError, dump_profile, load_profile, load_values, parse
from profiles.named import NAMED
from tests.profiles.build import nested, profile


@pytest.mark.parametrize("name", NAMED)
def test_every_named_profile_is_complete_and_valid(name: str) -> None:
    """CFG-01: what the documents print loads as a whole profile."""
    assert profile(name).workload.name


@pytest.mark.parametrize("name", NAMED)
def test_dumping_and_loading_a_profile_is_the_identity(name: str) -> None:
    """Nothing is lost or invented between the dataclasses and their JSON."""
    loaded = profile(name)
    assert load_values(dump_profile(loaded)) == loaded


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("graph.max_retrys", 3, "is not a field"),
        ("graph.max_retries", "3", "valid integer"),
        ("graph.max_retries", 2.5, "valid integer"),
        ("graph.max_retries", 11, "less than or equal to 10"),
        ("graph.max_parallel_nodes", 0, "greater than or equal to 1"),
        ("graph.partial_results", 1, "valid boolean"),
        ("cluster.namespace", "Bio MCP", "match pattern"),
        ("workload.image", "orchestrator", "match pattern"),
        ("health.cpu_degraded_percent", 0, "greater than 0"),
        ("rollout.mode", "canary", "'rolling' or 'flagger'"),
        ("upstreams.pubmed_requests_per_second", 20, "less than or equal to 10"),
        ("network.upstream_cidrs", ["10.0.0.1/8"], "host bits"),
        ("network.upstream_cidrs", ["999.1.1.1/99"], "not permitted"),
    ],
)
def test_a_wrong_value_is_refused_with_its_path(path: str, value: Any, said: str) -> None:
    """A typo, a bad type and a bad range each name the path, the value and the allowed range."""
    with pytest.raises(ProfileError) as caught:
        profile(**nested(path, value))
    (problem,) = caught.value.problems
    assert problem.path.startswith(path)
    assert said in problem.message


@pytest.mark.parametrize(
    ("sections", "said"),
    [
        (nested("workload.resources.memory_request_mib", 8192), "exceeds memory_limit_mib"),
        (nested("health.cpu_degraded_percent", 95), "not below cpu_critical_percent"),
        (nested("graph.node_timeout_ms", 9000), "does not hold"),
        (nested("scaling.min_replicas", 11), "exceeds max_replicas"),
        (nested("rollout.mode", "rolling"), "do not go together"),
        (nested("database.mode", "external"), "do not go together"),
        (nested("cache.server.maxmemory_mib", 256), "leaves nothing"),
        (nested("workload.probes.liveness.path", "/healthz"), "is none of"),
        ({"scaling": None}, "workload.replicas and scaling are both null"),
        ({"scaling": None, "workload": {"replicas": 2}}, "needs scaling"),
        ({"cache": {"mode": "none", "server": None}}, "counts in Redis"),
        ({"database": {"mode": "sqlite", "server": None}}, "belongs to one pod"),
        (nested("rollout.max_surge", 0), "no way to move"),
        (nested("database.server.reserved_connections", 200), "leaves none of max_connections"),
        (
            {"cache": {"mode": "external", "server": None}},
            "needs network.store_cidrs",
        ),
    ],
)
def test_values_that_contradict_each_other_are_refused(sections: dict[str, Any], said: str) -> None:
    """CFG-12: combinations that no cluster could run are refused with the fields in conflict."""
    with pytest.raises(ProfileError, match=said):
        profile(**sections)


@pytest.mark.parametrize(
    "url", ["http://mirror:9090-x", "http://mirror:0", "http://mirror:65536", "http://a:b@mirror"]
)
def test_an_address_whose_port_is_none_is_refused(url: str) -> None:
    """An address is refused where it stands, before a network policy would be made from it."""
    with pytest.raises(ProfileError, match=r"upstreams\.pubmed_url"):
        profile(upstreams={"pubmed_url": url})


@pytest.mark.parametrize("url", ["http://[::1]:65535/a", "https://mirror.example.org/a/b"])
def test_an_address_with_or_without_a_port_is_taken(url: str) -> None:
    """What urllib reads as an address, the profile takes."""
    assert profile(upstreams={"pubmed_url": url}).upstreams.pubmed_url == url


def test_all_problems_are_told_at_once() -> None:
    """Someone who mends a file sees everything that is wrong, not the first of it."""
    with pytest.raises(ProfileError) as caught:
        profile(graph={"max_retries": 99, "speed": 1}, api={"max_concurrent_graphs": 0})
    assert [problem.path for problem in caught.value.problems] == [
        "api.max_concurrent_graphs",
        "graph.max_retries",
        "graph.speed",
    ]


@pytest.mark.parametrize("text", ['{"base": NaN}', '{"graph": {"max_retries": -Infinity}}'])
def test_numbers_that_are_none_are_refused(text: str) -> None:
    """NaN and infinity are JSON to Python but to nobody else."""
    with pytest.raises(ProfileError, match="not a number"):
        parse(text)


def test_a_key_that_stands_twice_is_refused() -> None:
    """The second of two values must not silently win."""
    with pytest.raises(ProfileError, match="stands twice"):
        parse('{"base": "recommended", "base": "embedded"}')


@pytest.mark.parametrize("text", ["", "[]", "3", '{"base": "nobody"}', "{}"])
def test_text_that_is_no_profile_is_refused(text: str) -> None:
    """Anything but an object with a known base is refused."""
    with pytest.raises(ProfileError):
        load_profile(text)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists, max_leaves=5))
def test_no_value_crashes_the_loader(value: Any) -> None:
    """Whatever stands in a stack file, the answer is a profile or a ProfileError."""
    if isinstance(value, float) and not math.isfinite(value):
        return
    for section in ("graph", "workload", "nonsense"):
        with pytest.raises(ProfileError):
            load_profile(json.dumps({"base": "recommended", section: value}))
