"""What stands in the file for each value of a Secret: a variable of the user's, never a value."""

from plumb.credentials.demand import PASSWORD, Key, demands
from profiles.profile import Profile

_MISSING = ":?is not set; the top of compose.yaml says how"


def secret_values(profile: Profile) -> dict[tuple[str, str], str]:
    """Return what Compose puts in, by Secret and key: `${NAME:-}`, or an error without NAME."""
    names = profile.credentials
    passwords = {
        names.database_secret: "POSTGRES_PASSWORD",
        names.cache_secret: "REDIS_PASSWORD",
    }
    return {
        (secret, key.name): _value(key, passwords.get(secret, ""))
        for secret, keys in demands(profile).items()
        for key in keys
    }


def _value(key: Key, password: str) -> str:
    if key.variable:
        return f"${{{key.variable}:-}}"
    required = f"${{{password}{_MISSING}}}"
    if key.name == PASSWORD or key.make is None:
        return required
    # The variable's name goes where the password would, and then becomes the variable.
    return key.make({PASSWORD: password})[0].replace(password, required)
