"""Where checkpoints live: SQLite for one pod, Postgres for more."""

from typing import Literal

from profiles.postgres import Server
from profiles.section import AbsolutePath, Count, CountOrNone, Gibibytes, Seconds, require, section

DatabaseMode = Literal["sqlite", "statefulset", "cnpg", "external"]
"""Where checkpoints live."""


@section
class Pool:
    """The service's connections to Postgres, for each worker (CFG-11)."""

    size: Count
    """Connections kept open."""
    max_overflow: CountOrNone
    """Connections opened beyond those under load."""
    recycle_seconds: Seconds
    """Age after which a connection is replaced, in seconds."""
    connect_timeout_seconds: Seconds
    """Time that connecting, or waiting for a connection, may take, in seconds; so long a start
    waits for a server that does not answer yet."""


@section
class Database:
    """The checkpointer's store (CON-05)."""

    mode: DatabaseMode
    """SQLite in the pod, a StatefulSet of the stack's own, a CloudNativePG Cluster, or an address
    in a Secret."""
    sqlite_path: AbsolutePath
    """SQLite file inside the container (CFG-03)."""
    sqlite_storage_gib: Gibibytes
    """Size of the claim that holds the SQLite file, in GiB (INF-05)."""
    server: Server | None
    """The stack's own Postgres; null unless mode is statefulset or cnpg."""
    external_max_connections: Count | None
    """What an external server allows; null unless mode is external."""
    pool: Pool
    """Connections of each worker."""
    migration_seconds: Seconds
    """Longest that a starting process may make or move the tables, or wait for another that does,
    in seconds; the start-up probe must grant it (PL022)."""
    job_connections: CountOrNone
    """Connections that backups and migrations may use beside the service."""

    @property
    def prepared_statements(self) -> bool:
        """Whether a connection may keep statements prepared: not over a transaction pooler.

        An external address may be one.
        """
        pooler = self.server.pooler if self.server else None
        return self.mode != "external" and (pooler is None or pooler.mode == "session")

    def __post_init__(self) -> None:
        """Hold the mode to the fields it needs."""
        own = self.mode in ("statefulset", "cnpg")
        require(
            own == (self.server is not None),
            f"mode {self.mode!r} and server {'null' if self.server is None else 'set'} do not go "
            "together; set server for modes statefulset and cnpg, null otherwise",
        )
        require(
            self.mode == "cnpg" or self.server is None or self.server.instances == 1,
            "server.instances above 1 needs mode 'cnpg': a StatefulSet has no failover",
        )
        require(
            (self.mode == "external") == (self.external_max_connections is not None),
            f"mode {self.mode!r} and external_max_connections {self.external_max_connections} do "
            "not go together; set it for mode external, null otherwise",
        )
