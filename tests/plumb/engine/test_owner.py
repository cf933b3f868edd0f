"""Whose a stack is, from its objects alone."""

from typing import Any

import pytest

from plumb.engine.engine import EngineName, RefusedError
from plumb.engine.live import key
from plumb.engine.owner import owners, refuse_switch
from tests.plumb.engine.parts import managed, paper_release

_OURS = {"labels": {"app.kubernetes.io/part-of": "plumbline"}}


def found(stack: str, *managers: str, **metadata: Any) -> dict[Any, dict[str, Any]]:
    """Return all objects of a stack as a cluster has them."""
    bodies = (each.body for each in paper_release(stack).rendered.manifests)
    return {key(body): managed(body, *managers, **metadata) for body in bodies}


@pytest.mark.parametrize(
    ("managers", "engines"),
    [
        (("helm",), {"helm"}),
        (("pulumi-kubernetes-1a2b3c4d",), {"pulumi"}),
        (("kubectl-create", "kube-controller-manager"), set()),
        (("helm", "pulumi-kubernetes-1a2b3c4d"), {"helm", "pulumi"}),
    ],
)
def test_an_engine_is_known_by_its_field_manager(
    managers: tuple[str, ...], engines: set[EngineName]
) -> None:
    """Pulumi's has a random end for every object."""
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "x"}}
    assert owners(managed(body, *managers)) == engines


def test_whoever_reports_the_status_owns_nothing() -> None:
    """A controller's entry for a subresource is no claim to the object."""
    entries = [{"manager": "helm", "subresource": "status"}]
    assert not owners({"metadata": {"managedFields": entries}})


@pytest.mark.parametrize(
    ("present", "wanted"), [("helm", "pulumi"), ("pulumi-kubernetes-1a2b", "helm")]
)
def test_a_switch_is_refused_with_the_way_to_make_it(present: str, wanted: EngineName) -> None:
    """The engine is recorded in the cluster, and a silent switch refused."""
    with pytest.raises(RefusedError, match=rf"plumb up development --engine {wanted}") as caught:
        refuse_switch(paper_release(), wanted, found("development", present))
    assert present in str(caught.value)
    assert "its data goes with it" in str(caught.value)


def test_the_engine_itself_goes_on() -> None:
    """The owner's next run is no switch, whoever else has written beside it."""
    refuse_switch(paper_release(), "helm", found("development", "helm", "kubectl-edit"))


def test_an_empty_cluster_is_anybodys() -> None:
    """The first engine takes it."""
    refuse_switch(paper_release(), "pulumi", {})


def test_what_was_kept_is_anybodys() -> None:
    """A namespace that outlives its stack belongs to no engine any more."""
    left = found("production", "pulumi-kubernetes-1a2b")
    kept = {each: body for each, body in left.items() if each.kind == "Namespace"}
    refuse_switch(paper_release("production"), "helm", kept)


def test_a_namespace_made_by_hand_is_refused() -> None:
    """`plumb down` would delete it with all that is in it; the label hands it over knowingly."""
    own = found("development", "kubectl-create", labels={})
    with pytest.raises(RefusedError, match="made by kubectl-create") as caught:
        refuse_switch(paper_release(), "helm", own)
    mark = "label namespace bio-mcp-development app.kubernetes.io/part-of=plumbline"
    assert mark in str(caught.value)


def test_a_namespace_that_was_handed_over_is_taken() -> None:
    """The project's own label says that it may be."""
    refuse_switch(paper_release(), "helm", found("development", "kubectl-create", **_OURS))


def test_a_namespace_that_is_ending_is_refused() -> None:
    """It takes nothing new until it is gone."""
    ending = found("development", "helm", deletionTimestamp="2026-11-21T00:00:00Z")
    with pytest.raises(RefusedError, match="is being deleted") as caught:
        refuse_switch(paper_release(), "helm", ending)
    assert "wait --for=delete namespace/bio-mcp-development" in str(caught.value)
