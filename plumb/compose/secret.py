"""What stands in the file for each value of a Secret: a variable of the user's, never a value."""

from profiles.demand import Key, demands
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
        (demand.secret, key.name): _value(key, passwords.get(demand.secret, ""))
        for demand in demands(profile)
        for key in demand.keys
    }


def _value(key: Key, password: str) -> str:
    return f"${{{key.variable}:-}}" if key.variable else f"${{{password}{_MISSING}}}"
