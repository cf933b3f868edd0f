"""What a coherence rule is, and what it reports."""

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any, Literal

from profiles.profile import Profile

Severity = Literal["error", "warning"]
Sign = Literal["<", "<=", ">=", ">"]

_RELATIONS: dict[Sign, tuple[Callable[[float, float], bool], Sign]] = {
    "<": (operator.lt, ">="),
    "<=": (operator.le, ">"),
    ">=": (operator.ge, "<"),
    ">": (operator.gt, "<="),
}
"""For each sign the relation, and the sign that is true where it does not hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What a rule compared in a profile, and how it came out."""

    fields: tuple[str, ...]
    """Dotted paths of the fields compared, the one to change first."""
    holds: bool
    """Whether it is as the rule wants it."""
    arithmetic: str
    """What was compared, with the numbers in it and the relation that is true of them."""
    fix: str = ""
    """How to mend it, in words; `Rule.comparisons` empties it where there is nothing to mend."""
    edit: tuple[tuple[str, Any], ...] = ()
    """The same as values to state, by dotted path; empty where only a person can choose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A rule that a profile breaks."""

    rule: str
    """Id of the rule, such as PL001."""
    title: str
    """What should hold."""
    severity: Severity
    """An error fails the preview, a warning is only shown."""
    numbers: tuple[tuple[str, Any], ...]
    """Fields compared with their values, the one to change first."""
    arithmetic: str
    """What was compared, with the numbers in it."""
    reason: str
    """Why it matters."""
    source: str
    """Where that is known from."""
    fix: str
    """How to mend it, in words."""
    edit: tuple[tuple[str, Any], ...]
    """The same as values to state, by dotted path; empty where only a person can choose."""

    def __str__(self) -> str:
        """Return one line for a log: id, severity, arithmetic and fix."""
        return f"{self.rule} {self.severity}: {self.title}: {self.arithmetic}; fix: {self.fix}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """An invariant across fields of a profile."""

    id: str
    """PL and the rule's number."""
    title: str
    """What should hold, in a line."""
    severity: Severity
    """Whether breaking it fails the preview."""
    reason: str
    """Why it matters."""
    source: str
    """Where that is known from."""
    incident: str
    """An outage or thread that it would have prevented: who, when, what; empty if none is known."""
    compare: Callable[[Profile], Iterator[Comparison]]
    """The pure function: yields what it compares, broken or not; nothing where the profile has
    none of what the rule is about."""

    def comparisons(self, profile: Profile) -> Iterator[Comparison]:
        """Yield all that the rule compares; with a fix only what does not hold."""
        for comparison in self.compare(profile):
            yield replace(comparison, fix="", edit=()) if comparison.holds else comparison

    def findings(self, profile: Profile) -> Iterator[Finding]:
        """Yield a finding for each comparison that does not hold."""
        for comparison in self.comparisons(profile):
            if not comparison.holds:
                yield self._finding(profile, comparison)

    def _finding(self, profile: Profile, comparison: Comparison) -> Finding:
        return Finding(
            rule=self.id,
            title=self.title,
            severity=self.severity,
            numbers=tuple((path, field_value(profile, path)) for path in comparison.fields),
            arithmetic=comparison.arithmetic,
            reason=self.reason,
            source=self.source,
            fix=comparison.fix,
            edit=comparison.edit,
        )


def related(left: float, sign: Sign, right: float) -> tuple[bool, Sign]:
    """Return whether the two numbers are so related, and the sign that is true of them."""
    relation, otherwise = _RELATIONS[sign]
    holds = relation(left, right)
    return holds, sign if holds else otherwise


def field_value(profile: Profile, path: str) -> Any:
    """Return the value at a dotted path, such as `scaling.min_replicas`."""
    return reduce(getattr, path.split("."), profile)
