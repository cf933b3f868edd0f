"""infra.monitoring: the objects that watch a stack, and what is scraped."""

import pytest

from infra.monitoring import rule_groups
from plumb.render import Rendered
from profiles import ProfileError
from tests.infra.edit import annotations, body, edited
from tests.infra.monitoring.series import (
    stack,
)
from tests.infra.monitoring.watch import EXISTING, watched
from tests.profiles.build import profile
from tests.stacks import STACKS, rendered


def objects(result: Rendered) -> set[str]:
    """Return the identities of what watches the stack."""
    kinds = {"ServiceMonitor", "PrometheusRule"}
    return {
        manifest.identity
        for manifest in result.manifests
        if manifest.kind in kinds or manifest.identity.endswith(("-metrics", "-dashboard"))
    }


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
