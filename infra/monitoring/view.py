"""What the dashboard shows: one function a panel, over the series that the service exports."""

from infra.monitoring.panel import Panel
from infra.monitoring.series import Series, answering, candidate, every, serving
from profiles import Profile, contract
from profiles.thresholds import AlarmThresholds, HealthThresholds, alarm_thresholds, thresholds

_WINDOW = "[$__rate_interval]"
"""Grafana's: wide enough for four scrapes."""

_QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}


def panels(profile: Profile) -> tuple[Panel, ...]:
    """Return the panels, in reading order: users, work, use, changes."""
    pods, alarms, health = every(profile), alarm_thresholds(profile), thresholds(profile).health
    changes = (_versions(profile), _version_latency(profile)) if profile.rollout.analysis else ()
    return (
        _throughput(pods),
        _latency(pods, alarms),
        _failures(pods, alarms),
        _requests(pods),
        _active(answering(profile), alarms),
        _waiting(pods, alarms),
        _health(pods),
        _nodes(pods),
        _sources(pods),
        _cache(pods, profile),
        _cpu(pods, alarms, health),
        _memory(pods, alarms, health),
        _configuration(pods),
        *changes,
    )


def rate(pods: Series, metric: str, by: str, *matchers: str) -> str:
    """Return the summed rate of a metric's series."""
    return f"sum by ({by}) (rate({pods.of(metric, *matchers)}{_WINDOW}))"


def quantile(share: float, pods: Series, metric: str) -> str:
    """Return a quantile of a histogram, over all its series."""
    return f"histogram_quantile({share:g}, {rate(pods, f'{metric}_bucket', 'le')})"


def _throughput(pods: Series) -> Panel:
    return Panel(
        title="Runs a second, by how they ended",
        queries={"{{status}}": rate(pods, contract.GRAPH_EXECUTIONS, "status")},
        unit="ops",
    )


def _latency(pods: Series, alarms: AlarmThresholds) -> Panel:
    return Panel(
        title="Time of a run",
        queries={
            name: quantile(share, pods, contract.GRAPH_SECONDS)
            for name, share in _QUANTILES.items()
        },
        unit="s",
        bounds=(alarms.mean_latency_ms / 1000, alarms.p95_latency_ms / 1000),
    )


def _failures(pods: Series, alarms: AlarmThresholds) -> Panel:
    failed, status = 'status=~"error|timeout"', 'status!="cancelled"'
    runs = rate(pods, contract.GRAPH_EXECUTIONS, "namespace", failed)
    requests = rate(pods, f"{contract.HTTP_SECONDS}_count", "namespace", 'status=~"5.."')
    return Panel(
        title="Failures",
        queries={
            "runs": f"100 * {runs} / {rate(pods, contract.GRAPH_EXECUTIONS, 'namespace', status)}",
            "requests": f"100 * {requests} / "
            + rate(pods, f"{contract.HTTP_SECONDS}_count", "namespace"),
        },
        unit="percent",
        bounds=(100 * alarms.error_rate_max,),
    )


def _requests(pods: Series) -> Panel:
    return Panel(
        title="Requests a second",
        queries={"{{route}} {{status}}": rate(pods, _REQUESTS, "route, status")},
        unit="reqps",
    )


def _active(pods: Series, alarms: AlarmThresholds) -> Panel:
    active = f"sum by (pod) ({pods.of(contract.GRAPH_ACTIVE)})"
    return Panel(
        title="Runs in a pod",
        queries={"{{pod}}": active},
        unit="short",
        bounds=(float(alarms.active_runs),),
    )


def _waiting(pods: Series, alarms: AlarmThresholds) -> Panel:
    return Panel(
        title="Wait of the oldest durable run that a free worker would take",
        queries={"wait": f"max({pods.of(contract.RUN_OLDEST_WAIT_SECONDS)})"},
        unit="s",
        bounds=(float(alarms.queue_wait_seconds),),
    )


def _health(pods: Series) -> Panel:
    return Panel(
        title="Components, the worst pod of each",
        queries={"{{component}}": f"max by (component) ({pods.of(contract.HEALTH_STATUS)})"},
        unit="short",
        kind="state-timeline",
        states=contract.HEALTH_SEVERITIES,
    )


def _nodes(pods: Series) -> Panel:
    buckets = rate(pods, f"{contract.NODE_SECONDS}_bucket", "node_name, le")
    return Panel(
        title="Time of a node, p95",
        queries={"{{node_name}}": f"histogram_quantile(0.95, {buckets})"},
        unit="s",
    )


def _sources(pods: Series) -> Panel:
    return Panel(
        title="Searches a second, by source and result",
        queries={"{{source}} {{status}}": rate(pods, contract.SOURCE_RESULTS, "source, status")},
        unit="ops",
    )


def _cache(pods: Series, profile: Profile) -> Panel:
    hits = rate(pods, contract.CACHE_REQUESTS, "node_name", 'result="hit"')
    return Panel(
        title="Answers from the cache",
        queries={"{{node_name}}": f"{hits} / {rate(pods, contract.CACHE_REQUESTS, 'node_name')}"},
        unit="percentunit",
        bounds=(profile.objectives.node_cache_hit_rate_min,),
    )


def _cpu(pods: Series, alarms: AlarmThresholds, health: HealthThresholds) -> Panel:
    return Panel(
        title="CPU, of the limit",
        queries={"{{pod}}": pods.of(contract.CPU_USED)},
        unit="percent",
        bounds=(health.cpu_degraded_percent, alarms.cpu_critical_percent),
    )


def _memory(pods: Series, alarms: AlarmThresholds, health: HealthThresholds) -> Panel:
    return Panel(
        title="Memory, of the limit",
        queries={"{{pod}}": pods.of(contract.MEMORY_USED)},
        unit="percent",
        bounds=(health.memory_degraded_percent, alarms.memory_high_percent),
    )


def _configuration(pods: Series) -> Panel:
    counted = f"count by (config_hash, version) ({pods.of(contract.CONFIG_INFO)})"
    return Panel(
        title="Pods by configuration",
        queries={"{{version}} {{config_hash}}": counted},
        unit="short",
        kind="stat",
    )


def _versions(profile: Profile) -> Panel:
    both = {"serving": serving(profile), "under analysis": candidate(profile)}
    return Panel(
        title="Requests a second: serving and under analysis",
        queries={name: rate(pods, _REQUESTS, "namespace") for name, pods in both.items()},
        unit="reqps",
    )


def _version_latency(profile: Profile) -> Panel:
    both = {"serving": serving(profile), "under analysis": candidate(profile)}
    analysis = profile.rollout.analysis
    return Panel(
        title="Time of a request, p99: serving and under analysis",
        queries={name: quantile(0.99, pods, contract.HTTP_SECONDS) for name, pods in both.items()},
        unit="s",
        bounds=(analysis.latency_max_ms / 1000,) if analysis else (),
    )


_REQUESTS = f"{contract.HTTP_SECONDS}_count"
