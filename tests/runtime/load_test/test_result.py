"""Figures of a load test."""

import json

from hypothesis import given
from hypothesis import strategies as st

from runtime.load_test import Plan, Target, result_json
from runtime.load_test.result import load_result, quantile
from runtime.load_test.shot import Shot

PLAN = Plan(target=Target.invoke("http://127.0.0.1", ("why?",), {"X-API-Key": "s3cret"}))


@given(st.lists(st.floats(0, 1e6), min_size=1).map(sorted), st.floats(0, 1))
def test_a_quantile_is_the_least_value_that_enough_do_not_exceed(
    ordered: list[float], share: float
) -> None:
    """OPS-07: it is a time that was measured; a share is no longer, and no lesser one is."""
    found = quantile(ordered, share)
    assert found in ordered
    assert sum(each <= found for each in ordered) >= share * len(ordered)
    below = [each for each in ordered if each < found]
    assert len(below) < max(share * len(ordered), 1)


def test_times_are_those_of_answers_alone_and_throughput_too() -> None:
    """OPS-07: a refusal within a millisecond makes no service fast."""
    shots = [
        Shot(began_seconds=10.0, seconds=1.0, answer="success"),
        Shot(began_seconds=11.0, seconds=3.0, answer="partial"),
        Shot(began_seconds=10.0, seconds=0.001, answer="", error="503 overloaded"),
    ]
    result = load_result(PLAN, shots, "requests")
    assert result.seconds == 4.0
    assert result.answers_per_second == 0.5
    assert result.latency is not None
    assert (result.latency.mean_ms, result.latency.median_ms) == (2000, 2000)
    assert (result.latency.p95_ms, result.latency.max_ms) == (3000, 3000)


def test_a_result_without_any_request_is_no_success() -> None:
    """OPS-07: a test that could send nothing must not pass a gate; its JSON names no key."""
    told = json.dumps(result_json(load_result(PLAN, [], "time")))
    assert json.loads(told)["error_percent"] == 100
    assert "s3cret" not in told + repr(PLAN)
