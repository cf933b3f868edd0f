"""What is reported of a stack: findings and overrides, as they stand today."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from plumb.stackfile import StackFile
from profiles.profile import Profile
from profiles.rules import Finding, Judgement, judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the rules find in one stack."""

    stack: StackFile
    """The stack."""
    judgement: Judgement
    """What they find, and what its overrides make of it."""

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """Return what must be mended before anything is deployed."""
        return self.judgement.blocking


def report(stack: StackFile, profile: Profile | None = None) -> Report:
    """Return what the rules find; ProfileError when the stack file itself is wrong."""
    return Report(stack=stack, judgement=judge(profile or stack.load(), today()))


def today() -> date:
    """Return the day, in UTC, that overrides are held against."""
    return datetime.now(UTC).date()
