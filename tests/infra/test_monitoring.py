"""infra.monitoring: what is scraped, which alerts fire on which series, what is drawn."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from infra.monitoring import rule_groups
from infra.monitoring.dashboard import dashboard
from plumb.render import Rendered
from profiles import Profile, ProfileError, contract, load_profile
from profiles.named import merged
from tests.infra.edit import annotations, body, edited
from tests.infra.promtool import check_rules, try_rules
from tests.profiles.build import nested, profile
from tests.stacks import STACKS, profile_json, rendered

PRIMARY = "bio-mcp-orchestrator-primary-6d9f8c7b5-x2x4q"
CANDIDATE = "bio-mcp-orchestrator-7c8d9f6b5-abcde"
PODS = (PRIMARY, CANDIDATE)

SERVING = "up", {"pod": PRIMARY}, "1x80"
"""The series without which the pods count as absent."""

Series = tuple[str, dict[str, str], str]
"""Metric, labels beside the namespace, and its values every 15 s as promtool writes them."""

EXISTING = {"provision": "existing", "url": "http://prometheus.monitoring:9090"}
"""An operator's Prometheus, which reads no annotations."""


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


FIRING: dict[str, list[list[Series]]] = {
    "PlumblineCpuCritical": [[gauge(contract.CPU_USED, 90.5, pod)] for pod in PODS],
    "PlumblineMemoryHigh": [[gauge(contract.MEMORY_USED, 85.5, pod)] for pod in PODS],
    "PlumblineQueueLong": [[gauge(contract.GRAPH_ACTIVE, 16, pod)] for pod in PODS],
    "PlumblineRequestsFail": [requests("/invoke", s200=989, s503=11)],
    "PlumblineRunsFail": [runs(success=989, error=11), runs(success=989, error=6, timeout=5)],
    "PlumblineLatencyHigh": [slow(within_4=94)],
    "PlumblineLatencyMeanHigh": [mean(2010)],
    "PlumblineEfficiencyLow": [runs(success=59, partial=41)],
    "PlumblineRunsWait": [[gauge(contract.RUN_OLDEST_WAIT_SECONDS, 31, pod)] for pod in PODS],
    "PlumblineAbsent": [[gauge("up", 0)], [gauge("up", 1, CANDIDATE)], []],
    "PlumblineRestarted": [
        [(contract.PROCESS_START, {"pod": pod}, "100x46 200x34")] for pod in PODS
    ],
    "PlumblineComponentFailed": [
        [gauge(contract.HEALTH_STATUS, severity, component="database_connectivity")]
        for severity in (2, 3)
    ],
    "PlumblineComponentDegraded": [[gauge(contract.HEALTH_STATUS, 1, component="caching")]],
    "PlumblineConfigurationDiffers": [config(primary="a", second="b")],
    "PlumblineConfigurationOverridden": [[gauge(contract.CONFIG_OVERRIDES, 1)]],
    "PlumblineVersionRejected": [
        canary(2, exported_namespace="bio-mcp-production", namespace="flagger-system"),
        canary(2),
    ],
}
"""For each alert the series, just beyond production's bounds, on which it alone fires."""

QUIET: dict[str, list[list[Series]]] = {
    "PlumblineCpuCritical": [[gauge(contract.CPU_USED, 90)]],
    "PlumblineMemoryHigh": [[gauge(contract.MEMORY_USED, 85)]],
    "PlumblineQueueLong": [[gauge(contract.GRAPH_ACTIVE, 15)]],
    "PlumblineRequestsFail": [
        requests("/invoke", s200=991, s503=9),
        requests(contract.HEALTH_PATH, s503=1000),
        requests("/invoke", s422=1000),
    ],
    "PlumblineRunsFail": [
        runs(success=991, error=9),
        runs(success=10, cancelled=1000),
        # Three in the window, which says nothing.
        [(contract.GRAPH_EXECUTIONS, {"pod": PRIMARY, "status": "error"}, "0x45 1 2 3x34")],
    ],
    "PlumblineLatencyHigh": [slow(within_4=96)],
    "PlumblineLatencyMeanHigh": [mean(1990)],
    "PlumblineEfficiencyLow": [runs(success=61, partial=39)],
    "PlumblineRunsWait": [[gauge(contract.RUN_OLDEST_WAIT_SECONDS, 30)]],
    "PlumblineAbsent": [[gauge("up", 0, PRIMARY[:-1] + "z")]],
    "PlumblineRestarted": [[gauge(contract.PROCESS_START, 100)]],
    "PlumblineComponentFailed": [[gauge(contract.HEALTH_STATUS, 0, component="caching")]],
    "PlumblineComponentDegraded": [[gauge(contract.HEALTH_STATUS, 1, component="resource_usage")]],
    "PlumblineConfigurationDiffers": [config(primary="a", candidate="b")],
    "PlumblineConfigurationOverridden": [[gauge(contract.CONFIG_OVERRIDES, 0)]],
    "PlumblineVersionRejected": [
        canary(0),
        canary(1),
        canary(2, exported_namespace="bio-mcp-staging", namespace="flagger-system"),
    ],
}
"""For each alert the series, at production's bounds or beside the point, on which none fires."""


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


def test_every_alert_has_series_on_which_it_fires() -> None:
    """An alert without a case here would be one that nobody has seen fire (ALR-04)."""
    assert names(rule_groups(stack("production"))) == list(FIRING) == list(QUIET)


@pytest.mark.parametrize("alert", FIRING)
def test_an_alert_fires_alone_beyond_the_profiles_bound_and_not_at_it(
    alert: str, tmp_path: Path
) -> None:
    """ALR-01, ALR-03: Prometheus' own evaluation, over primary's and candidate's pods."""
    absent = alert == "PlumblineAbsent"
    cases = [case(series, alert, absent=absent) for series in FIRING[alert]]
    cases += [case(series, None) for series in QUIET[alert]]
    assert try_rules(rule_groups(stack("production")), cases, tmp_path) == ""


def backups(**sections: Any) -> list[dict[str, Any]]:
    """Return production's rules where kube-state-metrics is read."""
    stated = json.loads(profile_json("production"))
    edit = {"monitoring": {"kube_state_metrics": True}} | sections
    return rule_groups(load_profile(json.dumps(merged(stated, edit))))


def cronjob(series: str, value: int, name: str = "backup", **labels: str) -> Series:
    """Return a time of a CronJob, as kube-state-metrics exports it."""
    every = {"cronjob": name, "pod": "kube-state-metrics-1"} | labels
    return f"kube_cronjob_{series}", every, f"{value}x2000"


OTHER = {"namespace": "kube-system", "exported_namespace": "bio-mcp-production"}

BACKUPS: dict[str, tuple[list[Series], str, str | None]] = {
    "a dump that fails is told two hours later": (
        [
            cronjob("created", 0),
            cronjob("status_last_successful_time", 60),
            cronjob("status_last_schedule_time", 600),
        ],
        "125m",
        "PlumblineBackupFailed",
    ),
    "and not while it may still run": (
        [
            cronjob("status_last_successful_time", 60),
            cronjob("status_last_schedule_time", 600),
        ],
        "115m",
        None,
    ),
    "a check that never succeeded is told too": (
        [
            cronjob("created", 0, "backup-check", **OTHER),
            cronjob("status_last_schedule_time", 600, "backup-check", **OTHER),
        ],
        "125m",
        "PlumblineBackupFailed",
    ),
    "one that succeeded is not": (
        [
            cronjob("status_last_schedule_time", 600),
            cronjob("status_last_successful_time", 700),
        ],
        "125m",
        None,
    ),
    "a dump older than a day and its two hours is overdue": (
        [cronjob("status_last_successful_time", 600, **OTHER)],
        "26h11m",
        "PlumblineBackupOverdue",
    ),
    "not before": ([cronjob("status_last_successful_time", 600)], "26h9m", None),
    "one that never was is overdue from the CronJob's creation": (
        [cronjob("created", 600)],
        "26h11m",
        "PlumblineBackupOverdue",
    ),
    "another stack's is not ours": (
        [cronjob("status_last_successful_time", 600, namespace="bio-mcp-staging")],
        "27h",
        None,
    ),
}
"""Times of CronJobs, a moment, and the alert that fires then; production dumps once a day."""


@pytest.mark.parametrize("told", BACKUPS)
def test_backups_are_told_of(told: str, tmp_path: Path) -> None:
    """INF-19: dumps that silently stopped are known before they are needed (GitLab, 2017)."""
    series, moment, alert = BACKUPS[told]
    serving = [("up", {"pod": PRIMARY}, "1x2000")]
    tried = case([*series, *serving], alert, absent=True) | {"interval": "1m"}
    tried["promql_expr_test"][0]["eval_time"] = moment
    groups = [group for group in backups() if group["name"].endswith("-backup")]
    assert try_rules(groups, [tried], tmp_path, every="1m") == ""


def test_backup_alarms_exist_only_where_they_can_speak(tmp_path: Path) -> None:
    """Without kube-state-metrics, without dumps or with somebody else's database there is none."""
    wanted = {"PlumblineBackupFailed", "PlumblineBackupOverdue"}
    assert wanted < set(names(backups()))
    assert check_rules(backups(), tmp_path) == ""
    assert not wanted & set(names(rule_groups(stack("production"))))
    assert not wanted & set(names(backups(database={"server": {"backup": None}})))


def test_a_fired_alert_tells_pod_value_and_bound(tmp_path: Path) -> None:
    """Who is woken up reads what is wrong, by how much, and what to do first (OPS-09)."""
    told = case([gauge(contract.CPU_USED, 97.25)], "PlumblineCpuCritical")
    groups = rule_groups(stack("production"))
    labels = {"severity": "critical", "service": "bio-mcp-orchestrator", "pod": PRIMARY}
    (rule,) = (r for g in groups for r in g["rules"] if r["alert"] == "PlumblineCpuCritical")
    described = {"description": f"{PRIMARY} uses 97.2 % of its CPU limit, above 90 %."}
    told["alert_rule_test"] = [
        {
            "eval_time": "15m",
            "alertname": "PlumblineCpuCritical",
            "exp_alerts": [
                {
                    "exp_labels": labels | {"namespace": "bio-mcp-production"},
                    "exp_annotations": rule["annotations"] | described,
                }
            ],
        }
    ]
    assert try_rules(groups, [told], tmp_path) == ""


def test_an_alert_waits_until_its_condition_has_held(tmp_path: Path) -> None:
    """A spike of less than the profile's two minutes wakes nobody."""
    held = case([gauge(contract.CPU_USED, 99)], None)
    held["promql_expr_test"][0]["eval_time"] = "105s"
    assert try_rules(rule_groups(stack("production")), [held], tmp_path) == ""


@pytest.mark.parametrize("name", STACKS)
def test_the_rules_of_every_stack_are_ones_that_prometheus_reads(name: str, tmp_path: Path) -> None:
    """INF-18: expressions, durations and templates pass `promtool check rules`."""
    assert check_rules(rule_groups(stack(name)), tmp_path) == ""


def test_a_rolling_stack_watches_the_pods_that_it_has() -> None:
    """Without Flagger no rule waits for a primary or for Flagger's verdict."""
    groups = rule_groups(stack("development"))
    assert "PlumblineVersionRejected" not in names(groups)
    assert "primary" not in json.dumps(groups)


BOUNDS = {
    "monitoring.alarms.cpu_critical_percent": (88.5, "PlumblineCpuCritical", "> 88.5"),
    "monitoring.alarms.memory_high_percent": (80.0, "PlumblineMemoryHigh", "> 80"),
    "monitoring.alarms.active_runs_medium": (12, "PlumblineQueueLong", "> 12"),
    "monitoring.alarms.efficiency_low": (0.55, "PlumblineEfficiencyLow", "< 55 and"),
    "monitoring.alarms.window_seconds": (600, "PlumblineRunsFail", "[600s]"),
    "objectives.error_rate_max": (0.005, "PlumblineRunsFail", "> 0.5 and"),
    "objectives.success_rate_min_percent": (99.5, "PlumblineRequestsFail", "> 0.5 and"),
    "objectives.mean_latency_ms": (1500, "PlumblineLatencyMeanHigh", "> 1500 and"),
    "objectives.p95_latency_ms": (3500, "PlumblineLatencyHigh", "> 3500 and"),
    "objectives.minimum_samples": (25, "PlumblineLatencyHigh", ">= 25"),
    "api.max_concurrent_graphs": (6, "PlumblineQueueLong", "> 5"),
}
"""Fields of the profile, and what an edit of each puts into an expression."""


@pytest.mark.parametrize("field", BOUNDS)
def test_an_edit_of_the_profile_is_an_edit_of_the_rule(field: str) -> None:
    """CFG-01: no number stands in a rule that a profile field does not own."""
    value, alert, written = BOUNDS[field]
    before = expression(rule_groups(profile()), alert)
    after = expression(rule_groups(profile(**nested(field, value))), alert)
    assert written not in before
    assert written in after


def objects(result: Rendered) -> set[str]:
    """Return the identities of what watches the stack."""
    kinds = {"ServiceMonitor", "PrometheusRule"}
    return {
        manifest.identity
        for manifest in result.manifests
        if manifest.kind in kinds or manifest.identity.endswith(("-metrics", "-dashboard"))
    }


def watched(**fields: Any) -> Rendered:
    """Return production with an operator's Prometheus."""
    return edited("production", monitoring=fields, addons={"prometheus": EXISTING})


@pytest.mark.parametrize("name", STACKS)
def test_a_stack_that_asks_for_no_objects_has_none(name: str) -> None:
    """Unset parts leave nothing behind."""
    assert objects(rendered(name)) == set()


def test_every_part_is_declared_where_it_is_asked_for() -> None:
    """INF-18: scraping, rules and dashboard."""
    result = watched(scrape="service-monitor", rules=True, dashboard=True, release="prom")
    name = "bio-mcp-orchestrator"
    assert objects(result) == {
        f"ConfigMap/{name}-dashboard",
        f"PrometheusRule/{name}",
        f"Service/{name}-service-metrics",
        f"ServiceMonitor/{name}-service-metrics",
    }
    assert body(result, "PrometheusRule")["metadata"]["labels"]["release"] == "prom"
    assert body(result, "ServiceMonitor")["metadata"]["labels"]["release"] == "prom"


def test_the_rules_in_the_cluster_are_the_rule_files() -> None:
    """A PrometheusRule and a managed Prometheus judge by the same groups."""
    found = body(watched(rules=True), "PrometheusRule")["spec"]
    assert found == {"groups": rule_groups(stack("production"))}


@pytest.mark.parametrize("rollout", ["flagger", "rolling"])
def test_a_service_monitor_finds_each_pod_exactly_once(rollout: str) -> None:
    """Rule 6: of all Services one is selected, and its selector is on every pod of the service."""
    plain = {"rollout": {"mode": "rolling", "analysis": None}} if rollout == "rolling" else {}
    result = edited(
        "production",
        monitoring={"scrape": "service-monitor"},
        addons={"prometheus": EXISTING},
        **plain,
    )
    monitor = body(result, "ServiceMonitor")["spec"]
    assert monitor["sampleLimit"] == 10_000  # PL046: the cap is kept to
    wanted = monitor["selector"]["matchLabels"].items()
    services = [m.body for m in result.manifests if m.kind == "Service"]
    (found,) = (s for s in services if wanted <= s["metadata"]["labels"].items())
    template = body(result, "Deployment", "bio-mcp-orchestrator")["spec"]["template"]
    labels = template["metadata"]["labels"]
    # Flagger changes `app` alone.
    assert found["spec"]["selector"].items() <= (labels | {"app": "anything"}).items()
    others = [
        m.body["spec"]["template"]["metadata"]["labels"]
        for m in result.manifests
        if m.kind in ("Deployment", "StatefulSet") and m.name != "bio-mcp-orchestrator"
    ]
    assert not any(found["spec"]["selector"].items() <= other.items() for other in others)


def test_annotations_go_where_only_an_operators_prometheus_reads() -> None:
    """A Prometheus that heeds both would hold every series twice."""
    scraped = "prometheus.io/scrape"
    assert scraped in annotations(watched(scrape="annotations"))
    assert scraped not in annotations(watched(scrape="service-monitor"))


def test_a_managed_prometheus_keeps_its_annotations_beside_a_service_monitor() -> None:
    """The analysis rests on it, and it reads nothing else."""
    result = edited("production", monitoring={"scrape": "service-monitor"})
    assert "prometheus.io/scrape" in annotations(result)


def test_a_service_monitor_that_no_policy_lets_through_is_refused() -> None:
    """Its Prometheus would find the pods and time out at each."""
    with pytest.raises(ProfileError, match="monitoring_namespaces"):
        profile(
            "embedded",
            monitoring={"scrape": "service-monitor"},
            network={"monitoring_namespaces": []},
        )


def panels(name: str) -> dict[str, dict[str, Any]]:
    """Return the panels of a stack's dashboard, by title."""
    return {panel["title"]: panel for panel in dashboard(stack(name))["panels"]}


def test_the_dashboard_in_the_cluster_is_one_that_grafana_finds() -> None:
    """A ConfigMap with the sidecar's label holds the dashboard as JSON, and nothing else."""
    found = body(watched(dashboard=True), "ConfigMap", "bio-mcp-orchestrator-dashboard")
    assert found["metadata"]["labels"]["grafana_dashboard"] == "1"
    (text,) = found["data"].values()
    assert json.loads(text) == dashboard(stack("production"))


@pytest.mark.parametrize("name", STACKS)
def test_a_dashboard_has_what_its_schema_version_requires(name: str) -> None:
    """Ids and places are each taken once, every query has a datasource, a letter and a legend."""
    made = dashboard(stack(name))
    assert made["schemaVersion"] >= 39
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,40}", made["uid"])
    assert [v["type"] for v in made["templating"]["list"]] == ["datasource"]
    ids = [panel["id"] for panel in made["panels"]]
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in made["panels"]]
    assert len(set(ids)) == len(set(places)) == len(made["panels"])
    assert all(p["gridPos"]["x"] + p["gridPos"]["w"] <= 24 for p in made["panels"])
    for panel in made["panels"]:
        letters = [target["refId"] for target in panel["targets"]]
        assert letters == sorted(set(letters))
        for target in panel["targets"]:
            assert (
                target["datasource"]
                == panel["datasource"]
                == {
                    "type": "prometheus",
                    "uid": "${datasource}",
                }
            )
            assert target["legendFormat"]


def test_dashboards_of_two_stacks_do_not_overwrite_each_other() -> None:
    """Grafana tells dashboards apart by uid."""
    assert dashboard(stack("production"))["uid"] != dashboard(stack("staging"))["uid"]


@pytest.mark.parametrize("name", STACKS)
def test_every_query_of_the_dashboard_is_one_that_prometheus_reads(
    name: str, tmp_path: Path
) -> None:
    """Parsed by promtool, with Grafana's window filled in."""
    queries = [t["expr"] for panel in panels(name).values() for t in panel["targets"]]
    rules = [
        {"record": f"query_{i}", "expr": query.replace("$__rate_interval", "1m")}
        for i, query in enumerate(queries)
    ]
    assert check_rules([{"name": "queries", "rules": rules}], tmp_path) == ""


def test_the_profiles_bounds_are_drawn_in() -> None:
    """A reader sees how far the service is from what an alarm speaks at."""

    def lines(title: str) -> list[float]:
        defaults = panels("production")[title]["fieldConfig"]["defaults"]
        assert defaults["custom"]["thresholdsStyle"]["mode"] == "line"
        return [step["value"] for step in defaults["thresholds"]["steps"]]

    assert lines("CPU, of the limit") == [None, 70, 90]
    assert lines("Memory, of the limit") == [None, 70, 85]
    assert lines("Time of a run") == [None, 2, 4]
    assert lines("Runs in a pod") == [None, 15]


def test_only_an_analysis_is_compared_with_what_serves() -> None:
    """A rolling stack has no version under analysis to draw."""
    title = "Requests a second: serving and under analysis"
    assert title in panels("production")
    assert title not in panels("development")
