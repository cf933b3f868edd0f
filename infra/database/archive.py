"""What CloudNativePG's Cluster says of its backups, which `infra.backup` schedules."""

from typing import Any

from profiles.postgres import Server

PLUGIN = "barman-cloud.cloudnative-pg.io"
"""Name under which Barman's plugin is known to the operator."""

STORE = "backups"
"""Name of the plugin's ObjectStore."""


def section(server: Server) -> dict[str, Any]:
    """Return that part of a Cluster's spec; empty where nothing is backed up."""
    backup = server.backup
    if backup is None:
        return {}
    if backup.bucket is None:
        # Without an archive of the log, only a snapshot of a stopped instance is consistent; the
        # operator stops a standby for it (rule PL034).
        return {"backup": {"target": "prefer-standby", "volumeSnapshot": {"online": False}}}
    archive = {"name": PLUGIN, "isWALArchiver": True, "parameters": {"barmanObjectName": STORE}}
    return {"plugins": [archive]}
