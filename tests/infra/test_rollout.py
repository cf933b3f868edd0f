"""Flagger's Canary, and the budgets of what Flagger runs."""

import re

from tests.infra.edit import body, edited
from tests.stacks import rendered


def test_budgets_guard_what_flagger_runs() -> None:
    """The floor is on the pods that serve; the others get a bound that never blocks (INF-12)."""
    primary = body(rendered("production"), "PodDisruptionBudget", "bio-mcp-orchestrator-primary")
    assert primary["spec"]["selector"]["matchLabels"] == {"app": "bio-mcp-orchestrator-primary"}
    assert primary["spec"]["minAvailable"] == 2
    target = body(rendered("production"), "PodDisruptionBudget", "bio-mcp-orchestrator")["spec"]
    assert target["maxUnavailable"] == 1
    assert "minAvailable" not in target


def test_without_flagger_the_budget_guards_the_deployment() -> None:
    """There is no primary then."""
    result = edited("production", rollout={"mode": "rolling", "analysis": None})
    spec = body(result, "PodDisruptionBudget")["spec"]
    assert spec["selector"]["matchLabels"] == {"app": "bio-mcp-orchestrator"}


def test_the_canary_takes_its_limits_from_the_profile() -> None:
    """Interval, iterations and both limits are the stack's (INF-13)."""
    analysis = body(rendered("staging"), "Canary")["spec"]["analysis"]
    assert (analysis["interval"], analysis["iterations"], analysis["threshold"]) == ("30s", 5, 3)
    ranges = {metric["name"]: metric["thresholdRange"] for metric in analysis["metrics"]}
    assert ranges == {"request-success-rate": {"min": 95}, "request-duration": {"max": 4000}}


def test_the_canary_is_loaded_before_and_during_its_checks() -> None:
    """Without samples a check fails; each command ends before the tester is asked again."""
    analysis = body(rendered("staging"), "Canary")["spec"]["analysis"]
    kinds = [hook["type"] for hook in analysis["webhooks"]]
    assert kinds == ["pre-rollout", "rollout"]
    lengths = [re.findall(r"-z (\d+)s", hook["metadata"]["cmd"]) for hook in analysis["webhooks"]]
    assert lengths == [["60"], ["25"]]


def test_without_a_load_tester_nothing_is_asked_of_one() -> None:
    """Then real traffic, or none, is what the analysis sees; a rule says so."""
    result = edited("production", rollout={"analysis": {"load_test_url": None}})
    assert body(result, "Canary")["spec"]["analysis"]["webhooks"] == []


def test_the_deployments_deadline_strikes_before_the_canarys() -> None:
    """So that the reason is the Deployment's own (rule PL022)."""
    result = rendered("production")
    deployment = body(result, "Deployment")["spec"]["progressDeadlineSeconds"]
    assert deployment < body(result, "Canary")["spec"]["progressDeadlineSeconds"]
