"""What a rule over Kubernetes objects is; what it finds is reported as any rule's finding is."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from profiles.rules.invariant import Invariant
from profiles.rules.rule import Finding

Object = Mapping[str, Any]
"""One object as Kubernetes reads it."""

_STEP = re.compile(r'\["([^"]+)"\]|\[(\d+)\]|([^.\[\]]+)')
"""One step of a path: a quoted key, an index, or a plain key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectComparison:
    """What a rule compared in objects, and how it came out."""

    object: Object
    """The object to change first."""
    path: str
    """Dotted path of the property to change in it, list indices in brackets."""
    holds: bool
    """Whether it is as the rule wants it."""
    arithmetic: str
    """What was compared, with the values in it and the relation that is true of them."""
    fix: str = ""
    """How to mend it, in words; `ObjectRule.comparisons` empties it where there is nothing to."""

    @property
    def where(self) -> str:
        """Return the object and the property."""
        return f"{title_of(self.object)} {self.path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectRule(Invariant):
    """An invariant across objects, whichever program declared them."""

    compare: Callable[[Sequence[Object]], Iterator[ObjectComparison]]
    """The pure function: yields what it compares, broken or not; nothing where the objects have
    none of what the rule is about. What lies outside the objects it does not judge."""

    def comparisons(self, objects: Sequence[Object]) -> Iterator[ObjectComparison]:
        """Yield all that the rule compares; with a fix only what does not hold."""
        for comparison in self.compare(objects):
            yield replace(comparison, fix="") if comparison.holds else comparison

    def findings(self, objects: Sequence[Object]) -> Iterator[Finding]:
        """Yield a finding for each comparison that does not hold; only a person can mend it.

        Its one number is the property, as `Kind namespace/name path`, with its value.
        """
        for comparison in self.comparisons(objects):
            if not comparison.holds:
                yield self._finding(comparison)

    def _finding(self, comparison: ObjectComparison) -> Finding:
        value = property_at(comparison.object, comparison.path)
        return Finding(
            rule=self.id,
            title=self.title,
            severity=self.severity,
            numbers=((comparison.where, value),),
            arithmetic=comparison.arithmetic,
            reason=self.reason,
            source=self.source,
            fix=comparison.fix,
            edit=(),
        )


def title_of(found: Object) -> str:
    """Return `Kind namespace/name` of an object; what belongs to no namespace has none."""
    metadata = found["metadata"]
    place = f"{metadata['namespace']}/" if metadata.get("namespace") else ""
    return f"{found['kind']} {place}{metadata.get('name', '')}"


def property_at(found: Object, path: str) -> Any:
    """Return the value at a path of an object; None where it has none."""
    value: Any = found
    for quoted, index, key in _STEP.findall(path):
        if index:
            value = value[int(index)] if isinstance(value, Sequence) else None
        else:
            value = value.get(quoted or key) if isinstance(value, Mapping) else None
    return value
