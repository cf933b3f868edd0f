"""Production as it looks in a cluster, with one thing changed at a time."""

from dataclasses import replace
from typing import Any

import pytest

from plumb.status.answer import Answer
from plumb.status.row import Row
from tests.plumb.status.fleet import PODS, Fleet, fleet

SERVICE = "bio-mcp-orchestrator"
PRIMARY = f"{SERVICE}-primary"


@pytest.fixture
def production() -> Fleet:
    """Give production as its file says."""
    return fleet()


def only(made: Fleet) -> Row:
    """Return the one row with a problem."""
    [row] = [row for row in made.rows().values() if row.problem]
    return row


def test_a_fleet_as_the_stack_says_has_no_problem(production: Fleet) -> None:
    """Every subject is there: the pods that serve are those that Flagger made."""
    found = production.rows()
    assert [row.subject for row in found.values() if row.problem or not row.in_step] == []
    assert set(found) == {
        "image",
        "pods",
        "postgres",
        "redis",
        "settings",
        "health",
        "autoscaler",
        "budget",
        "flagger",
        "load-tester",
        "prometheus",
        "claim backups",
        "claim data-postgres-0",
        "engine",
        "analysis",
    }
    assert found["pods"].state == f"{PODS} of {PODS} ready"
    assert found["analysis"].state == "Succeeded"


def test_another_image_is_told_with_the_stacks(production: Fleet) -> None:
    """Somebody set it by hand, or a promotion is still to come; the analysis says so too."""
    template = production.find("Deployment", PRIMARY)["spec"]["template"]
    template["spec"]["containers"][0]["image"] = "other:1"
    row = production.rows()["image"]
    assert row.state == "other:1"
    assert row.problem == f"the stack has {production.release.profile.workload.image}"
    assert not production.rows()["analysis"].in_step


def test_pods_that_run_an_older_image_are_counted(production: Fleet) -> None:
    """A rollout that is stuck leaves some behind."""
    production.find("Pod", "pod-1")["spec"]["containers"][0]["image"] = "old:1"
    assert only(production).problem == "1 of 3 pods still run old:1"


def test_two_builds_under_one_name_are_told(production: Fleet) -> None:
    """The name alone would hide it."""
    status = production.find("Pod", "pod-2")["status"]["containerStatuses"][0]
    status["imageID"] = "sha256:bb"
    assert only(production).problem.startswith("2 builds run under the name")


def test_settings_are_what_each_pod_says(production: Fleet) -> None:
    """A pod that kept the former settings is named."""
    production.answers["pod-1"] = replace(
        production.answers["pod-1"], info={"config_hash": "0123", "overrides": []}
    )
    row = only(production)
    assert row.subject == "settings"
    assert row.problem.startswith("pod-1 runs with another")
    assert not row.in_step


def test_components_that_are_not_well_are_named_once(production: Fleet) -> None:
    """A warning is worth knowing, and no difference from the stack."""
    entry = {"componentId": "cpu", "status": "warn", "message": "CPU at 91 %"}
    health = {"status": "warn", "checks": {"cpu:responseTime": [entry]}}
    for name, answer in production.answers.items():
        production.answers[name] = replace(answer, health=health)
    row = only(production)
    assert row.state == "warn, 3 of 3 pods answer"
    assert row.problem == "cpu: CPU at 91 %"
    assert row.in_step


@pytest.mark.parametrize("health", [None, {"status": "fail", "checks": {}}])
def test_a_pod_that_fails_or_is_silent_is_not_in_step(
    production: Fleet, health: dict[str, Any] | None
) -> None:
    """One of three is enough."""
    answer = production.answers["pod-0"]
    production.answers["pod-0"] = Answer(answer.info, health)
    assert not production.rows()["health"].in_step


@pytest.mark.parametrize(
    ("field", "value", "says"), [("minReplicas", 1, "min"), ("maxReplicas", 99, "max")]
)
def test_an_autoscaler_with_other_bounds_is_told(
    production: Fleet, field: str, value: int, says: str
) -> None:
    """INF-11: under Flagger it is the copy that counts."""
    production.find("HorizontalPodAutoscaler", PRIMARY)["spec"][field] = value
    row = only(production)
    assert row.subject == "autoscaler"
    assert row.problem.startswith(f"the stack has {says} ")


def test_an_autoscaler_that_reads_nothing_is_worth_knowing(production: Fleet) -> None:
    """Its own words say why; it is set as the stack says."""
    blind = {"type": "ScalingActive", "status": "False", "message": "no metrics"}
    production.find("HorizontalPodAutoscaler", PRIMARY)["status"]["conditions"] = [blind]
    row = only(production)
    assert row.problem == "does not scale: no metrics"
    assert row.in_step


def test_a_budget_that_misses_the_serving_pods_is_told(production: Fleet) -> None:
    """INF-12: one that selects the Deployment at zero protects nobody."""
    selector = production.find("PodDisruptionBudget", PRIMARY)["spec"]["selector"]
    selector["matchLabels"]["app"] = SERVICE
    assert "does not select the pods that serve" in only(production).problem


def test_a_budget_that_lets_nobody_go_is_worth_knowing(production: Fleet) -> None:
    """A drain would wait; the stack is as it should be."""
    production.find("PodDisruptionBudget", PRIMARY)["status"]["disruptionsAllowed"] = 0
    row = only(production)
    assert row.problem == "a drain waits: 3 pods are ready"
    assert row.in_step


def test_a_claim_that_no_pod_has_asked_for_is_in_step(production: Fleet) -> None:
    """Storage that waits for its first pod: the backups' comes with the first job."""
    claim = production.find("PersistentVolumeClaim", "backups")
    claim["status"] = {"phase": "Pending"}
    row = production.rows()["claim backups"]
    assert row.in_step
    assert "first pod" in row.state
    pod = production.find("Pod", "postgres-0")
    used = {"name": "x", "persistentVolumeClaim": {"claimName": "backups"}}
    pod["spec"]["volumes"] = [used]
    assert not production.rows()["claim backups"].in_step


def test_a_claim_of_another_size_is_told(production: Fleet) -> None:
    """A StatefulSet's template cannot change it."""
    claim = production.find("PersistentVolumeClaim", "data-postgres-0")
    claim["spec"]["resources"]["requests"]["storage"] = "1Gi"
    row = only(production)
    assert row.state == "Bound, 1Gi"
    assert "kubectl patch pvc" in row.fix


@pytest.mark.parametrize(
    ("kind", "name", "subject"),
    [
        ("Deployment", PRIMARY, "image"),
        ("StatefulSet", "redis", "redis"),
        ("HorizontalPodAutoscaler", PRIMARY, "autoscaler"),
        ("PodDisruptionBudget", PRIMARY, "budget"),
        ("PersistentVolumeClaim", "data-postgres-0", "claim data-postgres-0"),
        ("Canary", SERVICE, "analysis"),
    ],
)
def test_what_is_not_there_is_told(production: Fleet, kind: str, name: str, subject: str) -> None:
    """Somebody deleted it."""
    production.remove(kind, name)
    assert not production.rows()[subject].in_step


def test_a_store_that_is_not_ready_says_what_its_pod_does(production: Fleet) -> None:
    """The row has the reason, not only the number."""
    pod = production.find("Pod", "postgres-0")
    pod["status"]["conditions"] = []
    state = {"waiting": {"reason": "ErrImageNeverPull", "message": "not present"}}
    pod["status"]["containerStatuses"][0] |= {"ready": False, "state": state}
    production.find("StatefulSet", "postgres")["status"]["readyReplicas"] = 0
    row = only(production)
    assert row.subject == "postgres"
    assert "cannot be had: not present" in row.problem


@pytest.mark.parametrize(("revision", "state"), [(0, ""), (7, "failed")])
def test_an_engine_that_did_not_finish_is_told(
    production: Fleet, revision: int, state: str
) -> None:
    """The next `plumb up` takes up what it left."""
    production.engine = replace(production.engine, revision=revision, state=state)
    assert only(production).subject == "engine"
