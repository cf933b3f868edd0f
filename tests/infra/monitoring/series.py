"""Series as Prometheus would have them, and what promtool is asked of an alert on them."""

from typing import Any

from profiles import Profile, contract, load_profile
from tests.stacks import profile_json

PRIMARY = "bio-mcp-orchestrator-primary-6d9f8c7b5-x2x4q"
CANDIDATE = "bio-mcp-orchestrator-7c8d9f6b5-abcde"
PODS = (PRIMARY, CANDIDATE)

SERVING = "up", {"pod": PRIMARY}, "1x80"
"""The series without which the pods count as absent."""

Series = tuple[str, dict[str, str], str]
"""Metric, labels beside the namespace, and its values every 15 s as promtool writes them."""


def counter(metric: str, per_step: int, **labels: str) -> Series:
    """Return a counter of the primary's."""
    return metric, {"pod": PRIMARY} | labels, f"0+{per_step}x80"


def gauge(metric: str, value: float, pod: str = PRIMARY, **labels: str) -> Series:
    """Return a gauge that stays where it is."""
    return metric, {"pod": pod} | labels, f"{value}x80"


def runs(**per_step: int) -> list[Series]:
    """Return how many runs end in each way every 15 s."""
    return [
        counter(contract.GRAPH_EXECUTIONS, count, graph_name="research", status=status)
        for status, count in per_step.items()
    ]


def requests(route: str, **per_step: int) -> list[Series]:
    """Return how many requests of a route end in each status every 15 s."""
    name = f"{contract.HTTP_SECONDS}_count"
    return [
        counter(name, count, route=route, status=status.removeprefix("s"))
        for status, count in per_step.items()
    ]


def slow(within_4: int) -> list[Series]:
    """Return 100 runs every 15 s, of which this many take between 2 and 4 s, the others up to 5."""
    buckets = {"2": 0, "4": within_4, "5": 100, "+Inf": 100}
    name = contract.GRAPH_SECONDS
    return [
        *(counter(f"{name}_bucket", count, le=bound) for bound, count in buckets.items()),
        counter(f"{name}_count", 100),
    ]


def mean(seconds_of_1000: int) -> list[Series]:
    """Return 1000 runs every 15 s that take so many seconds together."""
    name = contract.GRAPH_SECONDS
    return [counter(f"{name}_count", 1000), counter(f"{name}_sum", seconds_of_1000)]


def canary(status: int, **labels: str) -> list[Series]:
    """Return Flagger's verdict."""
    name = "bio-mcp-orchestrator"
    return [("flagger_canary_status", {"pod": "flagger-1", "name": name} | labels, f"{status}x80")]


def config(**hashes: str) -> list[Series]:
    """Return the configuration of a serving pod and of one more."""
    pods = {"primary": PRIMARY, "second": PRIMARY[:-1] + "z", "candidate": CANDIDATE}
    return [gauge(contract.CONFIG_INFO, 1, pods[pod], config_hash=h) for pod, h in hashes.items()]


def stack(name: str) -> Profile:
    """Return the profile of a stack file."""
    return load_profile(profile_json(name))


def names(groups: list[dict[str, Any]]) -> list[str]:
    """Return the names of the alerts."""
    return [rule["alert"] for group in groups for rule in group["rules"]]


def expression(groups: list[dict[str, Any]], alert: str) -> str:
    """Return the expression of an alert."""
    (found,) = (r["expr"] for group in groups for r in group["rules"] if r["alert"] == alert)
    return str(found)


def case(series: list[Series], firing: str | None, *, absent: bool = False) -> dict[str, Any]:
    """Return promtool's case: which one alert, or none, fires after a quarter of an hour."""
    given = series if absent else [*series, SERVING]
    alert = f'{{alertname="{firing}"}}'
    return {
        "interval": "15s",
        "input_series": [
            {"series": _selector(metric, labels), "values": values}
            for metric, labels, values in given
        ],
        "promql_expr_test": [
            {
                "expr": 'max by (alertname) (ALERTS{alertstate="firing"})',
                "eval_time": "15m",
                "exp_samples": [{"labels": alert, "value": 1}] if firing else [],
            }
        ],
    }


def _selector(metric: str, labels: dict[str, str]) -> str:
    every = {"namespace": "bio-mcp-production"} | labels
    matchers = ",".join(f'{name}="{value}"' for name, value in every.items())
    return f"{metric}{{{matchers}}}"
