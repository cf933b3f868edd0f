"""What a version under analysis is judged by: queries on the service's own series.

Flagger's built-in queries ask for labels that only the Prometheus of its own chart sets, count the
kubelet's probes, and lose requests: see `_grown`.
"""

from typing import Any

from pulumi_kubernetes.apiextensions import CustomResource

from infra import fleet
from infra.addons import prometheus
from infra.fleet import Fleet
from infra.place import Place
from profiles import Profile, contract
from profiles.rollout import Analysis
from profiles.workers import Workers

_SUCCESS_RATE = "success-rate"
_LATENCY = "latency-p99"
_FAILED_ATTEMPTS = "failed-attempts"
"""Checks, as Flagger's messages and its own series call them; a built-in's name would run that
one as well."""

_QUANTILE = 0.99

_ANALYSED = "{{ target }}-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)"
"""Pods under analysis, as Flagger's own queries find them: a primary's name has a part more."""

_PROBES = "|".join(contract.PROBE_PATHS)

_CANDIDATE = ('namespace="{{ namespace }}"', f'pod=~"{_ANALYSED}"')

_REQUESTS = (
    *_CANDIDATE,
    f'route!~"{_PROBES}"',
    # A caller's mistake says nothing of the version; a load tester that is refused has no samples.
    'status!~"4.."',
)


def declare(profile: Profile, place: Place) -> tuple[CustomResource, ...]:
    """Declare a MetricTemplate for each check."""
    return tuple(
        _declare(check, query, fleet.service(profile), profile, place)
        for check, query in QUERIES.items()
    )


def declare_of_workers(profile: Profile, workers: Fleet, place: Place) -> CustomResource:
    """Declare the MetricTemplate of the workers' check."""
    return _declare(_FAILED_ATTEMPTS, ATTEMPTS, workers, profile, place)


def _declare(check: str, query: str, of: Fleet, profile: Profile, place: Place) -> CustomResource:
    provider = {"type": "prometheus", "address": prometheus.address(profile)}
    return CustomResource(
        f"{of.prefix}rollout-{check}",
        api_version="flagger.app/v1beta1",
        kind="MetricTemplate",
        metadata=place.metadata(_template(of, check), of.component),
        spec={"provider": provider, "query": query},
        opts=place.options(),
    )


def checks(profile: Profile, analysis: Analysis) -> list[dict[str, Any]]:
    """Return the Canary's metrics with their limits."""
    ranges: dict[str, dict[str, float]] = {
        _SUCCESS_RATE: {"min": analysis.success_rate_min_percent},
        _LATENCY: {"max": analysis.latency_max_ms},
    }
    of = fleet.service(profile)
    return [_check(check, bounds, of, analysis) for check, bounds in ranges.items()]


def checks_of_workers(section: Workers, workers: Fleet, analysis: Analysis) -> list[dict[str, Any]]:
    """Return the metrics of the workers' Canary with their limits."""
    bounds = {"max": section.failed_attempts_max_percent}
    return [_check(_FAILED_ATTEMPTS, bounds, workers, analysis)]


def _check(check: str, bounds: dict[str, float], of: Fleet, analysis: Analysis) -> dict[str, Any]:
    return {
        "name": check,
        "templateRef": {"name": _template(of, check)},
        "interval": f"{analysis.metric_interval_seconds}s",
        "thresholdRange": bounds,
    }


def _template(of: Fleet, check: str) -> str:
    return f"{of.name}-{check}"


def _grown(series: str, *matchers: str) -> str:
    """Return how much each counter grew within the interval, from its first value on.

    `rate` begins at a series' second sample. A status is a label, so the first failures of a pod
    are a new series' first value: `rate` would see them only if more follow. Where a counter was
    not there at the interval's beginning, or has been reset since, it grew by all that it has.
    """
    now = f"{series}{{{','.join(matchers)}}}"
    before = f"{now} offset {{{{ interval }}}}"
    return f"({now} - (({before} <= {now}) or {now} * 0))"


def _success_rate() -> str:
    """Return the share of answers that are no 5xx, in percent; no value where there are none."""
    count = f"{contract.HTTP_SECONDS}_count"
    failed, answered = _grown(count, *_REQUESTS, 'status=~"5.."'), _grown(count, *_REQUESTS)
    return f"100 * (1 - (sum({failed}) or vector(0)) / sum({answered}))"


def _latency() -> str:
    """Return the 99th percentile in ms; NaN, which fails the check, where nothing was asked."""
    grown = _grown(f"{contract.HTTP_SECONDS}_bucket", *_REQUESTS)
    return f"1000 * histogram_quantile({_QUANTILE}, sum by (le) ({grown}))"


QUERIES = {_SUCCESS_RATE: _success_rate(), _LATENCY: _latency()}
"""PromQL of each check, with Flagger's variables in braces."""


def _failed_attempts() -> str:
    """Return the share of attempts at runs that ended badly, in percent: 0 where none ended.

    Workers take real runs, and an idle stack has none: then start and readiness alone are judged.
    Where the candidate's metrics cannot be read there is no value, which fails the check.
    """
    attempts = contract.RUN_ATTEMPTS
    failed = _grown(attempts, *_CANDIDATE, 'outcome=~"error|lost"')
    ended = f"clamp_min(sum({_grown(attempts, *_CANDIDATE)}) or vector(0), 1)"
    read = f"count({contract.RUNS_WAITING}{{{','.join(_CANDIDATE)}}})"
    return f"100 * (sum({failed}) or vector(0)) / {ended} and {read}"


ATTEMPTS = _failed_attempts()
"""PromQL of the workers' check."""
