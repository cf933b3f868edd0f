"""What is made for a stack's Secrets: the list is the profile's, the values come from here."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import unquote, urlsplit

from plumb.credentials import tls
from plumb.credentials.error import CredentialsError, MissingValueError
from plumb.credentials.store import OPAQUE
from profiles.api_key import Entry, new_key, read_entries, written
from profiles.demand import (
    API_KEYS,
    AUTHORITY,
    CERTIFICATE,
    CLIENT_KEY,
    PASSWORD,
    PRIVATE_KEY,
    URL,
    USERLIST,
    USERNAME,
    Demand,
    Key,
    Purpose,
)
from profiles.demand import demands as stated
from profiles.postgres import Server
from profiles.profile import Profile

RANDOM = "random"
"""How a value came about that nobody gave."""

CLIENT_OWNER = "plumb"
"""Owner of the key that this machine's user and Flagger's load ask with."""

_RANDOM_BYTES = 32
"""256 bits; in hex, because a value that begins with dashes is an option to redis-server."""

Maker = Callable[[Mapping[str, str]], tuple[str, str]]
"""Takes the Secret's other values; returns a value and how it came about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One Secret that the stack reads."""

    keys: tuple[Key, ...]
    """All its keys."""
    purposes: Mapping[str, Purpose]
    """What each key is for."""
    makers: Mapping[str, Maker] = field(default_factory=dict)
    """What makes a value that nobody gave, by key; others only a person has."""
    type: str = OPAQUE
    """Its type, where it is made anew."""
    is_analysed: bool = True
    """Whether Flagger analyses a change of it."""


def demands(profile: Profile) -> dict[str, Wanted]:
    """Return what the stack reads, by Secret; CredentialsError when two need one place."""
    result: dict[str, Wanted] = {}
    for demand in stated(profile):
        wanted = Wanted(
            keys=demand.keys,
            purposes={key.name: demand.purpose for key in demand.keys},
            makers=_makers(demand, profile),
            type=demand.type,
            is_analysed=demand.is_analysed,
        )
        before = result.get(demand.secret)
        result[demand.secret] = _together(demand.secret, before, wanted) if before else wanted
    return result


def _together(secret: str, one: Wanted, other: Wanted) -> Wanted:
    twice = one.purposes.keys() & other.purposes.keys()
    if twice:
        raise CredentialsError(
            f"Secret {secret} would hold two different values as {', '.join(sorted(twice))}; "
            "give the section `credentials` a name for each"
        )
    return Wanted(
        keys=(*one.keys, *other.keys),
        purposes={**one.purposes, **other.purposes},
        makers={**one.makers, **other.makers},
        is_analysed=one.is_analysed and other.is_analysed,
    )


def _makers(demand: Demand, profile: Profile) -> dict[str, Maker]:
    """Return the makers of the keys that are required; an optional one is never made up."""
    every = _of_purpose(demand, profile)
    return {key.name: every[key.name] for key in demand.keys if key.required and key.name in every}


def _of_purpose(demand: Demand, profile: Profile) -> dict[str, Maker]:
    server = profile.database.server
    if demand.purpose == "database" and server:
        return _of_postgres(server)
    if demand.purpose == "cache" and profile.cache.server:
        return {PASSWORD: _password}
    if demand.purpose == "tls":
        return _of_certificate(profile)
    return {CLIENT_KEY: _client_key, API_KEYS: _entries} if demand.purpose == "keys" else {}


def _of_postgres(server: Server) -> dict[str, Maker]:
    return {
        PASSWORD: _password,
        USERNAME: lambda _others: (server.user, "the stack's role"),
        USERLIST: lambda others: (userlist(server.user, others[PASSWORD]), "from the password"),
    }


def userlist(user: str, password: str) -> str:
    """Return the line of PgBouncer's file of users, in which a quote is written twice."""
    first, second = (text.replace('"', '""') for text in (user, password))
    return f'"{first}" "{second}"\n'


def _of_certificate(profile: Profile) -> dict[str, Maker]:
    """Return the makers of one certificate's parts, of which each fits only the others."""
    issued = cache(lambda: tls.issue(tls.hosts(profile)))
    parts = (CERTIFICATE, PRIVATE_KEY, AUTHORITY)

    def maker(name: str) -> Maker:
        def make(others: Mapping[str, str]) -> tuple[str, str]:
            before = {key: others[key] for key in parts if key in others}
            if not before.items() <= issued().values.items():
                raise MissingValueError(
                    f"Secret {profile.credentials.database_tls_secret} has a certificate but no "
                    f"{name}, which only who made it can add; or delete it to have a new one made"
                )
            return issued().values[name], f"valid until {issued().until:%Y-%m-%d}"

        return make

    return {name: maker(name) for name in parts}


def _password(others: Mapping[str, str]) -> tuple[str, str]:
    """Return the password of an address that an earlier version kept, else a random one."""
    given = urlsplit(others.get(URL, "")).password
    return (unquote(given), "from the url") if given else _random(others)


def _client_key(_others: Mapping[str, str]) -> tuple[str, str]:
    return new_key(), RANDOM


def _entries(others: Mapping[str, str]) -> tuple[str, str]:
    """Return what the service knows callers by: others' keys, the client's, and its last one.

    The last one is good until the next rotation: pods that have not been rolled still send it.
    """
    try:
        before = read_entries(others.get(API_KEYS, ""))
    except ValueError:  # keys as an earlier version kept them, which nothing takes any more
        before = ()
    new = Entry.of_key(others[CLIENT_KEY], CLIENT_OWNER)
    own = [each for each in before if each.owner == CLIENT_OWNER and each.digest != new.digest]
    kept = [each for each in before if each.owner != CLIENT_OWNER]
    return written([*kept, *own[-1:], new]), "hash of the client's key"


def _random(_others: Mapping[str, str]) -> tuple[str, str]:
    return secrets.token_hex(_RANDOM_BYTES), RANDOM
