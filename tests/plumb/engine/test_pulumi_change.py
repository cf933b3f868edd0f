"""Steps of Pulumi's engine as changes of a plan."""

from pulumi.automation.events import OpType, StepEventMetadata

from plumb.engine.plan import Change, FieldChange
from plumb.engine.pulumi.change import Step, plan, step
from tests.plumb.engine.pulumi_recorded import steps_of

_CONFIG_MAP = "kubernetes:core/v1:ConfigMap"


def _steps(run: str) -> list[Step]:
    return [found for metadata in steps_of(run) if (found := step(metadata))]


def _change(found: StepEventMetadata) -> Change:
    made = step(found)
    assert made
    assert made.change
    return made.change


def _config_map(run: str, op: OpType) -> StepEventMetadata:
    (found,) = (each for each in steps_of(run) if each.type == _CONFIG_MAP and each.op == op)
    return found


def test_an_edit_is_shown_field_by_field() -> None:
    """INF-01: the changed value before and after, at its path; keys with dots are quoted."""
    change = _change(_config_map("edit", OpType.UPDATE))
    assert change.identity == "ConfigMap/bio-mcp-orchestrator-thresholds"
    (field,) = change.fields
    assert field.path == 'data["service.json"]'
    assert (field.before[-2:], field.after[-2:]) == ("30", "45")


def test_a_nested_field_has_its_values() -> None:
    """The annotation's key has dots and a slash."""
    changes = {each.change.kind: each.change for each in _steps("edit") if each.change}
    (field,) = changes["Deployment"].fields
    assert field == FieldChange(
        'spec.template.metadata.annotations["plumbline.dev/config-hash"]',
        "7f131da60e07",
        "a599443c7d64",
    )


def test_objects_alone_are_in_the_plan() -> None:
    """The stack, its provider and the refresh are no changes of the cluster."""
    made = plan(_steps("edit"))
    kinds = [change.kind for change in made.changes]
    assert kinds == ["ConfigMap", "Deployment"]
    assert made.unchanged == 2


def test_waiting_for_pods_again_is_no_change() -> None:
    """The Service differs in nothing; Pulumi would only wait for its pods once more."""
    service = next(each for each in _steps("edit") if each.type.endswith(":Service"))
    assert service.change is None


def test_a_replacement_names_its_cause_and_what_is_there() -> None:
    """What would be deleted is the object as it was, under its former name."""
    made = _steps("replacement")
    assert {each.change.action for each in made if each.change} == {"replace"}
    first = made[0]
    assert first.causes == ("metadata.name",)
    assert first.before["metadata"]["name"] == "bio-mcp-orchestrator-thresholds"
    assert first.urn.endswith("::thresholds")


def test_what_is_retained_leaves_the_stack_and_stays() -> None:
    """The deletion of what the program retains is kept, of anything else it is a deletion."""
    found = _config_map("replacement", OpType.DELETE_REPLACED)
    found.op, found.new = OpType.DELETE, None
    assert _change(found).action == "delete"
    assert found.old
    found.old.retain_on_delete = True
    assert _change(found).action == "keep"


def test_list_indices_and_missing_fields_are_read() -> None:
    """A field that one side lacks is null there."""
    found = _config_map("edit", OpType.UPDATE)
    assert found.new
    assert found.old
    assert found.detailed_diff
    found.new.inputs = {**(found.new.inputs or {}), "items": [{"a.b": 1}, {"a.b": 2}]}
    found.detailed_diff = {'items[1]["a.b"]': next(iter(found.detailed_diff.values()))}
    assert _change(found).fields == (FieldChange('items[1]["a.b"]', None, 2),)
