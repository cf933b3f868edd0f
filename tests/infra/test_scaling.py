"""The autoscaler: Kubernetes' own, on resources and an external figure, or KEDA's."""

import json
from typing import Any

import pytest

from infra import fleet, scaling
from profiles import load_profile
from profiles.named import merged
from tests.infra.edit import body, edited
from tests.stacks import profile_json, rendered

NAME = "bio-mcp-orchestrator"
KEDA = {
    "through": "keda",
    "active_runs_per_pod": 8,
    "queue_wait_ms": None,
    "reader_namespace": "keda",
}
EXTERNAL = {
    "through": "external-metrics",
    "active_runs_per_pod": 8,
    "queue_wait_ms": None,
    "reader_namespace": "adapter",
}
ROLLING = {"mode": "rolling", "analysis": None}


def scaled_object(**sections: Any) -> dict[str, Any]:
    """Return the spec of production's ScaledObject."""
    found: dict[str, Any] = body(
        edited("production", scaling={"demand": KEDA}, **sections), "ScaledObject"
    )["spec"]
    return found


def reference(**values: Any) -> dict[str, Any]:
    """Return what Flagger is told of production's autoscaler."""
    stated = load_profile(json.dumps(merged(json.loads(profile_json("production")), values)))
    return scaling.reference(stated, fleet.service(stated))


def test_pods_go_as_slowly_and_come_as_fast_as_the_profile_says() -> None:
    """INF-11: both windows and the pace are the stack's."""
    figures = {
        "scale_up_stabilization_seconds": 15,
        "scale_down_stabilization_seconds": 600,
        "scale_down_pods_per_minute": 1,
    }
    spec = body(edited("production", scaling=figures), "HorizontalPodAutoscaler")["spec"]
    assert spec["behavior"]["scaleUp"] == {"stabilizationWindowSeconds": 15}
    assert spec["behavior"]["scaleDown"] == {
        "stabilizationWindowSeconds": 600,
        "policies": [{"type": "Pods", "value": 1, "periodSeconds": 60}],
    }


def test_a_target_that_is_null_is_no_metric() -> None:
    """INF-11: CPU and memory are each the stack's to leave out."""
    result = edited("production", scaling={"memory_request_percent": None})
    metrics = body(result, "HorizontalPodAutoscaler")["spec"]["metrics"]
    assert [metric["resource"]["name"] for metric in metrics] == ["cpu"]


def test_an_external_figure_is_the_namespaces_own() -> None:
    """The fleet's running graphs are shared out; another stack's are none of it."""
    spec = body(edited("production", scaling={"demand": EXTERNAL}), "HorizontalPodAutoscaler")
    external = spec["spec"]["metrics"][-1]["external"]
    assert external["metric"] == {
        "name": "graph_executions_active",
        "selector": {"matchLabels": {"namespace": "bio-mcp-production"}},
    }
    assert external["target"] == {"type": "AverageValue", "averageValue": "8"}


def test_keda_stands_in_the_autoscalers_place_with_its_bounds_and_behaviour() -> None:
    """Two autoscalers of one Deployment would undo each other's work."""
    plain = body(rendered("production"), "HorizontalPodAutoscaler")["spec"]
    result = edited("production", scaling={"demand": KEDA})
    assert not [m for m in result.manifests if m.kind == "HorizontalPodAutoscaler"]
    spec = body(result, "ScaledObject")["spec"]
    assert spec["scaleTargetRef"] == plain["scaleTargetRef"]
    bounds = (spec["minReplicaCount"], spec["maxReplicaCount"])
    assert bounds == (plain["minReplicas"], plain["maxReplicas"])
    own = spec["advanced"]["horizontalPodAutoscalerConfig"]
    assert own == {"name": NAME, "behavior": plain["behavior"]}


def test_keda_takes_over_the_autoscaler_that_was_there() -> None:
    """Its webhook refuses a ScaledObject beside another autoscaler, unless both are named so."""
    found = body(edited("production", scaling={"demand": KEDA}), "ScaledObject")
    notes = found["metadata"]["annotations"]
    assert notes == {"scaledobject.keda.sh/transfer-hpa-ownership": "true"}
    old = body(rendered("production"), "HorizontalPodAutoscaler")["metadata"]["name"]
    assert found["spec"]["advanced"]["horizontalPodAutoscalerConfig"]["name"] == old


def test_keda_scales_on_the_same_targets_and_on_running_graphs() -> None:
    """Triggers are texts to KEDA; no samples must not read as no load."""
    cpu, memory, runs = scaled_object()["triggers"]
    assert [(each["type"], each["metadata"]["value"]) for each in (cpu, memory)] == [
        ("cpu", "70"),
        ("memory", "80"),
    ]
    assert runs["metadata"]["threshold"] == "8"
    assert runs["metadata"]["ignoreNullValues"] == "false"


@pytest.mark.parametrize("demand", [EXTERNAL, KEDA])
def test_the_service_scales_on_the_queues_wait_where_it_works_on_the_queue(
    demand: dict[str, Any],
) -> None:
    """1500 ms are 1.5 s of the oldest run's wait: a value, which more pods do not divide."""
    spec = body(
        edited("production", scaling={"demand": demand | {"queue_wait_ms": 1500}}),
        "ScaledObject" if demand is KEDA else "HorizontalPodAutoscaler",
    )["spec"]
    if demand is KEDA:
        wait = spec["triggers"][-1]
        assert wait["metadata"]["query"].startswith("max(run_oldest_wait_seconds{")
        assert (wait["metricType"], wait["metadata"]["threshold"]) == ("Value", "1.5")
    else:
        wait = spec["metrics"][-1]["external"]
        assert wait["metric"]["name"] == "run_oldest_wait_seconds"
        assert wait["target"] == {"type": "Value", "value": "1500m"}


def test_keda_asks_prometheus_by_a_name_that_its_own_namespace_resolves() -> None:
    """KEDA is not in the stack's namespace, where a short name would do."""
    address = scaled_object()["triggers"][-1]["metadata"]["serverAddress"]
    assert address == "http://prometheus.bio-mcp-production.svc:9090"
    elsewhere = {"provision": "existing", "url": "http://prometheus.monitoring:9090"}
    there = scaled_object(addons={"prometheus": elsewhere})["triggers"][-1]["metadata"]
    assert there["serverAddress"] == "http://prometheus.monitoring:9090"


def test_the_query_counts_one_deployments_pods() -> None:
    """`NAME-hash-suffix` is not `NAME-primary-hash-suffix`: neither counts the other's runs."""
    query = scaled_object()["triggers"][-1]["metadata"]["query"]
    assert query == (
        'sum(graph_executions_active{namespace="bio-mcp-production",'
        f'pod=~"{NAME}-[a-z0-9]+-[a-z0-9]+"}})'
    )


def test_flagger_is_given_the_primarys_query() -> None:
    """Left to itself it replaces the Deployment's name wherever it stands in the query."""
    own = reference(scaling={"demand": KEDA})
    assert (own["apiVersion"], own["kind"], own["name"]) == (
        "keda.sh/v1alpha1",
        "ScaledObject",
        NAME,
    )
    trigger = scaled_object()["triggers"][-1]["name"]
    assert f'pod=~"{NAME}-primary-[a-z0-9]+' in own["primaryScalerQueries"][trigger]


def test_flagger_is_given_kubernetes_own_autoscaler_otherwise() -> None:
    """It copies what it is told of."""
    assert reference() == {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "name": NAME,
    }


@pytest.mark.parametrize("demand", [None, EXTERNAL, KEDA])
def test_no_replicas_are_stated_beside_any_autoscaler(demand: dict[str, Any] | None) -> None:
    """INF-11: whoever states them as well resets the fleet at every update."""
    result = edited("production", scaling={"demand": demand})
    assert "replicas" not in body(result, "Deployment")["spec"]


def test_without_scaling_there_is_no_autoscaler_and_the_number_is_fixed() -> None:
    """An unset section leaves nothing behind."""
    result = edited(
        "production", scaling=None, workload={"replicas": 3}, rollout=ROLLING, disruption=None
    )
    kinds = {manifest.kind for manifest in result.manifests}
    assert not kinds & {"HorizontalPodAutoscaler", "ScaledObject"}
    assert body(result, "Deployment")["spec"]["replicas"] == 3
