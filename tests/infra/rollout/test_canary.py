"""Flagger's Canary, and what it refers to."""

from typing import Any

import pytest

from plumb.render import Rendered
from tests.infra.edit import annotations, body, edited
from tests.infra.schema import custom_violations
from tests.stacks import rendered

NAME = "bio-mcp-orchestrator"

GATEWAY: dict[str, Any] = {
    "addons": {"gateway_api": {"provision": "existing"}},
    "network": {
        "ingress": {
            "kind": "httproute",
            "host": "research.example.org",
            "class_name": None,
            "tls_secret": None,
            "issuer": None,
            "gateway": {"name": "public", "namespace": "gateways"},
            "controller_namespace": "gateways",
        }
    },
    "rollout": {
        "analysis": {
            "provider": "gatewayapi",
            "iterations": None,
            "weights": {"step_percent": 20, "max_percent": 50},
        }
    },
}
"""What a stack whose users a Gateway splits states over staging."""

ALERTS = {"analysis": {"alerts": {"type": "slack", "channel": "releases", "severity": "warn"}}}


def spec(result: Rendered) -> dict[str, Any]:
    """Return the Canary's spec."""
    found: dict[str, Any] = body(result, "Canary")["spec"]
    return found


def test_the_canary_takes_its_limits_from_the_profile() -> None:
    """Interval, iterations and both limits are the stack's (INF-13)."""
    analysis = spec(rendered("staging"))["analysis"]
    assert (analysis["interval"], analysis["iterations"], analysis["threshold"]) == ("30s", 5, 3)
    ranges = {metric["name"]: metric["thresholdRange"] for metric in analysis["metrics"]}
    assert ranges == {"success-rate": {"min": 95}, "latency-p99": {"max": 4000}}
    assert "stepWeight" not in analysis


def test_each_check_asks_a_template_that_is_there() -> None:
    """Flagger's built-in checks, which have names of their own, do not run."""
    for check in spec(rendered("staging"))["analysis"]["metrics"]:
        assert body(rendered("staging"), "MetricTemplate", check["templateRef"]["name"])
        assert check["name"] not in ("request-success-rate", "request-duration")


def test_behind_a_gateway_the_share_of_the_users_grows() -> None:
    """Weights in place of iterations; Flagger makes the route, for the stack's host."""
    result = edited("staging", **GATEWAY)
    assert spec(result)["provider"] == "gatewayapi:v1"
    analysis, service = spec(result)["analysis"], spec(result)["service"]
    assert (analysis["stepWeight"], analysis["maxWeight"]) == (20, 50)
    assert "iterations" not in analysis
    assert service["hosts"] == ["research.example.org"]
    (gateway,) = service["gatewayRefs"]
    assert (gateway["name"], gateway["namespace"]) == ("public", "gateways")
    assert not [each for each in result.manifests if each.kind == "HTTPRoute"]


@pytest.mark.parametrize("sections", [{}, GATEWAY, {"rollout": ALERTS}])
def test_flaggers_definitions_accept_every_mode(sections: dict[str, Any]) -> None:
    """Canary, MetricTemplate and AlertProvider, as strict as the API server."""
    assert not custom_violations(edited("staging", **sections))


def test_the_deployments_deadline_strikes_before_the_canarys() -> None:
    """So that the reason is the Deployment's own (rule PL022)."""
    deployment = body(rendered("production"), "Deployment", NAME)["spec"]
    canary = spec(rendered("production"))
    assert deployment["progressDeadlineSeconds"] < canary["progressDeadlineSeconds"]


def test_the_service_states_no_selector_under_flagger() -> None:
    """It is Flagger's: stated, each update would take the users from the pods that serve."""
    for service_type in ("ClusterIP", "LoadBalancer"):
        result = edited("staging", workload={"service_type": service_type})
        service = body(result, "Service", f"{NAME}-service")["spec"]
        assert "selector" not in service
        assert service["type"] == service_type


@pytest.mark.parametrize("service_type", ["ClusterIP", "LoadBalancer"])
def test_the_services_ports_are_those_that_flagger_writes(service_type: str) -> None:
    """Otherwise each undoes the other's; discovered ports lead to numbers, the first to a name."""
    result = edited("staging", workload={"service_type": service_type})
    wanted = spec(result)["service"]
    first = (wanted["portName"], wanted["port"], wanted["targetPort"])
    discovered = [("metrics", 8080, 8080)] if wanted["portDiscovery"] else []
    ports = body(result, "Service", f"{NAME}-service")["spec"]["ports"]
    found = [(port["name"], port["port"], port["targetPort"]) for port in ports]
    assert found == [first, *discovered]
    assert wanted["portDiscovery"] == (service_type == "ClusterIP")


def test_without_flagger_the_service_selects_the_deployments_pods() -> None:
    """And nothing of an analysis is left."""
    result = edited("staging", rollout={"mode": "rolling", "analysis": None})
    service = body(result, "Service", f"{NAME}-service")
    assert service["spec"]["selector"] == {"app": NAME}
    assert "annotations" not in service["metadata"]
    kinds = {manifest.kind for manifest in result.manifests}
    assert not kinds & {"Canary", "MetricTemplate", "AlertProvider"}


def test_the_canary_states_nothing_that_flagger_would_rewrite() -> None:
    """Flagger writes the Canary whole: zero values go, and each webhook gets `muteAlert`."""
    canary = spec(rendered("staging"))
    assert "skipAnalysis" not in canary
    assert all(hook["muteAlert"] is False for hook in canary["analysis"]["webhooks"])
    kept = edited("staging", rollout={"analysis": {"revert_on_deletion": False}})
    assert "revertOnDeletion" not in spec(kept)
    assert canary["revertOnDeletion"] is True


def test_alerts_go_where_the_secret_says() -> None:
    """The address is a credential: Flagger reads it from the Secret's key `address`."""
    result = edited("staging", rollout=ALERTS)
    provider = body(result, "AlertProvider")
    assert provider["spec"]["secretRef"] == {"name": "alerts-secret"}
    assert "address" not in provider["spec"]
    (alert,) = spec(result)["analysis"]["alerts"]
    assert alert["providerRef"] == {"name": provider["metadata"]["name"]}
    assert alert["severity"] == "warn"


def test_a_scaling_edit_changes_the_pods_and_so_is_promoted() -> None:
    """Rule 8: Flagger copies the autoscaler to the primary only when it promotes."""
    before = annotations(rendered("production"))
    after = annotations(edited("production", scaling={"max_replicas": 9}))
    assert before["plumbline.dev/scaling-hash"] != after["plumbline.dev/scaling-hash"]
    assert before["plumbline.dev/config-hash"] == after["plumbline.dev/config-hash"]


def test_a_threshold_edit_changes_the_pods_and_so_is_analysed() -> None:
    """CFG-13: the ConfigMap's hash is in the pod template."""
    before = annotations(rendered("production"))
    after = annotations(edited("production", health={"cpu_degraded_percent": 60.0}))
    assert before["plumbline.dev/config-hash"] != after["plumbline.dev/config-hash"]


def test_keda_scales_the_primary_by_a_query_of_its_own() -> None:
    """Flagger copies the ScaledObject; the query is the primary's pods'."""
    demand = {
        "through": "keda",
        "active_runs_per_pod": 4,
        "queue_wait_ms": None,
        "reader_namespace": "keda",
    }
    reference = spec(edited("staging", scaling={"demand": demand}))["autoscalerRef"]
    assert reference["kind"] == "ScaledObject"
    (query,) = reference["primaryScalerQueries"].values()
    assert f"{NAME}-primary" in query
