"""What a coherence rule is, and what it reports."""

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any, Literal

from profiles.overrides import Override
from profiles.profile import Profile
from profiles.rules.invariant import Invariant, Severity

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
    override: Override | None = None
    """What allows it in this stack, while that is in force."""

    @property
    def level(self) -> Literal["error", "warning", "overridden"]:
        """Return the severity, or that an override takes it away."""
        return "overridden" if self.override else self.severity

    @property
    def blocks(self) -> bool:
        """Return whether nothing may be deployed with it."""
        return self.level == "error"

    @property
    def head(self) -> str:
        """Return the report's first line: id, level, and what should hold."""
        return f"{self.rule} {self.level}: {self.title}"

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """Return what a report for people says below it, each with its label."""
        said = (
            ("numbers", self.arithmetic),
            ("why", f"{self.reason} ({self.source})"),
            ("fix", self.fix),
        )
        return said if self.override is None else (*said, ("allowed", str(self.override)))

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the dotted paths of the fields compared."""
        return tuple(path for path, _ in self.numbers)

    @property
    def field_to_edit(self) -> str:
        """Return the field that the fix changes, or the first of those compared."""
        return self.edit[0][0] if self.edit else self.numbers[0][0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Invariant):
    """An invariant across fields of a profile."""

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
                yield self.finding(profile, comparison)

    def finding(self, profile: Profile, comparison: Comparison) -> Finding:
        """Return the finding of a comparison that does not hold."""
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
