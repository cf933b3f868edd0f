"""Proposed edits of the rules on time, over any values of the fields that they compare."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from profiles import Profile
from profiles.rules import RULES
from tests.profiles.arithmetic import false_relations
from tests.profiles.build import mended, profile

ON_TIME = ("PL016", "PL017", "PL018", "PL019", "PL021", "PL022", "PL036", "PL037", "PL038", "PL044")
_RULES = tuple(rule for rule in RULES if rule.id in ON_TIME)
_SECONDS, _MS = st.integers(1, 120), st.integers(1, 60_000)


@st.composite
def stated(draw: st.DrawFn) -> Profile:
    """Draw a profile whose times are anything, but what the sections themselves refuse."""
    node, default, longest = sorted(draw(st.tuples(_MS, _MS, _MS)))
    lock, statement = sorted(draw(st.lists(_MS, min_size=2, max_size=2, unique=True)))
    probe = st.fixed_dictionaries(
        {
            "period_seconds": _SECONDS,
            "timeout_seconds": _SECONDS,
            "failure_threshold": st.integers(1, 60),
        }
    )
    grace = draw(st.none() | _SECONDS)
    sections: dict[str, Any] = {
        "workload": {
            "service_type": draw(st.sampled_from(["ClusterIP", "LoadBalancer"])),
            "probes": {name: draw(probe) for name in ("startup", "liveness", "readiness")},
            "drain_seconds": draw(st.none() | _SECONDS),
            "termination_grace_seconds": grace,
        },
        "api": {
            "request_timeout_seconds": draw(_SECONDS),
            "keep_alive_seconds": draw(_SECONDS),
            "max_connections": draw(st.integers(1, 1000)),
        },
        "graph": {
            "node_timeout_ms": node,
            "default_budget_ms": default,
            "max_budget_ms": longest,
            "reserve_ms": draw(st.integers(1, 5000)),
            "max_parallel_nodes": draw(st.integers(1, 10)),
            "max_retries": draw(st.integers(0, 10)),
        },
        "upstreams": {"attempt_timeout_ms": draw(_MS), "call_p99_ms": draw(_MS)},
        "health": {
            "loop_pause_ms": draw(_MS),
            "longest_pause_seconds": draw(st.integers(1, 600)),
        },
        "database": {
            "migration_seconds": draw(st.integers(1, 3600)),
            "server": {"lock_timeout_ms": lock, "statement_timeout_ms": statement},
        },
        "cache": {"lifetimes": {"source_seconds": draw(st.integers(1, 10**6))}},
        "rollout": {"progress_deadline_seconds": draw(st.integers(1, 3600))},
    }
    return profile(**sections)


@settings(max_examples=40)
@given(stated())
def test_an_edit_mends_what_it_is_for_and_nothing_that_held_breaks(stack: Profile) -> None:
    """CFG-12: a value that is proposed may be taken without a second look."""
    held = {rule.id for rule in _RULES if not list(rule.findings(stack))}
    for rule in _RULES:
        for comparison in rule.compare(stack):
            assert not false_relations(comparison.arithmetic)
            if not comparison.edit:
                continue
            (finding,) = [
                each for each in rule.findings(stack) if each.arithmetic == comparison.arithmetic
            ]
            after = mended(stack, finding)
            left = [each for each in rule.compare(after) if each.fields == comparison.fields]
            assert all(each.holds for each in left), (comparison, left)
            broken = {each.id for each in _RULES if list(each.findings(after))}
            assert not held & broken, (comparison, held & broken)
