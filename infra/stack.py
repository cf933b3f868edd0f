"""What the stack's config says: its profile, complete and checked."""

import pulumi

from profiles import Profile, ProfileError, load_profile


def profile() -> Profile:
    """Return the profile of `plumbline:profile`; RunError, without a traceback, if it is wrong."""
    text = pulumi.Config("plumbline").require("profile")
    try:
        return load_profile(text)
    except ProfileError as error:
        raise pulumi.RunError(f"plumbline:profile cannot be used:\n{error}") from None
