"""Workers of their own: a Deployment beside the service's, its autoscaler, budget and flows."""

from typing import Any

import pytest

from infra import network
from infra.monitoring import rule_groups
from plumb.render import Rendered
from profiles import ProfileError, contract
from profiles.named import merged
from tests.infra.catalogue import CATALOGUE
from tests.infra.edit import body, edited
from tests.infra.monitoring.series import case, expression
from tests.infra.promtool import try_rules
from tests.infra.world import World
from tests.profiles.build import profile
from tests.workers import DEMAND, workers

NAME, WORKERS = "bio-mcp-orchestrator", "bio-mcp-orchestrator-work"


def stated(mode: str) -> dict[str, Any]:
    """Return what a mode of the workers states."""
    return next(m.stated for m in CATALOGUE if (m.part, m.name) == ("workers", mode))


def stack(mode: str, **sections: Any) -> Rendered:
    """Return production in a mode of the workers."""
    return edited("production", **merged(stated(mode), sections))


def pod(result: Rendered, name: str) -> dict[str, Any]:
    """Return the spec of a Deployment's pods."""
    found: dict[str, Any] = body(result, "Deployment", name)["spec"]["template"]["spec"]
    return found


def test_a_worker_is_the_services_pod_with_another_command_size_and_end() -> None:
    """Hardening, settings, secrets and probes are the same; nobody calls it, so it has no pause."""
    result = stack("fixed, rolling")
    own, service = pod(result, WORKERS), pod(result, NAME)
    (worker,), (answering,) = own["containers"], service["containers"]
    assert worker["args"][0] == "work"
    assert "args" not in answering
    assert worker["resources"]["limits"]["memory"] == "2Gi"
    assert "lifecycle" not in worker
    assert own["terminationGracePeriodSeconds"] == 65  # 60 drain + 5 flush
    differing = {"name", "args", "resources", "lifecycle"}
    assert {k: v for k, v in worker.items() if k not in differing} == {
        k: v for k, v in answering.items() if k not in differing
    }
    for key in ("securityContext", "serviceAccountName", "priorityClassName", "volumes"):
        assert own[key] == service[key]
    assert own["topologySpreadConstraints"][0]["labelSelector"]["matchLabels"] == {"app": WORKERS}


def test_fixed_workers_state_their_number_and_scaled_ones_none() -> None:
    """INF-11: the autoscaler owns the number where there is one."""
    assert body(stack("fixed, rolling"), "Deployment", WORKERS)["spec"]["replicas"] == 2
    scaled = stack("CPU and memory, rolling")
    assert "replicas" not in body(scaled, "Deployment", WORKERS)["spec"]
    spec = body(scaled, "HorizontalPodAutoscaler", WORKERS)["spec"]
    assert spec["scaleTargetRef"]["name"] == WORKERS
    assert (spec["minReplicas"], spec["maxReplicas"]) == (2, 3)


def test_keda_scales_workers_on_their_runs_and_on_the_wait_of_the_queue() -> None:
    """2000 ms are 2 s of the oldest run's wait; the runs are those in the workers' own pods."""
    triggers = body(stack("KEDA"), "ScaledObject", WORKERS)["spec"]["triggers"]
    runs, wait = triggers[-2:]
    assert f'pod=~"{WORKERS}-[a-z0-9]+-[a-z0-9]+"' in runs["metadata"]["query"]
    assert (runs["metricType"], runs["metadata"]["threshold"]) == ("AverageValue", "4")
    assert wait["metadata"]["query"] == (
        'max(run_oldest_wait_seconds{namespace="bio-mcp-production"})'
    )
    assert (wait["metricType"], wait["metadata"]["threshold"]) == ("Value", "2")
    canary = body(stack("KEDA"), "Canary", WORKERS)["spec"]["autoscalerRef"]
    assert canary["primaryScalerQueries"]["queue-wait"] == wait["metadata"]["query"]
    assert f"{WORKERS}-primary" in canary["primaryScalerQueries"]["active-runs"]


def test_an_external_metric_is_the_queues_wait_and_the_runs_that_workers_hold() -> None:
    """Only workers hold durable runs, so that figure needs no pattern of pods."""
    spec = body(stack("external metrics"), "HorizontalPodAutoscaler", WORKERS)["spec"]
    runs, wait = (each["external"] for each in spec["metrics"] if each["type"] == "External")
    assert runs["metric"]["name"] == contract.RUNS_HELD
    assert runs["target"] == {"type": "AverageValue", "averageValue": "4"}
    assert wait["metric"]["name"] == contract.RUN_OLDEST_WAIT_SECONDS
    assert wait["target"] == {"type": "Value", "value": "2000m"}


def test_workers_reach_what_the_service_reaches_and_are_asked_for_metrics_alone() -> None:
    """SEC-04: no client has a way to them, and the load tester has none either."""
    declared = load_profile_of("CPU and memory, flagger")
    flows = network.flows(declared)
    ways = {
        component: [(flow.server, flow.ports) for flow in flows if flow.client == component]
        for component in (contract.SERVICE_COMPONENT, contract.WORKER_COMPONENT)
    }
    assert ways[contract.WORKER_COMPONENT] == ways[contract.SERVICE_COMPONENT] != []
    asked = {flow.ports for flow in flows if flow.server == contract.WORKER_COMPONENT}
    assert asked == {(contract.METRICS_PORT,)}


def load_profile_of(mode: str) -> Any:
    """Return production's profile in a mode of the workers."""
    from tests.infra.modes import Cell  # noqa: PLC0415  # its table takes a while

    found = next(m for m in CATALOGUE if (m.part, m.name) == ("workers", mode))
    return Cell(mode=found, stack="production").profile()


def test_a_drain_takes_workers_one_by_one_and_is_never_held_by_them() -> None:
    """A worker hands over what it has, so one may always go."""
    budget = body(stack("fixed, rolling"), "PodDisruptionBudget", WORKERS)["spec"]
    assert budget["maxUnavailable"] == 1
    assert budget["selector"]["matchLabels"] == {"app": WORKERS}
    flagger = stack("CPU and memory, flagger")
    names = [m.name for m in flagger.manifests if m.kind == "PodDisruptionBudget"]
    assert {WORKERS, f"{WORKERS}-primary"} < set(names)


def test_under_flagger_each_target_has_settings_of_its_own() -> None:
    """Flagger keeps one copy for a name, and promotes the two at times of their own."""
    result = stack("CPU and memory, flagger")
    volumes = {
        name: pod(result, name)["volumes"][0]["configMap"]["name"] for name in (NAME, WORKERS)
    }
    assert volumes == {NAME: f"{NAME}-thresholds", WORKERS: f"{WORKERS}-thresholds"}
    texts = {m.name: m.body["data"] for m in result.manifests if m.kind == "ConfigMap"}
    assert texts[f"{NAME}-thresholds"] == texts[f"{WORKERS}-thresholds"]
    assert pod(stack("fixed, rolling"), WORKERS)["volumes"][0]["configMap"]["name"] == (
        f"{NAME}-thresholds"
    )


def test_an_edit_of_their_autoscaler_rolls_the_workers_alone() -> None:
    """PL008: Flagger copies it only when it promotes."""
    before, after = (
        stack("CPU and memory, flagger", workers={"scaling": {"min_replicas": least}})
        for least in (1, 2)
    )
    changed = {
        name
        for name in (NAME, WORKERS)
        if body(before, "Deployment", name)["spec"]["template"]
        != body(after, "Deployment", name)["spec"]["template"]
    }
    assert changed == {WORKERS}


def test_a_service_monitor_finds_each_worker_once() -> None:
    """INF-18: one monitor reads a Service of the service's pods and one of the workers'."""
    result = stack("ServiceMonitor, no budget")
    world = World(rendered=result, profile=load_profile_of("ServiceMonitor, no budget"))
    wanted = body(result, "ServiceMonitor")["spec"]["selector"]["matchLabels"].items()
    read = [
        pods.owner
        for each in world.listeners.values()
        if each.labels.items() >= wanted
        for pods in each.pods
    ]
    names = (NAME, f"{NAME}-primary", WORKERS, f"{WORKERS}-primary")
    assert sorted(read) == sorted(f"Deployment/{name}" for name in names)


@pytest.mark.parametrize(("up", "fires"), [("1x80", False), ("0x80", True)])
def test_workers_that_cannot_be_read_are_told_of(up: str, fires: bool, tmp_path: Any) -> None:
    """ALR-03: without a worker durable runs only wait."""
    groups = rule_groups(load_profile_of("CPU and memory, flagger"))
    pods = f"{WORKERS}-primary-6d9f8c7b5-x2x4q"
    series = [("up", {"pod": pods}, up)]
    firing = "PlumblineWorkersAbsent" if fires else None
    assert try_rules(groups, [case(series, firing)], tmp_path) == ""


def test_a_full_worker_is_no_alert_and_a_full_pod_that_answers_is_one() -> None:
    """Workers are meant to be full; all else is asked of every pod."""
    groups = rule_groups(load_profile_of("CPU and memory, flagger"))
    assert "(work-)?" not in expression(groups, "PlumblineQueueLong")
    assert "(work-)?" in expression(groups, "PlumblineCpuCritical")


def test_without_workers_nothing_of_them_is_there() -> None:
    """An unset section leaves nothing behind."""
    result = edited("production", workers=None)
    assert not [m.identity for m in result.manifests if m.name.startswith(WORKERS)]
    text = " ".join(str(m.body) for m in result.manifests)
    assert contract.WORKER_SUFFIX + "-" not in text.replace("network-", "")


@pytest.mark.parametrize(
    ("sections", "said"),
    [
        ({"workers": {"scaling": None, "replicas": 2}}, "so it needs workers.scaling"),
        ({"workers": {"replicas": 2}}, "state one of them"),
        ({"scaling": {"demand": DEMAND}}, "which here are the workers"),
        (
            {
                "scaling": {
                    "demand": DEMAND | {"through": "external-metrics", "queue_wait_ms": None}
                }
            },
            "cannot tell the service's runs from the workers'",
        ),
    ],
)
def test_workers_that_no_cluster_could_run_are_refused(sections: dict[str, Any], said: str) -> None:
    """CFG-12: each combination is refused with the fields and the way out."""
    with pytest.raises(ProfileError, match=said):
        profile(**merged(stated("CPU and memory, flagger"), sections))


def test_one_file_of_one_pod_has_no_workers_beside_it() -> None:
    """SQLite is no database that pods share."""
    with pytest.raises(ProfileError, match="workers need a database that several pods share"):
        profile("embedded", workers=workers())
