"""The queries that judge a version, tried by Prometheus' own evaluator."""

from pathlib import Path
from typing import Any

import pytest

from infra.rollout.metrics import ATTEMPTS, QUERIES
from profiles import contract
from tests.infra.edit import body, edited
from tests.infra.promtool import try_rules

POD = "web-7d9f8c6b5d-x2x4z"
"""A pod under analysis."""

Case = tuple[list[dict[str, str]], float | None]
"""Series of two minutes, a value every five seconds, and what the second minute comes to."""


def asked(check: str) -> str:
    """Return a query as Flagger sends it."""
    query = (QUERIES | {"failed-attempts": ATTEMPTS})[check]
    for variable, value in {"namespace": "ns", "target": "web", "interval": "60s"}.items():
        query = query.replace(f"{{{{ {variable} }}}}", value)
    assert "{{" not in query
    return query


def series(name: str, values: str, **labels: str) -> dict[str, str]:
    """Return a series of the service as a Prometheus has it."""
    fixed = {"namespace": "ns", "pod": POD, "route": "/invoke", "method": "POST"}
    text = ",".join(f'{key}="{value}"' for key, value in (fixed | labels).items())
    return {"series": f"{contract.HTTP_SECONDS}_{name}{{{text}}}", "values": values}


def answers(values: str, status: str = "200", **labels: str) -> dict[str, str]:
    """Return a counter of answers."""
    return series("count", values, status=status, **labels)


def complaints(folder: Path, check: str, case: Case) -> str:
    """Return what promtool says unless the check comes to the case's value, or to none."""
    found, value = case
    # NaN, which alone does not equal itself, is a value to promtool and none to Flagger.
    expression = f"round(({asked(check)}) == ({asked(check)}))"
    expected = [] if value is None else [{"labels": "{}", "value": value}]
    tried: dict[str, Any] = {
        "interval": "5s",
        "input_series": found,
        "promql_expr_test": [{"expr": expression, "eval_time": "120s", "exp_samples": expected}],
    }
    return try_rules([], [tried], folder)


STEADY = answers("0+1x24")
"""Twelve good answers in the second minute."""

RATES: dict[str, Case] = {
    "all well": ([STEADY], 100),
    "a quarter fails": ([answers("0+3x24"), answers("0+1x24", "500")], 75),
    "all fail": ([answers("0+1x24", "503")], 0),
    "a pod that is new": ([answers("_x18 3+0x6")], 100),
    "failures in one scrape and none after": ([STEADY, answers("_x18 4+0x6", "500")], 75),
    "a restart": ([answers("50+0x18 12+0x5"), answers("90+0x18 4+0x5", "500")], 75),
    "failures before": ([STEADY, answers("9+0x24", "500")], 100),
    "nothing asked": ([], None),
    "nothing asked any more": ([answers("7+0x24")], None),
    "only mistakes of callers": ([answers("0+1x24", "401"), answers("0+1x24", "429")], None),
    "mistakes beside failures": ([STEADY, answers("0+9x24", "404"), answers("0+1x24", "502")], 50),
    "failing probes": ([STEADY, answers("0+9x24", "503", route="/readyz")], 100),
    "only probes": ([answers("0+9x24", route=contract.LIVENESS_PATH)], None),
    "a failing primary": ([STEADY, answers("0+1x24", "500", pod=f"web-primary-{POD[4:]}")], 100),
    "a failing neighbour": ([STEADY, answers("0+1x24", "500", pod=f"other-{POD[4:]}")], 100),
    "another namespace": ([STEADY, answers("0+1x24", "500", namespace="other")], 100),
}


@pytest.mark.parametrize("case", RATES)
def test_the_success_rate_sees_every_5xx_of_the_pods_under_analysis(
    case: str, tmp_path: Path
) -> None:
    """INF-13: and of nobody else; without an answer there is no value, which fails the check."""
    assert not complaints(tmp_path, "success-rate", RATES[case])


def test_a_rate_would_not_see_failures_that_came_at_once(tmp_path: Path) -> None:
    """Why the queries count from a series' first value: `rate` begins at its second."""
    found = [STEADY, answers("_x18 4+0x6", "500")]
    rate = f"sum(rate({contract.HTTP_SECONDS}_count{{status=~'5..'}}[60s]))"
    tried = {"expr": rate, "eval_time": "120s", "exp_samples": [{"labels": "{}", "value": 0}]}
    case = {"interval": "5s", "input_series": found, "promql_expr_test": [tried]}
    assert not try_rules([], [case], tmp_path)


def attempts(values: str, outcome: str = "success", **labels: str) -> dict[str, str]:
    """Return a counter of attempts at runs."""
    fixed = {"namespace": "ns", "pod": POD, "graph_name": "agent", "outcome": outcome}
    text = ",".join(f'{key}="{value}"' for key, value in (fixed | labels).items())
    return {"series": f"{contract.RUN_ATTEMPTS}{{{text}}}", "values": values}


READ = {"series": f'{contract.RUNS_WAITING}{{namespace="ns",pod="{POD}"}}', "values": "0x24"}
"""What every pod shows that can be read."""

SHARES: dict[str, Case] = {
    "all well": ([READ, attempts("0+1x24")], 0),
    "a quarter ends badly": (
        [READ, attempts("0+3x24"), attempts("0+0.5x24", "error"), attempts("0+0.5x24", "lost")],
        25,
    ),
    "handed over, interrupted and late": (
        [READ, *(attempts("0+1x24", each) for each in ("handed_over", "interrupted", "timeout"))],
        0,
    ),
    "an idle stack": ([READ], 0),
    "a candidate that nobody can read": ([], None),
    "failures before": ([READ, attempts("0+1x24"), attempts("9+0x24", "error")], 0),
    "a failing primary": (
        [READ, attempts("0+1x24"), attempts("0+1x24", "error", pod=f"web-primary-{POD[4:]}")],
        0,
    ),
}


@pytest.mark.parametrize("case", SHARES)
def test_the_share_of_attempts_that_end_badly_is_that_of_the_candidate(
    case: str, tmp_path: Path
) -> None:
    """Real runs judge a new version of the workers; without any, that it can be read."""
    assert not complaints(tmp_path, "failed-attempts", SHARES[case])


def latencies(buckets: dict[str, str], **labels: str) -> list[dict[str, str]]:
    """Return a histogram's buckets, by their upper bounds in seconds."""
    return [
        series("bucket", values, le=bound, **({"status": "200"} | labels))
        for bound, values in buckets.items()
    ]


LATENCIES: dict[str, Case] = {
    "all at once": (latencies({"2": "0+1x24", "4": "0+1x24", "+Inf": "0+1x24"}), 1980),
    "all between two and four seconds": (
        latencies({"2": "0+0x24", "4": "0+1x24", "+Inf": "0+1x24"}),
        3980,
    ),
    "slower than any bucket": (latencies({"4": "0+0x24", "+Inf": "0+1x24"}), 4000),
    "slow before": (latencies({"2": "0+1x24", "4": "9+1x24", "+Inf": "9+1x24"}), 1980),
    "slow probes": (
        [
            *latencies({"2": "0+1x24", "4": "0+1x24", "+Inf": "0+1x24"}),
            *latencies({"2": "0+0x24", "4": "0+9x24", "+Inf": "0+9x24"}, route="/health"),
        ],
        1980,
    ),
    "nothing asked": ([], None),
    "nothing asked any more": (latencies({"4": "5+0x24", "+Inf": "5+0x24"}), None),
}


@pytest.mark.parametrize("case", LATENCIES)
def test_the_latency_is_the_99th_percentile_in_ms(case: str, tmp_path: Path) -> None:
    """CON-12: as near as the buckets tell it."""
    assert not complaints(tmp_path, "latency-p99", LATENCIES[case])


@pytest.mark.parametrize("stack", ["production", "staging"])
def test_a_limit_of_the_shipped_stacks_is_a_bound_of_the_histogram(stack: str) -> None:
    """Between two bounds a quantile is a guess; at one it is what was counted."""
    (_, latency) = body(edited(stack), "Canary")["spec"]["analysis"]["metrics"]
    assert latency["thresholdRange"]["max"] / 1000 in contract.SECONDS_BUCKETS


def test_the_queries_are_asked_of_the_stacks_prometheus() -> None:
    """A managed one by its name from any namespace, since Flagger may be elsewhere."""
    for check, query in QUERIES.items():
        found = body(edited("staging"), "MetricTemplate", f"bio-mcp-orchestrator-{check}")["spec"]
        address = "http://prometheus.bio-mcp-staging.svc:9090"
        assert found == {"provider": {"type": "prometheus", "address": address}, "query": query}


def test_an_existing_prometheus_is_asked_where_it_is() -> None:
    """Its address is the profile's."""
    url = "http://prometheus-operated.monitoring:9090"
    existing = {"prometheus": {"provision": "existing", "url": url}}
    result = edited("staging", addons=existing, network={"monitoring_namespaces": ["monitoring"]})
    name = "bio-mcp-orchestrator-success-rate"
    assert body(result, "MetricTemplate", name)["spec"]["provider"]["address"] == url
