"""How clients reach the Postgres: address, password, authority, and the flows that this needs."""

from typing import Any
from urllib.parse import urlencode

from infra import container
from infra.flow import Flow, ranges
from profiles import Profile, contract
from profiles.demand import AUTHORITY, PASSWORD, URL
from profiles.postgres import Server

AUTHORITY_FOLDER = "/etc/plumbline-database"
"""Where clients find the authority of the server's certificate."""

_VOLUME = "database-authority"


def host(profile: Profile, db: Server) -> str:
    """Return the name of the server that takes writes, in the stack's own namespace."""
    # CloudNativePG's Service that follows the primary
    return f"{db.name}-rw" if profile.database.mode == "cnpg" else db.name


def parameters(db: Server) -> dict[str, str]:
    """Return libpq's parameters by which a client checks the server; none without TLS."""
    if not db.tls:
        return {}
    return {"sslmode": "verify-full", "sslrootcert": f"{AUTHORITY_FOLDER}/{AUTHORITY}"}


def environment(profile: Profile) -> list[dict[str, Any]]:
    """Return the service's variables: an address without a password, and the password."""
    database, secret = profile.database, profile.credentials.database_secret
    db = database.server
    if database.mode == "external":
        return [container.secret_variable("DATABASE_URL", secret, URL)]
    if db is None:
        return []
    direct = _url(host(profile, db), contract.POSTGRES_PORT, db)
    stated = {"DATABASE_URL": direct}
    if db.pooler:
        stated["DATABASE_URL"] = _url(db.pooler.name, contract.POOLER_PORT, db)
    if not database.prepared_statements:
        # A migration holds a lock of its session, which a transaction pooler takes from it.
        stated["DATABASE_MIGRATION_URL"] = direct
    variables = [{"name": name, "value": value} for name, value in stated.items()]
    return [*variables, container.secret_variable("PGPASSWORD", secret, PASSWORD)]


def volumes(profile: Profile) -> list[dict[str, Any]]:
    """Return the volume of the authority, without the key beside it; none without TLS."""
    db = profile.database.server
    if db is None or not db.tls:
        return []
    # CloudNativePG makes an authority for each Cluster.
    own = profile.credentials.database_tls_secret
    secret = f"{db.name}-ca" if profile.database.mode == "cnpg" else own
    item = {"key": AUTHORITY, "path": AUTHORITY}
    return [{"name": _VOLUME, "secret": {"secretName": secret, "items": [item]}}]


def mounts(profile: Profile) -> list[dict[str, Any]]:
    """Return the mount of that volume."""
    return [
        {"name": volume["name"], "mountPath": AUTHORITY_FOLDER, "readOnly": True}
        for volume in volumes(profile)
    ]


def flows(profile: Profile) -> tuple[Flow, ...]:
    """Return the service's way to its Postgres, through the pooler where there is one."""
    database, service = profile.database, contract.SERVICE_COMPONENT
    ports = (contract.POSTGRES_PORT,)
    if database.mode == "external":
        there = ranges(*profile.network.store_cidrs)
        return (Flow(client=service, server=there, ports=ports),)
    if database.server is None:
        return ()
    direct = Flow(client=service, server=contract.DATABASE_COMPONENT, ports=ports)
    if database.server.pooler is None:
        return (direct,)
    pooler = contract.POOLER_COMPONENT
    pooled = (
        Flow(client=service, server=pooler, ports=(contract.POOLER_PORT,)),
        Flow(client=pooler, server=contract.DATABASE_COMPONENT, ports=ports),
    )
    return pooled if database.prepared_statements else (*pooled, direct)


def _url(name: str, port: int, db: Server) -> str:
    query = urlencode(parameters(db), safe="/")
    return f"postgresql://{db.user}@{name}:{port}/{db.database}" + (f"?{query}" if query else "")
