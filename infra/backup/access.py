"""How the jobs reach the database and the bucket: variables, and the flows that they need."""

from typing import Any

from infra import container, upstream
from infra.database import access
from infra.flow import Flow, Outside, ranges
from profiles import Profile, contract
from profiles.backup import Bucket
from profiles.demand import ACCESS_KEY, PASSWORD, SECRET_KEY
from profiles.postgres import Server

_REMOTE = "bucket"
"""What rclone calls the bucket's store; its variables have the name in them."""

_NO_LIMITS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
"""Limits of the service's role: a dump may last longer, and the job's deadline ends it."""


def flows(profile: Profile) -> tuple[Flow, ...]:
    """Return the jobs' way to the database, never by its pooler, and to the bucket's store.

    A policy knows no host names: a store outside the cluster is as wide as
    `network.upstream_cidrs` and `store_cidrs`, one inside it as wide as its namespace.
    """
    server = profile.database.server
    if server is None or server.backup is None:
        return ()
    bucket = server.backup.bucket
    if profile.database.mode == "cnpg":
        # The instances themselves send their log and backups.
        return _to_store(profile, bucket, contract.DATABASE_COMPONENT) if bucket else ()
    client, database = contract.BACKUP_COMPONENT, contract.DATABASE_COMPONENT
    direct = Flow(client=client, server=database, ports=(contract.POSTGRES_PORT,))
    return (direct, *(_to_store(profile, bucket, client) if bucket else ()))


def database_variables(profile: Profile, server: Server) -> list[dict[str, Any]]:
    """Return libpq's variables for the database itself."""
    tls = access.parameters(server)
    stated = {
        "PGHOST": access.host(profile, server),
        "PGPORT": str(contract.POSTGRES_PORT),
        "PGDATABASE": server.database,
        "PGUSER": server.user,
        "PGCONNECT_TIMEOUT": str(profile.database.pool.connect_timeout_seconds),
        "PGOPTIONS": " ".join(f"-c {name}=0" for name in _NO_LIMITS),
    } | {f"PG{name.upper()}": value for name, value in tls.items()}
    password = container.secret_variable(
        "PGPASSWORD", profile.credentials.database_secret, PASSWORD
    )
    return [*variables(stated), password]


def bucket_variables(profile: Profile, bucket: Bucket) -> list[dict[str, Any]]:
    """Return rclone's variables for the bucket, and the place in it."""
    prefix, secret = f"RCLONE_CONFIG_{_REMOTE.upper()}", profile.credentials.backup_secret
    stated = {
        "REMOTE": f"{_REMOTE}:{bucket.name}/{bucket.prefix}",
        # All is in variables: there is no file, and nowhere to write one.
        "RCLONE_CONFIG": "/dev/null",
        f"{prefix}_TYPE": "s3",
        f"{prefix}_PROVIDER": "Other",
        f"{prefix}_ENDPOINT": bucket.endpoint,
        f"{prefix}_REGION": bucket.region,
        # The keys may be for this bucket's objects alone, and not for making buckets.
        f"{prefix}_NO_CHECK_BUCKET": "true",
    }
    return [
        *variables(stated),
        container.secret_variable(f"{prefix}_ACCESS_KEY_ID", secret, ACCESS_KEY),
        container.secret_variable(f"{prefix}_SECRET_ACCESS_KEY", secret, SECRET_KEY),
    ]


def variables(stated: dict[str, str]) -> list[dict[str, Any]]:
    """Return variables whose values stand in the profile."""
    return [{"name": name, "value": value} for name, value in stated.items()]


def _to_store(profile: Profile, bucket: Bucket, client: str) -> tuple[Flow, ...]:
    end = upstream.end(profile, bucket.endpoint)
    inside = upstream.namespace(bucket.endpoint, profile.cluster.namespace) is not None
    private = () if inside else profile.network.store_cidrs
    peers = (end[0].peers if end else ()) + (ranges(*private).peers if private else ())
    ports = (upstream.port_of(bucket.endpoint),)
    # No peers at all would mean everybody.
    return (Flow(client=client, server=Outside(peers=peers), ports=ports),) if peers else ()
