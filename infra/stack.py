"""What the stack's config says: its profile, complete and checked."""

import pulumi

from profiles import Profile, ProfileError, load_profile, rules


def profile() -> Profile:
    """Return the profile of `plumbline:profile`; RunError if it is wrong or incoherent."""
    text = pulumi.Config("plumbline").require("profile")
    try:
        profile = load_profile(text)
    except ProfileError as error:
        raise pulumi.RunError(f"plumbline:profile cannot be used:\n{error}") from None
    _hold_to_rules(profile)
    return profile


def _hold_to_rules(profile: Profile) -> None:
    """Log what the rules find; RunError, which fails the preview, for an error among it."""
    found = rules.check(profile)
    for finding in found:
        (pulumi.log.error if finding.severity == "error" else pulumi.log.warn)(str(finding))
    broken = [finding.rule for finding in found if finding.severity == "error"]
    if broken:
        raise pulumi.RunError(f"plumbline:profile breaks {', '.join(broken)}; see the report above")
