"""Orders of faults: what is valid, which rule is used, and the rate limit's arithmetic."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstreams.errors import OrderError
from upstreams.faults import Faults, RateLimit


def faults(*rules: dict[str, Any]) -> Faults:
    """Faults with rules for PubMed."""
    ordered = Faults()
    ordered.order({"pubmed": [*rules]})
    return ordered


@pytest.mark.parametrize(
    ("order", "named"),
    [
        ([], "object"),
        ({"openfda": []}, "openfda"),
        ({"pubmed": {}}, "pubmed"),
        ({"pubmed": [3]}, "rule"),
        ({"pubmed": [{"state": 500}]}, r"pubmed\[0\]\.state"),
        ({"ctgov": [{}, {"status": 200}]}, r"ctgov\[1\]\.status"),
        ({"pubmed": [{"status": True}]}, "status"),
        ({"pubmed": [{"garbage": "bytes"}]}, "gzip_bomb"),
        ({"pubmed": [{"times": 0}]}, "times"),
        ({"pubmed": [{"latency_ms": -1}]}, "latency_ms"),
        ({"pubmed": [{"probability": 1.5}]}, "probability"),
        ({"pubmed": [{"retry_after": 2}]}, "retry_after"),
        ({"pubmed": [{"retry_after": "1\r\nX: y"}]}, "retry_after"),
        ({"pubmed": [{"path": None}]}, "path"),
        ({"rate_limit_per_second": 0}, "rate_limit_per_second"),
    ],
)
def test_a_bad_order_is_refused_and_changes_nothing(order: object, named: str) -> None:
    """The message names the place, and the orders before stay in force."""
    ordered = faults({"status": 503})
    before = ordered.shown()
    with pytest.raises(OrderError, match=named):
        ordered.order(order)
    assert ordered.shown() == before


def test_the_first_rule_that_applies_is_used_until_it_is_spent() -> None:
    """Rules go by path and by times; the count of uses is shown."""
    ordered = faults({"path": "efetch.fcgi", "status": 500, "times": 2}, {"status": 503})
    paths = ["/e/efetch.fcgi", "/e/esearch.fcgi", "/e/efetch.fcgi", "/e/efetch.fcgi"]
    taken = [ordered.take("pubmed", path) for path in paths]
    assert [fault[0].status for fault in taken if fault] == [500, 503, 500, 503]
    assert [rule["used"] for rule in ordered.shown()["pubmed"]] == [2, 2]
    assert ordered.take("ctgov", "/api/v2/studies") is None


@given(st.integers(0, 2**32), st.floats(0, 1))
def test_a_seed_makes_the_draws_repeatable(seed: int, probability: float) -> None:
    """The same order takes the same calls and waits the same times."""
    rule = {"probability": probability, "seed": seed, "latency_ms": 10, "jitter_ms": 90}
    first, second = faults(rule), faults(rule)
    runs = [[f.take("pubmed", "/x") for _ in range(20)] for f in (first, second)]
    assert runs[0] == runs[1]
    assert all(0.01 <= fault[1] <= 0.1 for fault in runs[0] if fault)


def test_probability_one_always_hits_and_zero_never() -> None:
    """The ends are exact."""
    assert all(faults({"probability": 1}).take("pubmed", "/") for _ in range(50))
    assert not any(faults({"probability": 0}).take("pubmed", "/") for _ in range(50))


def test_the_rate_limit_counts_a_sliding_second_per_caller() -> None:
    """Three calls pass, a fourth in the same second does not, a second later one passes."""
    now = [100.0]
    limit = RateLimit(3, clock=lambda: now[0])
    assert [limit.count("a") for _ in range(5)] == [1, 2, 3, 4, 4]
    assert limit.count("b") == 1
    now[0] = 101.0
    assert limit.count("a") == 1


def test_a_rate_below_one_spreads_over_its_own_window() -> None:
    """0.1 a second is one call in ten seconds."""
    now = [0.0]
    limit = RateLimit(0.1, clock=lambda: now[0])
    assert [limit.count("a"), limit.count("a")] == [1, 2]
    now[0] = 10.0
    assert limit.count("a") == 1
