"""What the stack's config says: its profile, complete and checked."""

from datetime import UTC, datetime

import pulumi

from profiles import Profile, ProfileError, load_profile, rules

_PROFILE = "plumbline:profile"
"""Key of the stack's config that holds the profile."""


def profile() -> Profile:
    """Return the profile of `plumbline:profile`; RunError if it is wrong or incoherent."""
    text = pulumi.Config("plumbline").require("profile")
    try:
        profile = load_profile(text)
    except ProfileError as error:
        raise pulumi.RunError(f"{_PROFILE} cannot be used:\n{error}") from None
    _hold_to_rules(profile)
    return profile


def _hold_to_rules(profile: Profile) -> None:
    """Log what the rules find; RunError, which fails the preview, for what blocks."""
    judgement = rules.judge(profile, datetime.now(UTC).date())
    for finding in judgement.findings:
        (pulumi.log.error if finding.blocks else pulumi.log.warn)(_report(finding))
    for notice in judgement.notices:
        pulumi.log.warn(f"{notice}\n  where    {_place(notice.path)}")
    if judgement.blocking:
        broken = ", ".join(sorted({finding.rule for finding in judgement.blocking}))
        raise pulumi.RunError(f"{_PROFILE} breaks {broken}; the report above has the fixes")


def _report(finding: rules.Finding) -> str:
    """Return the lines of a finding, as `plumb check` has them, for the engine's log."""
    rows = (("where", _place(finding.field_to_edit)), *finding.rows)
    return "\n".join((finding.head, *(f"  {label:<8} {text}" for label, text in rows)))


def _place(path: str) -> str:
    """Return where the stack file has a value; its line is only known offline."""
    return f"Pulumi.{pulumi.get_stack()}.yaml, {_PROFILE}: {path}"
