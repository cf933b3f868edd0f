"""What a stack's overrides make of what its rules find: the one place that says what blocks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from profiles.overrides import Override
from profiles.rules.rule import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something to say of an override itself."""

    path: str
    """Dotted path of the override in the profile."""
    rule: str
    """Id of the rule that it is about."""
    text: str
    """What is to be said."""

    def __str__(self) -> str:
        """Return one line for a log."""
        return f"{self.rule} override: {self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """All that is to be reported of a stack."""

    findings: tuple[Finding, ...]
    """What the rules find, each with the override that allows it."""
    notices: tuple[Notice, ...]
    """Overrides that have expired, or that allow nothing."""

    def __add__(self, other: "Judgement") -> "Judgement":
        """Return both, of rules that looked at different things."""
        return Judgement(
            findings=(*self.findings, *other.findings), notices=(*self.notices, *other.notices)
        )

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """Return what must be mended before anything is deployed."""
        return tuple(finding for finding in self.findings if finding.blocks)


def judged(
    overrides: tuple[Override, ...],
    found: Iterable[Finding],
    asked: Iterable[str],
    today: date,
) -> Judgement:
    """Return what is found with the overrides that are in force on a day.

    `asked` are the ids of the rules that looked: only of those an override can be unused.
    """
    in_force = {each.rule: each for each in overrides if each.in_force(today)}
    findings = tuple(replace(each, override=in_force.get(each.rule)) for each in found)
    broken = {finding.rule for finding in findings}
    return Judgement(
        findings=findings,
        notices=tuple(_notices(overrides, broken, frozenset(asked), today)),
    )


def _notices(
    overrides: tuple[Override, ...], broken: set[str], asked: frozenset[str], today: date
) -> Iterator[Notice]:
    for index, override in enumerate(overrides):
        if override.rule not in asked:
            continue
        state = "the rule is broken" if override.rule in broken else "the rule holds; remove it"
        path = f"overrides.{index}"
        if not override.in_force(today):
            text = f"expired on {override.until}, and counts no longer: {state}"
            yield Notice(path=path, rule=override.rule, text=text)
        elif override.rule not in broken:
            yield Notice(path=path, rule=override.rule, text=f"unused: {state}")
