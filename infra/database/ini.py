"""PgBouncer's settings file."""

from infra.database import access, tls
from profiles import Profile, contract
from profiles.demand import AUTHORITY, USERLIST
from profiles.postgres import Pooler, Server

FILE, FOLDER = "pgbouncer.ini", "/etc/pgbouncer-settings"
USERS_FOLDER = "/etc/pgbouncer-users"

_ATTEMPT_SECONDS = 1
"""Pause before a server that refused is asked again; the default of 15 s outlasts its restart."""


def text(profile: Profile, db: Server, pooler: Pooler) -> str:
    """Return the file's text; it has no secret in it."""
    place = f"host={access.host(profile, db)} port={contract.POSTGRES_PORT} dbname={db.database}"
    lines = [f"{name} = {value}" for name, value in _settings(db, pooler, profile).items()]
    return "\n".join(["[databases]", f"{db.database} = {place}", "", "[pgbouncer]", *lines, ""])


def _settings(db: Server, pooler: Pooler, profile: Profile) -> dict[str, str]:
    return {
        "listen_addr": "*",
        "listen_port": str(contract.POOLER_PORT),
        # Everything comes over TCP, and the root is read-only.
        "unix_socket_dir": "",
        "auth_type": "scram-sha-256",
        "auth_file": f"{USERS_FOLDER}/{USERLIST}",
        "pool_mode": pooler.mode,
        "default_pool_size": str(pooler.server_connections),
        "max_db_connections": str(pooler.server_connections),
        "max_client_conn": str(pooler.client_connections),
        # What waits for a connection longer than its client does is nobody's any more.
        "query_wait_timeout": str(profile.database.pool.connect_timeout_seconds),
        "server_login_retry": str(_ATTEMPT_SECONDS),
        "log_connections": "0",
        "log_disconnections": "0",
    } | _encryption(db)


def _encryption(db: Server) -> dict[str, str]:
    if not db.tls:
        return {}
    authority = f"{access.AUTHORITY_FOLDER}/{AUTHORITY}"
    return {
        "client_tls_sslmode": "require",
        # Nobody's certificate is asked for, but without a file it looks for the system's bundle.
        "client_tls_ca_file": authority,
        **{f"client_tls_{name}": value for name, value in tls.files().items()},
        "server_tls_sslmode": "verify-full",
        "server_tls_ca_file": authority,
    }
