"""The budgets of what serves, and of what Flagger analyses."""

from tests.infra.edit import body, edited
from tests.stacks import rendered

NAME = "bio-mcp-orchestrator"


def test_budgets_guard_what_flagger_runs() -> None:
    """The floor is on the pods that serve; the others get a bound that never blocks (INF-12)."""
    primary = body(rendered("production"), "PodDisruptionBudget", f"{NAME}-primary")
    assert primary["spec"]["selector"]["matchLabels"] == {"app": f"{NAME}-primary"}
    assert primary["spec"]["minAvailable"] == 2
    target = body(rendered("production"), "PodDisruptionBudget", f"{NAME}-canary")["spec"]
    assert target["selector"]["matchLabels"] == {"app": NAME}
    assert target["maxUnavailable"] == 1
    assert "minAvailable" not in target


def test_without_flagger_the_budget_guards_the_deployment() -> None:
    """There is no primary then."""
    result = edited("production", rollout={"mode": "rolling", "analysis": None})
    spec = body(result, "PodDisruptionBudget")["spec"]
    assert spec["selector"]["matchLabels"] == {"app": NAME}
    assert spec["minAvailable"] == 2


def test_a_pod_that_is_not_ready_blocks_no_drain() -> None:
    """It serves nobody, and the drain may be what replaces it."""
    for name in (f"{NAME}-canary", f"{NAME}-primary"):
        spec = body(rendered("production"), "PodDisruptionBudget", name)["spec"]
        assert spec["unhealthyPodEvictionPolicy"] == "AlwaysAllow"


def test_a_stack_without_a_budget_leaves_none() -> None:
    """Null is no object."""
    result = edited("production", disruption=None)
    budgets = [each for each in result.manifests if each.kind == "PodDisruptionBudget"]
    assert not [each for each in budgets if each.name.startswith(NAME)]
