"""What a version under analysis is judged by: queries on the service's own series.

Flagger's built-in queries ask for labels that only the Prometheus of its own chart sets, count the
kubelet's probes, and lose requests: see `_grown`.
"""

from typing import Any

from pulumi_kubernetes.apiextensions import CustomResource

from infra.addons import prometheus
from infra.place import Place
from profiles import Profile, contract
from profiles.rollout import Analysis

_SUCCESS_RATE = "success-rate"
_LATENCY = "latency-p99"
"""Checks, as Flagger's messages and its own series call them; a built-in's name would run that
one as well."""

_QUANTILE = 0.99

_ANALYSED = "{{ target }}-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)"
"""Pods under analysis, as Flagger's own queries find them: a primary's name has a part more."""

_PROBES = "|".join(contract.PROBE_PATHS)

_SELECTOR = (
    'namespace="{{ namespace }}"',
    f'pod=~"{_ANALYSED}"',
    f'route!~"{_PROBES}"',
    # A caller's mistake says nothing of the version; a load tester that is refused has no samples.
    'status!~"4.."',
)


def declare(profile: Profile, place: Place) -> tuple[CustomResource, ...]:
    """Declare a MetricTemplate for each check."""
    provider = {"type": "prometheus", "address": prometheus.address(profile)}
    return tuple(
        CustomResource(
            f"rollout-{check}",
            api_version="flagger.app/v1beta1",
            kind="MetricTemplate",
            metadata=place.metadata(_template(profile, check), contract.SERVICE_COMPONENT),
            spec={"provider": provider, "query": query},
            opts=place.options(),
        )
        for check, query in QUERIES.items()
    )


def checks(profile: Profile, analysis: Analysis) -> list[dict[str, Any]]:
    """Return the Canary's metrics with their limits."""
    ranges = {
        _SUCCESS_RATE: {"min": analysis.success_rate_min_percent},
        _LATENCY: {"max": analysis.latency_max_ms},
    }
    return [
        {
            "name": check,
            "templateRef": {"name": _template(profile, check)},
            "interval": f"{analysis.metric_interval_seconds}s",
            "thresholdRange": bounds,
        }
        for check, bounds in ranges.items()
    ]


def _template(profile: Profile, check: str) -> str:
    return f"{profile.workload.name}-{check}"


def _grown(series: str, *more: str) -> str:
    """Return how much each counter grew within the interval, from its first value on.

    `rate` begins at a series' second sample. A status is a label, so the first failures of a pod
    are a new series' first value: `rate` would see them only if more follow. Where a counter was
    not there at the interval's beginning, or has been reset since, it grew by all that it has.
    """
    now = f"{contract.HTTP_SECONDS}_{series}{{{','.join((*_SELECTOR, *more))}}}"
    before = f"{now} offset {{{{ interval }}}}"
    return f"({now} - (({before} <= {now}) or {now} * 0))"


def _success_rate() -> str:
    """Return the share of answers that are no 5xx, in percent; no value where there are none."""
    failed, answered = _grown("count", 'status=~"5.."'), _grown("count")
    return f"100 * (1 - (sum({failed}) or vector(0)) / sum({answered}))"


def _latency() -> str:
    """Return the 99th percentile in ms; NaN, which fails the check, where nothing was asked."""
    grown = _grown("bucket")
    return f"1000 * histogram_quantile({_QUANTILE}, sum by (le) ({grown}))"


QUERIES = {_SUCCESS_RATE: _success_rate(), _LATENCY: _latency()}
"""PromQL of each check, with Flagger's variables in braces."""
