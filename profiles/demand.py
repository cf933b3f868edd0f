"""What a stack reads from Secrets: the one list that the program, plumb and the docs go by."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from profiles import contract
from profiles.profile import Profile

PASSWORD, USERNAME, USERLIST, URL = "password", "username", "userlist", "url"
CERTIFICATE, PRIVATE_KEY, AUTHORITY = "tls.crt", "tls.key", "ca.crt"
ACCESS_KEY, SECRET_KEY = "access-key", "secret-key"
ADDRESS, TRACING_KEY = "address", "api-key"
API_KEYS, CLIENT_KEY = "api-keys", "client-key"
"""Keys of the Secrets (INF-03); a certificate's are those of Kubernetes' own type for it."""

OPEN_ENVIRONMENT = "development"
"""The one environment whose API may be open: every other one has a key."""

UNTRACKED = {"flagger.app/config-tracking": "disabled"}
"""Annotation of a Secret that Flagger neither copies for the primary nor analyses changes of."""

Purpose = Literal["database", "tls", "cache", "backup", "alerts", "tracing", "keys"]
"""What a Secret is for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key of a Secret."""

    name: str
    """Its name."""
    variable: str | None = None
    """Environment variable that may give its value to `plumb credentials`."""
    schemes: tuple[str, ...] = ()
    """What its value must start with; empty for anything."""
    required: bool = True
    """Whether the stack is incomplete without it."""
    is_clients: bool = False
    """Whether it is for those who ask the service, and so never given to the service itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """One Secret that the stack reads."""

    secret: str
    """Its name."""
    purpose: Purpose
    """What it is for."""
    keys: tuple[Key, ...]
    """Its keys."""
    type: str = "Opaque"
    """Its type, where it is made anew; Kubernetes never changes one."""
    is_analysed: bool = True
    """Whether Flagger analyses a change of it. Not where a server of the stack's own is held to it:
    that knows one password, and shows one certificate, at a time; there is nothing to compare."""


def demands(profile: Profile) -> tuple[Demand, ...]:
    """Return every Secret that the stack reads, with its keys; none for parts that are unset.

    Two of them may have the same name: a team may keep everything in one Secret.
    """
    makers = (_database, _tls, _cache, _backup, _alerts, _tracing, _keys)
    found = tuple(demand for make in makers for demand in make(profile))
    if profile.workers is None or profile.rollout.mode != "flagger":
        return found
    # Two targets of Flagger's read them: it would keep one copy for both, and remove that with the
    # Canary that wrote it last.
    return tuple(replace(demand, is_analysed=False) for demand in found)


def _database(profile: Profile) -> Iterator[Demand]:
    secret, server = profile.credentials.database_secret, profile.database.server
    if profile.database.mode == "external":
        schemes = ("postgresql://", "postgres://")
        url = Key(name=URL, variable="DATABASE_URL", schemes=schemes)
        yield Demand(secret=secret, purpose="database", keys=(url,))
    elif profile.database.mode == "cnpg":
        # The type that CloudNativePG asks for; its own pooler needs no list of users.
        yield _own(secret, "database", PASSWORD, USERNAME, kind="kubernetes.io/basic-auth")
    elif server:
        more = (USERLIST,) if server.pooler else ()
        yield _own(secret, "database", PASSWORD, *more)


def _tls(profile: Profile) -> Iterator[Demand]:
    server, secret = profile.database.server, profile.credentials.database_tls_secret
    if profile.database.mode == "statefulset" and server and server.tls:
        yield _own(secret, "tls", CERTIFICATE, PRIVATE_KEY, AUTHORITY, kind="kubernetes.io/tls")


def _cache(profile: Profile) -> Iterator[Demand]:
    secret = profile.credentials.cache_secret
    if profile.cache.mode == "external":
        schemes = ("redis://", "rediss://")
        url = Key(name=URL, variable="REDIS_URL", schemes=schemes)
        yield Demand(secret=secret, purpose="cache", keys=(url,))
    elif profile.cache.server:
        yield _own(secret, "cache", PASSWORD)


def _backup(profile: Profile) -> Iterator[Demand]:
    server = profile.database.server
    if server and server.backup and server.backup.bucket:
        keys = (
            Key(name=ACCESS_KEY, variable="BACKUP_ACCESS_KEY"),
            Key(name=SECRET_KEY, variable="BACKUP_SECRET_KEY"),
        )
        yield Demand(secret=profile.credentials.backup_secret, purpose="backup", keys=keys)


def _alerts(profile: Profile) -> Iterator[Demand]:
    analysis = profile.rollout.analysis
    if analysis and analysis.alerts:
        key = Key(name=ADDRESS, variable="FLAGGER_ALERT_ADDRESS", schemes=("https://", "http://"))
        yield Demand(secret=profile.credentials.alerts_secret, purpose="alerts", keys=(key,))


def _tracing(profile: Profile) -> Iterator[Demand]:
    key = Key(name=TRACING_KEY, variable="LANGSMITH_API_KEY", required=False)
    yield Demand(secret=profile.credentials.langsmith_secret, purpose="tracing", keys=(key,))


def _keys(profile: Profile) -> Iterator[Demand]:
    required = {"ncbi"} if profile.upstreams.pubmed_has_key else set()
    if profile.workload.environment != OPEN_ENVIRONMENT:
        required |= {CLIENT_KEY, API_KEYS}
    # The client's first: what the service knows of it is made from it.
    variables = {CLIENT_KEY: contract.CLIENT_KEY_VARIABLE, **contract.KEY_VARIABLES}
    keys = tuple(
        Key(
            name=name,
            variable=variable,
            required=name in required,
            is_clients=name == CLIENT_KEY,
        )
        for name, variable in variables.items()
    )
    yield Demand(secret=profile.credentials.keys_secret, purpose="keys", keys=keys)


def _own(secret: str, purpose: Purpose, *keys: str, kind: str = "Opaque") -> Demand:
    """Return the Secret of a server of the stack's own, whose values nobody needs to give."""
    return Demand(
        secret=secret,
        purpose=purpose,
        keys=tuple(Key(name=key) for key in keys),
        type=kind,
        is_analysed=False,
    )
