"""What is reported of a stack: findings and overrides, as they stand today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from plumb.check.beside import beside
from plumb.origin import Place, place_of
from plumb.stackfile import StackFile
from profiles.profile import Profile
from profiles.rules import RULES, Finding, Judgement, apart, judge, judge_objects
from profiles.rules.objects import OBJECT_IDS, OBJECT_RULES, Object


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the rules find in one stack."""

    stack: StackFile
    """The stack."""
    judgement: Judgement
    """What they find, and what its overrides make of it."""
    rules: int = len(RULES)
    """How many rules have looked."""

    def __add__(self, other: "Report") -> "Report":
        """Return both as one report of the stack."""
        return Report(
            stack=self.stack,
            judgement=self.judgement + other.judgement,
            rules=self.rules + other.rules,
        )

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """Return what must be mended before anything is deployed."""
        return self.judgement.blocking


def report(stack: StackFile, profile: Profile | None = None) -> Report:
    """Return what the rules find, the other stack files of the checkout looked at too.

    Raises ProfileError when the stack file itself is wrong; a wrong one beside it is passed over.
    """
    made = profile or stack.load()
    found = apart.findings(made, *beside(stack))
    return Report(stack=stack, judgement=judge(made, today(), found))


def report_on_objects(
    stack: StackFile, objects: Sequence[Object], profile: Profile | None = None
) -> Report:
    """Return what the rules over objects find in what the stack's program declares."""
    judgement = judge_objects(profile or stack.load(), objects, today())
    return Report(stack=stack, judgement=judgement, rules=len(OBJECT_RULES))


def where(stack: StackFile, finding: Finding) -> Place:
    """Return where a finding is to be mended: a field of the stack file, or an object's property.

    No line of a stack file makes an object break a rule: it is the program's.
    """
    if finding.rule in OBJECT_IDS:
        return Place(field=finding.field_to_edit, line=None, named=None)
    return place_of(stack, finding.field_to_edit)


def today() -> date:
    """Return the day, in UTC, that overrides are held against."""
    return datetime.now(UTC).date()
