"""What a stack needs in its Secrets, and where each value comes from."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from plumb.credentials.error import CredentialsError
from profiles import contract
from profiles.cache import RedisServer
from profiles.database import Server
from profiles.profile import Profile

PASSWORD, URL, API_KEYS = "password", "url", "api-keys"
"""Keys that others depend on (INF-03)."""

RANDOM = "random"
"""How a value came about that nobody gave."""

OPEN_ENVIRONMENT = "development"
"""The one environment whose API may be open: every other one gets a key if none is given."""

_RANDOM_BYTES = 32
"""256 bits; in hex, because a value that begins with dashes is an option to redis-server."""

Maker = Callable[[Mapping[str, str]], tuple[str, str]]
"""Takes the Secret's other values; returns a value and how it came about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key of a Secret."""

    name: str
    """Its name."""
    variable: str | None = None
    """Environment variable that may give its value."""
    schemes: tuple[str, ...] = ()
    """What a given value must start with; empty for anything."""
    make: Maker | None = None
    """Makes its value where none is given; null where only a person has it."""
    required: bool = False
    """Whether pods do not start without it, though nothing can make it."""


def demands(profile: Profile) -> dict[str, tuple[Key, ...]]:
    """Return the keys that the stack reads, by Secret; CredentialsError when two need one place."""
    names = profile.credentials
    wanted = [
        (names.database_secret, _database(profile)),
        (names.cache_secret, _cache(profile)),
        (names.langsmith_secret, (Key(name="api-key", variable="LANGSMITH_API_KEY"),)),
        (names.keys_secret, _keys(profile)),
    ]
    result: dict[str, tuple[Key, ...]] = {}
    for secret, of_secret in wanted:
        before = result.get(secret, ())
        twice = {key.name for key in before} & {key.name for key in of_secret}
        if twice:
            raise CredentialsError(
                f"Secret {secret} would hold two different values as {', '.join(sorted(twice))}; "
                "give the section `credentials` a name for each"
            )
        result[secret] = before + of_secret
    return {secret: of_secret for secret, of_secret in result.items() if of_secret}


def _database(profile: Profile) -> tuple[Key, ...]:
    server = profile.database.server
    if profile.database.mode == "sqlite":
        return ()
    if server is None:
        return (_external("DATABASE_URL", "postgresql://", "postgres://"),)
    return _own(lambda password: _postgres_url(server, password))


def _cache(profile: Profile) -> tuple[Key, ...]:
    server = profile.cache.server
    if profile.cache.mode == "none":
        return ()
    if server is None:
        return (_external("REDIS_URL", "redis://", "rediss://"),)
    return _own(lambda password: _redis_url(server, password))


def _keys(profile: Profile) -> tuple[Key, ...]:
    protected = profile.workload.environment != OPEN_ENVIRONMENT
    required = {"ncbi"} if profile.upstreams.pubmed_has_key else set()
    makers: dict[str, Maker] = {API_KEYS: _random} if protected else {}
    return tuple(
        Key(name=name, variable=variable, make=makers.get(name), required=name in required)
        for name, variable in contract.KEY_VARIABLES.items()
    )


def _external(variable: str, *schemes: str) -> Key:
    return Key(name=URL, variable=variable, schemes=schemes, required=True)


def _own(url: Callable[[str], str]) -> tuple[Key, ...]:
    """Return the keys of a server of the stack's own; either one follows from the other."""
    return (
        Key(name=PASSWORD, make=_password),
        Key(name=URL, make=lambda others: (url(others[PASSWORD]), "from the password")),
    )


def _password(others: Mapping[str, str]) -> tuple[str, str]:
    stated = urlsplit(others.get(URL, "")).password
    return (unquote(stated), "from the url") if stated else _random(others)


def _random(_others: Mapping[str, str]) -> tuple[str, str]:
    return secrets.token_hex(_RANDOM_BYTES), RANDOM


def _postgres_url(server: Server, password: str) -> str:
    place = f"{server.name}:{contract.POSTGRES_PORT}/{server.database}"
    return f"postgresql://{server.user}:{quote(password, safe='')}@{place}"


def _redis_url(server: RedisServer, password: str) -> str:
    return f"redis://:{quote(password, safe='')}@{server.name}:{contract.REDIS_PORT}/0"
