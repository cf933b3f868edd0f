"""Encryption of the stack's own server: its certificate, and the rule that nothing goes without."""

from typing import Any

from pulumi_kubernetes.core.v1 import ConfigMap

from infra.place import Place
from profiles import contract
from profiles.demand import CERTIFICATE, PRIVATE_KEY
from profiles.postgres import Server

ACCESS_RULES = """\
# The socket is in the pod alone. Over TCP nothing without TLS, nobody without a password.
local   all all     trust
hostssl all all all scram-sha-256
"""
"""The server's pg_hba.conf."""

_CERTIFICATE, _CERTIFICATE_FOLDER = "certificate", "/etc/postgresql-certificate"
_RULES, _RULES_FOLDER, _RULES_FILE = "access-rules", "/etc/postgresql-access", "pg_hba.conf"
_KEY_MODE = 0o440
"""Postgres takes a key of root's that its own group may read, which is how a Secret is mounted."""


def declare(db: Server, place: Place) -> tuple[ConfigMap, ...]:
    """Declare the file of access rules; none without TLS, whose rules are the image's own."""
    if not db.tls:
        return ()
    return (
        ConfigMap(
            "database-access",
            metadata=place.metadata(_name(db), contract.DATABASE_COMPONENT),
            data=access_rules(),
            opts=place.options(),
        ),
    )


def access_rules() -> dict[str, str]:
    """Return the file of access rules, by its name."""
    return {_RULES_FILE: ACCESS_RULES}


def settings(db: Server) -> dict[str, str]:
    """Return Postgres' settings of its encryption."""
    if not db.tls:
        return {}
    return {
        "ssl": "on",
        "ssl_min_protocol_version": "TLSv1.2",
        "hba_file": f"{_RULES_FOLDER}/{_RULES_FILE}",
    } | {f"ssl_{name}": path for name, path in files().items()}


def files() -> dict[str, str]:
    """Return the paths of the certificate and its key, as Postgres and PgBouncer name them."""
    names = {"cert_file": CERTIFICATE, "key_file": PRIVATE_KEY}
    return {name: f"{_CERTIFICATE_FOLDER}/{file}" for name, file in names.items()}


def certificate(secret: str) -> dict[str, Any]:
    """Return the volume of a server's certificate and its key."""
    items = [{"key": key, "path": key} for key in (CERTIFICATE, PRIVATE_KEY)]
    source = {"secretName": secret, "defaultMode": _KEY_MODE, "items": items}
    return {"name": _CERTIFICATE, "secret": source}


def volumes(db: Server, secret: str) -> list[dict[str, Any]]:
    """Return the volumes of certificate and rules."""
    if not db.tls:
        return []
    return [certificate(secret), {"name": _RULES, "configMap": {"name": _name(db)}}]


def certificate_mounts(db: Server) -> list[dict[str, Any]]:
    """Return the mount of the certificate; none without TLS."""
    mount = {"name": _CERTIFICATE, "mountPath": _CERTIFICATE_FOLDER, "readOnly": True}
    return [mount] if db.tls else []


def mounts(db: Server) -> list[dict[str, Any]]:
    """Return the mounts of certificate and rules."""
    rules = {"name": _RULES, "mountPath": _RULES_FOLDER, "readOnly": True}
    return [*certificate_mounts(db), rules] if db.tls else []


def _name(db: Server) -> str:
    return f"{db.name}-access"
