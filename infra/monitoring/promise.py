"""Alerts on what is promised to users: the objectives, over all pods together (ALR-01, ALR-03)."""

from infra.monitoring.alert import VALUE, Alert, number
from infra.monitoring.series import Series
from profiles import contract
from profiles.thresholds import AlarmThresholds

_ANSWERED = 'status!="cancelled"'
"""A run whose caller went away says nothing about the service."""

_FAILED = 'status=~"error|timeout"'
_WELL = 'status="success"'
_SERVER_ERROR = 'status=~"5.."'
_NO_PROBE = f'route!~"{"|".join(contract.PROBE_PATHS)}"'
"""Probes and Flagger's load test, which asks a probe's path, are no user's requests."""


def alerts(every: Series, held: AlarmThresholds) -> tuple[Alert, ...]:
    """Return the alerts on the objectives."""
    measured = _Measured(every, held)
    return (
        _requests_fail(measured),
        _runs_fail(measured),
        _slow_tail(measured),
        _slow_mean(measured),
        _inefficient(measured),
    )


class _Measured:
    """Expressions over the window, and the condition that enough was seen to judge."""

    def __init__(self, every: Series, held: AlarmThresholds) -> None:
        self.every, self.held = every, held

    def rate(self, metric: str, *matchers: str, by: str = "namespace") -> str:
        return f"sum by ({by}) (rate({self._window(metric, *matchers)}))"

    def share(self, metric: str, part: str, whole: str) -> str:
        return f"{self.rate(metric, whole, part)} / {self.rate(metric, whole)}"

    def enough(self, metric: str, *matchers: str) -> str:
        seen = f"sum by (namespace) (increase({self._window(metric, *matchers)}))"
        return f"and {seen} >= {self.held.minimum_samples}"

    def _window(self, metric: str, *matchers: str) -> str:
        return f"{self.every.of(metric, *matchers)}[{self.held.window_seconds}s]"


def _requests_fail(measured: _Measured) -> Alert:
    bound, count = number(measured.held.failed_requests_percent), f"{contract.HTTP_SECONDS}_count"
    share = measured.share(count, _SERVER_ERROR, _NO_PROBE)
    return Alert(
        name="PlumblineRequestsFail",
        severity="high",
        expression=f"100 * {share} > {bound} {measured.enough(count, _NO_PROBE)}",
        hold_seconds=measured.held.hold_seconds,
        summary="More requests are answered with a server error than the objective allows.",
        description=f"{VALUE} % of the requests end in a 5xx, above {bound} %.",
        runbook="Ask /health of a pod: 503 with Retry-After means that all places are taken, 502 "
        "that sources were lost, 500 that the log has the reason.",
    )


def _runs_fail(measured: _Measured) -> Alert:
    bound = number(100 * measured.held.error_rate_max)
    share = measured.share(contract.GRAPH_EXECUTIONS, _FAILED, _ANSWERED)
    enough = measured.enough(contract.GRAPH_EXECUTIONS, _ANSWERED)
    return Alert(
        name="PlumblineRunsFail",
        severity="high",
        expression=f"100 * {share} > {bound} {enough}",
        hold_seconds=measured.held.hold_seconds,
        summary="More runs fail than the objective allows.",
        description=f"{VALUE} % of the runs end in an error or a timeout, above {bound} %.",
        runbook="Compare the nodes' errors and the sources' results; timeouts without slow sources "
        "mean that api.request_timeout_seconds is shorter than the budget needs.",
    )


def _slow_tail(measured: _Measured) -> Alert:
    bound = number(measured.held.p95_latency_ms)
    buckets = measured.rate(f"{contract.GRAPH_SECONDS}_bucket", by="namespace, le")
    enough = measured.enough(f"{contract.GRAPH_SECONDS}_count")
    return Alert(
        name="PlumblineLatencyHigh",
        severity="medium",
        expression=f"1000 * histogram_quantile(0.95, {buckets}) > {bound} {enough}",
        hold_seconds=measured.held.hold_seconds,
        summary="One run in twenty takes longer than the objective allows.",
        description=f"The 95th percentile of a run's time is {VALUE} ms, above {bound} ms.",
        runbook="Compare the time of each node: a slow source is cut by graph.node_timeout_ms, "
        "waiting for CPU shows in the use of the pods.",
    )


def _slow_mean(measured: _Measured) -> Alert:
    bound, seconds = number(measured.held.mean_latency_ms), contract.GRAPH_SECONDS
    mean = f"{measured.rate(f'{seconds}_sum')} / {measured.rate(f'{seconds}_count')}"
    return Alert(
        name="PlumblineLatencyMeanHigh",
        severity="low",
        expression=f"1000 * {mean} > {bound} {measured.enough(f'{seconds}_count')}",
        hold_seconds=measured.held.hold_seconds,
        summary="The mean run takes longer than the objective allows.",
        description=f"The mean time of a run is {VALUE} ms, above {bound} ms.",
        runbook="Look at the cache's hit rate first: answers from the cache keep the mean low.",
    )


def _inefficient(measured: _Measured) -> Alert:
    bound = number(100 * measured.held.efficiency_low)
    share = measured.share(contract.GRAPH_EXECUTIONS, _WELL, _ANSWERED)
    enough = measured.enough(contract.GRAPH_EXECUTIONS, _ANSWERED)
    return Alert(
        name="PlumblineEfficiencyLow",
        severity="low",
        expression=f"100 * {share} < {bound} {enough}",
        hold_seconds=measured.held.hold_seconds,
        summary="Few runs end well: most are partial or fail.",
        description=f"{VALUE} % of the runs end well, below {bound} %.",
        runbook="Partial answers come from lost sources or a spent budget: compare the sources' "
        "results with graph.default_budget_ms.",
    )
