"""Where checkpoints live: SQLite for one pod, Postgres for more."""

from typing import Annotated, Literal

from pydantic import Field

from profiles.section import (
    AbsolutePath,
    Count,
    CountOrNone,
    Gibibytes,
    Image,
    Name,
    Seconds,
    require,
    section,
)
from profiles.workload import Resources

Identifier = Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]{0,62}$")]


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
    """Time that connecting, or waiting for a connection, may take, in seconds."""


@section
class Server:
    """A Postgres of the stack's own (INF-14)."""

    name: Name
    """Name of the StatefulSet and its Service."""
    image: Image
    """Postgres image; its major owns the data directory."""
    database: Identifier
    """Database that holds the checkpoints."""
    user: Identifier
    """Role that the service connects as."""
    storage_gib: Gibibytes
    """Size of the data claim, in GiB."""
    storage_class: Name | None
    """Storage class of the claim; null takes the cluster's default."""
    max_connections: Count
    """Postgres' own limit."""
    reserved_connections: CountOrNone
    """Connections kept for superusers, probes and a person at a prompt."""
    resources: Resources
    """Requests and limits of the database's container."""

    def __post_init__(self) -> None:
        """Leave connections to the service."""
        require(
            self.reserved_connections < self.max_connections,
            f"reserved_connections {self.reserved_connections} leaves none of max_connections "
            f"{self.max_connections}; lower it",
        )


@section
class Database:
    """The checkpointer's store (CON-05)."""

    mode: Literal["sqlite", "statefulset", "external"]
    """SQLite in the pod, a StatefulSet of the stack's own, or an address in a Secret."""
    sqlite_path: AbsolutePath
    """SQLite file inside the container (CFG-03)."""
    sqlite_storage_gib: Gibibytes
    """Size of the claim that holds the SQLite file, in GiB (INF-05)."""
    server: Server | None
    """The stack's own Postgres; null unless mode is statefulset."""
    external_max_connections: Count | None
    """What an external server allows; null unless mode is external."""
    pool: Pool
    """Connections of each worker."""
    job_connections: CountOrNone
    """Connections that backups and migrations may use beside the service."""

    def __post_init__(self) -> None:
        """Hold the mode to the fields it needs."""
        require(
            (self.mode == "statefulset") == (self.server is not None),
            f"mode {self.mode!r} and server {'null' if self.server is None else 'set'} do not go "
            "together; set server for mode statefulset, null otherwise",
        )
        require(
            (self.mode == "external") == (self.external_max_connections is not None),
            f"mode {self.mode!r} and external_max_connections {self.external_max_connections} do "
            "not go together; set it for mode external, null otherwise",
        )
