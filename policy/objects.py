"""The Kubernetes objects of a stack, as its program declares them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pulumi_policy import (
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
)
from pulumi_policy.proxy import UnknownValueError

_TYPES = "kubernetes:"
_HASHED = {"ConfigMap", "Secret", "HorizontalPodAutoscaler", "ScaledObject"}
"""Kinds whose content is hashed: with a part unknown, nothing can be said of the whole."""

_HIDDEN = object()
"""Stands for a value that only the cluster, or another resource, will decide."""

_declared: dict[str, Mapping[str, Any]] = {}
"""Inputs by URN: what a stack's validation is given are outputs, with the server's own values."""


def declared() -> ResourceValidationPolicy:
    """Return the policy that takes note of every object's inputs, and reports nothing."""
    return ResourceValidationPolicy(
        name="declared",
        description="Takes note of what the program declares, for the rules over all objects.",
        validate=_note,
    )


def objects(resources: Iterable[PolicyResource]) -> dict[str, dict[str, Any]]:
    """Return the objects among a stack's resources, by URN.

    What is unknown in a preview is left out; an object whose content is hashed, whole.
    """
    found = ((each.urn, _declared.get(each.urn, each.props)) for each in resources if _is_one(each))
    return {urn: body for urn, props in found if (body := _body(props)) is not None}


def _note(args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
    del report_violation
    _declared[args.urn] = args.props


def _is_one(resource: PolicyResource) -> bool:
    return resource.resource_type.startswith(_TYPES) and {"kind", "metadata"} <= set(resource.props)


def _body(props: Mapping[str, Any]) -> dict[str, Any] | None:
    body = _known(props)
    if not isinstance(body.get("metadata"), dict) or "kind" not in body:
        return None
    return None if body["kind"] in _HASHED and _has_unknown(props) else body


def _known(value: Any) -> Any:
    """Return plain values: whole numbers as integers, which the protocol carries as doubles."""
    if isinstance(value, Mapping):
        pairs = ((key, _read(value, key)) for key in value)
        return {key: _known(item) for key, item in pairs if item is not _HIDDEN}
    if isinstance(value, Sequence) and not isinstance(value, str):
        items = (_read(value, index) for index in range(len(value)))
        return [_known(item) for item in items if item is not _HIDDEN]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _has_unknown(value: Any) -> bool:
    return any(item is _HIDDEN or _has_unknown(item) for item in _items(value))


def _items(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        yield from (_read(value, key) for key in value)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        yield from (_read(value, index) for index in range(len(value)))


def _read(holder: Any, key: Any) -> Any:
    try:
        return holder[key]
    except UnknownValueError:
        return _HIDDEN
