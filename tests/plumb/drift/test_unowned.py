"""Objects of the namespace that the stack does not declare."""

from typing import Any

import pytest

from plumb.drift.effect import matches
from plumb.drift.unowned import findings
from plumb.engine.plan import Change, Plan
from tests.plumb.drift.bodies import entry
from tests.plumb.rollout.releases import release_of_stack

RELEASE = release_of_stack("development")
APP = {"app": "bio-mcp-orchestrator"}
ALL: dict[str, Any] = {}


def thing(kind: str, spec: dict[str, Any], name: str = "extra", **metadata: Any) -> dict[str, Any]:
    """Return an object of the stack's namespace that somebody made."""
    group = {
        "NetworkPolicy": "networking.k8s.io/",
        "PodDisruptionBudget": "policy/",
        "HorizontalPodAutoscaler": "autoscaling/",
        "Ingress": "networking.k8s.io/",
        "Deployment": "apps/",
    }.get(kind, "")
    place = {"name": name, "namespace": RELEASE.namespace, "managedFields": [entry("me", {})]}
    return {
        "apiVersion": f"{group}v1",
        "kind": kind,
        "metadata": place | metadata,
        "spec": spec,
    }


@pytest.mark.parametrize(
    ("kind", "spec", "effect"),
    [
        (
            "NetworkPolicy",
            {"podSelector": ALL},
            "opens or closes traffic of pods of Deployment/bio",
        ),
        ("PodDisruptionBudget", {"selector": {"matchLabels": APP}}, "holds back drains"),
        (
            "HorizontalPodAutoscaler",
            {"scaleTargetRef": {"kind": "Deployment", "name": "bio-mcp-orchestrator"}},
            "scales Deployment/bio-mcp-orchestrator",
        ),
        ("Service", {"selector": APP}, "sends traffic to pods of Deployment/bio-mcp-orchestrator"),
        (
            "Deployment",
            {"template": {"metadata": {"labels": APP}}},
            "its pods get traffic of Service/bio-mcp-orchestrator-service",
        ),
        (
            "Ingress",
            {"defaultBackend": {"service": {"name": "bio-mcp-orchestrator-service"}}},
            "leads to Service/bio-mcp-orchestrator-service",
        ),
        ("ResourceQuota", {}, "limits every pod of the namespace"),
    ],
)
def test_what_acts_on_the_stack_is_found(kind: str, spec: dict[str, Any], effect: str) -> None:
    """Its selector or reference tells; `up` knows nothing of it and leaves it."""
    [found] = findings(RELEASE, [thing(kind, spec)], None)
    assert effect in found.note
    assert (found.object, found.up) == (f"{kind}/extra", "leave")
    assert found.by is not None
    assert found.by.manager == "me"


@pytest.mark.parametrize(
    "body",
    [
        thing("NetworkPolicy", {"podSelector": {"matchLabels": {"app": "other"}}}),
        thing("ConfigMap", {}),
        thing("ConfigMap", {}, "kube-root-ca.crt"),
        thing("Service", {"selector": APP}, ownerReferences=[{"controller": True}]),
        thing("NetworkPolicy", {"podSelector": ALL}, "orchestrator"),
    ],
)
def test_what_is_no_affair_of_the_stack_is_not(body: dict[str, Any]) -> None:
    """Another's, Kubernetes' own, a controller's, and what the stack itself declares."""
    assert list(findings(RELEASE, [body], None)) == []


def test_what_looks_like_the_stacks_is_told_and_removed_where_the_engine_says_so() -> None:
    """The engine's own dry run knows what it made and no more declares."""
    labels = {"app.kubernetes.io/part-of": "plumbline"}
    old = thing("ConfigMap", {}, "old", labels=labels)
    plan = Plan(changes=(Change(action="delete", kind="ConfigMap", name="old"),), unchanged=0)
    [left], [removed] = findings(RELEASE, [old], None), findings(RELEASE, [old], plan)
    assert (left.up, removed.up) == ("leave", "remove")
    assert "carries app.kubernetes.io/part-of=plumbline" in left.note


@pytest.mark.parametrize(
    ("operator", "values", "selected"),
    [
        ("In", ["web"], True),
        ("NotIn", ["web"], False),
        ("Exists", [], True),
        ("DoesNotExist", [], False),
    ],
)
def test_expressions_select_as_kubernetes_has_it(
    operator: str, values: list[str], selected: bool
) -> None:
    """A policy by expressions acts on the stack as one by labels does."""
    expression = {"key": "app", "operator": operator, "values": values}
    assert matches({"matchExpressions": [expression]}, {"app": "web"}) is selected
