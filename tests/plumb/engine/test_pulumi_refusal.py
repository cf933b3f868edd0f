"""Steps of Pulumi's that would delete what is there."""

import pytest

from plumb.engine.engine import EngineError, RefusedError
from plumb.engine.pulumi.change import NAMESPACE_TYPE, Step, step
from plumb.engine.pulumi.refusal import refuse_steps, refusing_protected
from plumb.engine.pulumi.stream import Stream
from tests.plumb.engine.parts import paper_release
from tests.plumb.engine.pulumi_recorded import steps_of


def _steps(run: str, type_: str | None = None, causes: bool = True) -> list[Step]:
    """Return a run's steps, as of another type or as without what makes them replacements."""
    metadata = steps_of(run)
    for each in metadata:
        each.type = type_ or each.type
        each.detailed_diff = each.detailed_diff if causes else None
    return [found for each in metadata if (found := step(each))]


def test_a_replacement_is_refused_once_with_the_way() -> None:
    """Pulumi tells of it three times; the way names what is there, not what would be."""
    with pytest.raises(RefusedError, match=r"metadata\.name changes") as caught:
        refuse_steps(paper_release(), _steps("replacement"))
    assert str(caught.value).count("ConfigMap/bio-mcp-orchestrator-thresholds") == 1
    assert "delete configmap bio-mcp-orchestrator-thresholds" in str(caught.value)


def test_a_move_to_another_namespace_is_one_refusal() -> None:
    """Deleting the namespace is no way to change it."""
    with pytest.raises(RefusedError, match="would move from the namespace") as caught:
        refuse_steps(paper_release(), _steps("replacement", NAMESPACE_TYPE))
    assert "kubectl" not in str(caught.value)


def test_a_replacement_without_a_field_is_another_cluster() -> None:
    """Everything is replaced when the provider is: the stack is deployed elsewhere."""
    with pytest.raises(RefusedError, match="deployed to another cluster than paper"):
        refuse_steps(paper_release(), _steps("replacement", causes=False))


def test_updates_in_place_are_not_refused() -> None:
    """An edit of a threshold goes through."""
    refuse_steps(paper_release(), _steps("edit"))


def _failing(message: str) -> Stream:
    raise EngineError(message)


def test_the_deletion_of_what_is_protected_is_refused() -> None:
    """Pulumi's own words name the resource; ours what becomes of its data."""
    said = "resource urn cannot be deleted\nbecause it is protected."
    with pytest.raises(RefusedError, match=r"(?s)cannot be deleted.*holds data"):
        refusing_protected(lambda: _failing(said))


def test_any_other_failure_of_a_preview_is_no_refusal() -> None:
    """It is told as it is."""
    with pytest.raises(EngineError, match="no route") as caught:
        refusing_protected(lambda: _failing("no route"))
    assert not isinstance(caught.value, RefusedError)
