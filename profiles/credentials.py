"""Names of the Secrets that the stack refers to; a profile never carries a secret itself."""

from typing import Annotated, Literal

from pydantic import Field

from profiles.section import Name, Seconds, section


@section
class ExternalStore:
    """A secrets manager that External Secrets Operator copies the stack's Secrets from."""

    store: Name
    """Name of the SecretStore."""
    kind: Literal["SecretStore", "ClusterSecretStore"]
    """Whether it is the namespace's or the cluster's."""
    prefix: Annotated[str, Field(pattern=r"^[A-Za-z0-9/_.-]{0,128}$")]
    """What precedes a Secret's name in the manager."""
    refresh_seconds: Seconds
    """Time between two looks at the manager, in seconds."""


@section
class Credentials:
    """One Secret a concern (INF-03, INF-08, CON-21)."""

    external: ExternalStore | None
    """Where the Secrets come from; null: `plumb credentials`, or whoever made them before."""
    database_secret: Name
    """Key `password` of the stack's own Postgres role (and `username`, for CloudNativePG), or
    key `url` of an external one."""
    database_tls_secret: Name
    """Keys `tls.crt`, `tls.key` and `ca.crt` of the stack's own Postgres; only where it has TLS."""
    cache_secret: Name
    """Key `password` of the stack's own Redis, or key `url` of an external one."""
    backup_secret: Name
    """Keys `access-key` and `secret-key` of the backups' bucket; only where there is one."""
    alerts_secret: Name
    """Key `address` that Flagger reports to; only where the rollout has alerts."""
    langsmith_secret: Name
    """Key `api-key`; optional: without it nothing is traced."""
    keys_secret: Name
    """Optional keys `api-keys` (what the service knows callers by: owner, scopes and hash of each
    key), `client-key` (the key that `plumb ask` and Flagger's load send), `ncbi`, `sentry-dsn`,
    and the model and search providers' `anthropic`, `openai`, `tavily`, `serpapi` (CFG-07)."""
