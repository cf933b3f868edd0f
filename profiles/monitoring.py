"""How the stack is watched from outside: scraping, alert rules, dashboard."""

from typing import Literal

from profiles.section import Count, Fraction, Name, Percent, Seconds, require, section


@section
class Alarms:
    """From when a person is told (ALR-01, ALR-03); rules in the cluster and service alike."""

    cpu_critical_percent: Percent
    """CPU use of a pod that is critical, in percent of its limit (CON-08)."""
    memory_high_percent: Percent
    """Memory use of a pod that is high, in percent of its limit (CON-09)."""
    active_runs_medium: Count
    """Runs waiting or running in a pod from which its queue is long (CON-26)."""
    queue_wait_seconds: Seconds
    """Time that a durable run has waited which a free worker would take, in seconds, from which too
    few runs are taken."""
    efficiency_low: Fraction
    """Share of runs that end well below which the fleet is inefficient (ALR-01)."""
    window_seconds: Seconds
    """Window that rates are taken over, in seconds; at least four scrapes (PL048)."""
    hold_seconds: Seconds
    """Time that a condition must hold before it is told, in seconds."""


@section
class Monitoring:
    """Objects for the cluster's Prometheus and Grafana (INF-18)."""

    scrape: Literal["annotations", "service-monitor"]
    """How the cluster's Prometheus finds the pods: by annotations, or by a ServiceMonitor.

    A managed one (`addons.prometheus`) always reads annotations; those are there with it.
    """
    rules: bool
    """Declare the alert rules as a PrometheusRule; a managed Prometheus has them in any case."""
    release: Name | None
    """`release` label by which an operator's Prometheus selects objects; null sets none."""
    kube_state_metrics: bool
    """Whether that Prometheus reads the cluster's kube-state-metrics: the backups' alarms do."""
    max_series_per_pod: Count
    """Most series that a scrape of a pod may have (PL046): beyond it a managed Prometheus, or one
    that reads the ServiceMonitor, drops the scrape, so that a fault cannot fill its memory."""
    dashboard: bool
    """Declare a Grafana dashboard as a ConfigMap, found by the label `grafana_dashboard`."""
    alarms: Alarms
    """From when a person is told."""

    def __post_init__(self) -> None:
        """Keep a label to the objects that carry it."""
        require(
            self.release is None or self.rules or self.scrape == "service-monitor",
            f"release {self.release} labels nothing: neither rules nor scrape 'service-monitor' is "
            "set; set one of them, or release to null",
        )
