"""profiles.rules.budget: calls with their retries, and nodes, within a run."""

from typing import Any

import pytest

from profiles.rules import check
from profiles.rules.rule import Finding
from tests.profiles.build import mended, profile


def found(rule: str, **sections: Any) -> Finding:
    """Return the one thing that a rule finds."""
    (finding,) = [each for each in check(profile(**sections)) if each.rule == rule]
    assert finding.severity == "error"
    return finding


@pytest.mark.parametrize(
    ("sections", "arithmetic"),
    [
        (
            {"graph": {"node_timeout_ms": 7900}},
            "min(4 tries x 2000, 7900 of the node) = 7900 ms > 8000 - 200 reserve = 7800 ms of a "
            "run",
        ),
        (
            {"upstreams": {"call_p99_ms": 2000}},
            "a try takes up to 2000 ms <= 2000 ms, within which 99 of 100 calls end",
        ),
        (
            {"graph": {"max_retries": 4}},
            "4 retries > 3: in an outage an upstream sees up to 5 times the calls",
        ),
    ],
)
def test_retries_that_do_not_fit_or_are_not_needed_are_found(
    sections: dict[str, Any], arithmetic: str
) -> None:
    """Rule 38: after the cap by the node; a try shorter than a slow call; too many."""
    finding = found("PL038", **sections)
    assert finding.arithmetic == arithmetic
    assert check(mended(profile(**sections), finding)) == ()


@pytest.mark.parametrize(
    ("graph", "arithmetic", "edit"),
    [
        (
            {"max_parallel_nodes": 2, "node_timeout_ms": 4000},
            "3 searches, 2 at a time: 2 x 4000 + 200 reserve = 8200 ms > 8000 ms "
            "graph.default_budget_ms",
            (("graph.max_parallel_nodes", 3),),
        ),
        (
            {"node_timeout_ms": 7900},
            "3 searches, 8 at a time: 1 x 7900 + 200 reserve = 8100 ms > 8000 ms "
            "graph.default_budget_ms",
            (("graph.node_timeout_ms", 7800),),
        ),
        (
            {"max_parallel_nodes": 1, "node_timeout_ms": 7900},
            "3 searches, 1 at a time: 3 x 7900 + 200 reserve = 23900 ms > 8000 ms "
            "graph.default_budget_ms",
            (("graph.max_parallel_nodes", 3), ("graph.node_timeout_ms", 7800)),
        ),
    ],
)
def test_nodes_one_after_the_other_need_a_budget_as_long(
    graph: dict[str, Any], arithmetic: str, edit: tuple[tuple[str, int], ...]
) -> None:
    """Rule 44: searches side by side count once, and as often as they must wait for a place."""
    finding = found("PL044", graph=graph)
    assert (finding.arithmetic, finding.edit) == (arithmetic, edit)
    assert finding.fix == " and ".join(f"set {path} to {value}" for path, value in edit)
    assert check(mended(profile(graph=graph), finding)) == ()


def test_a_node_that_ends_before_a_slow_call_is_found() -> None:
    """Rule 44: every hundredth answer would miss a source that only took its usual time."""
    finding = found("PL044", upstreams={"call_p99_ms": 3000})
    assert finding.arithmetic == (
        "a node takes up to 3000 ms <= 3000 ms, within which 99 of 100 calls end"
    )
    assert finding.edit == ()
    assert found("PL038", upstreams={"call_p99_ms": 3000}).edit == ()


def test_a_budget_below_any_try_is_left_to_a_person() -> None:
    """No node's time is both above a try's and below the run's."""
    graph = {"default_budget_ms": 1900, "node_timeout_ms": 1900}
    finding = found("PL044", graph=graph)
    assert (finding.edit, finding.fix) == (
        (),
        "raise graph.default_budget_ms, or lower graph.node_timeout_ms",
    )
