"""Steps of Pulumi's engine -> changes of a plan; pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pulumi.automation.events import OpType, StepEventMetadata, StepEventStateMetadata

from plumb.engine.plan import Action, Change, FieldChange, Plan

PROVIDER_TYPE = "pulumi:providers:kubernetes"
NAMESPACE_TYPE = "kubernetes:core/v1:Namespace"
_KUBERNETES = "kubernetes:"

_ACTIONS: dict[OpType, Action] = {
    OpType.CREATE: "create",
    OpType.UPDATE: "update",
    OpType.DELETE: "delete",
    OpType.REPLACE: "replace",
    OpType.CREATE_REPLACEMENT: "replace",
    OpType.DELETE_REPLACED: "replace",
}
_PART = re.compile(r'([^.\[\]"]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]')
"""One step of a property path: a name, an index, or a quoted key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step on one object of the stack."""

    urn: str
    """Pulumi's name of the object."""
    type: str
    """Pulumi's name of its kind: `kubernetes:apps/v1:Deployment`, or a provider's."""
    change: Change | None
    """What changes; null when it is in step already."""
    before: dict[str, Any]
    """The object as the stack has it so far; empty when it is new."""
    causes: tuple[str, ...] = ()
    """Paths of the fields that make a replacement of it."""

    @property
    def is_object(self) -> bool:
        """Whether it is an object of the cluster, not what objects are made with."""
        return self.type.startswith(_KUBERNETES)


def step(metadata: StepEventMetadata) -> Step | None:
    """Return what a step does to an object; None for what is no object, and for a refresh."""
    if not metadata.type.startswith((_KUBERNETES, PROVIDER_TYPE)):
        return None
    action = _action(metadata)
    if action is None and metadata.op not in (OpType.SAME, OpType.UPDATE):
        return None
    return Step(
        urn=metadata.urn,
        type=metadata.type,
        change=_change(metadata, action) if action else None,
        before=_inputs(metadata.old),
        causes=_causes(metadata),
    )


def identity(metadata: StepEventMetadata) -> str:
    """Return `Kind/name` of the object that a step is about."""
    kind, name = _kind_and_name(metadata)
    return f"{kind}/{name}"


def plan(steps: Iterable[Step]) -> Plan:
    """Return the plan of a preview's steps; several steps of a replacement are one change."""
    objects = [each for each in steps if each.is_object]
    changes = {each.change.identity: each.change for each in objects if each.change}
    unchanged = sum(each.change is None for each in objects)
    return Plan(changes=tuple(changes.values()), unchanged=unchanged)


def _action(metadata: StepEventMetadata) -> Action | None:
    action = _ACTIONS.get(metadata.op)
    if action == "update" and not metadata.detailed_diff and not metadata.diffs:
        return None  # nothing differs: its pods are not ready, and Pulumi would wait for them again
    if action == "delete" and metadata.old and metadata.old.retain_on_delete:
        return "keep"
    return action


def _causes(metadata: StepEventMetadata) -> tuple[str, ...]:
    differences = (metadata.detailed_diff or {}).items()
    return tuple(path for path, each in differences if each.diff_kind.value.endswith("-replace"))


def _change(metadata: StepEventMetadata, action: Action) -> Change:
    kind, name = _kind_and_name(metadata)
    has_fields = action in ("update", "replace")
    fields = _fields(metadata) if has_fields else ()
    return Change(action=action, kind=kind, name=name, fields=fields)


def _kind_and_name(metadata: StepEventMetadata) -> tuple[str, str]:
    inputs = _inputs(metadata.new) or _inputs(metadata.old)
    kind = inputs.get("kind") or metadata.type.rpartition(":")[2]
    name = inputs.get("metadata", {}).get("name") or metadata.urn.rpartition("::")[2]
    return str(kind), str(name)


def _fields(metadata: StepEventMetadata) -> tuple[FieldChange, ...]:
    before = (_inputs(metadata.old), dict(metadata.old.outputs or {}) if metadata.old else {})
    return tuple(
        FieldChange(path, _value(path, *before), _value(path, _inputs(metadata.new)))
        for path in sorted(metadata.detailed_diff or {})
    )


def _inputs(state: StepEventStateMetadata | None) -> dict[str, Any]:
    return dict(state.inputs or {}) if state else {}


def _value(path: str, *objects: Mapping[str, Any]) -> Any:
    """Return what stands at a path in the first of the objects that has it; None in none."""
    parts = [
        int(index) if index else name or quoted.replace('\\"', '"')
        for name, index, quoted in _PART.findall(path)
    ]
    return next((found for each in objects if (found := _find(each, parts)) is not None), None)


def _find(value: Any, parts: list[str | int]) -> Any:
    for part in parts:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):  # the other side has no such field: its null
            return None
    return value
