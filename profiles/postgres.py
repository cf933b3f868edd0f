"""A Postgres of the stack's own, and the pooler in front of it."""

import re
from typing import Annotated, Literal

from pydantic import Field

from profiles.backup import Backup
from profiles.memory import MOST_WORK_KIB, Memory, divide
from profiles.section import (
    Count,
    CountOrNone,
    Gibibytes,
    Image,
    Milliseconds,
    Name,
    require,
    section,
)
from profiles.workload import Resources

Identifier = Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]{0,62}$")]
"""A name inside Postgres that needs no quotes."""


@section
class Pooler:
    """PgBouncer in front of the stack's own Postgres."""

    name: Name
    """Name of its Deployment and Service, or of CloudNativePG's Pooler."""
    image: Image
    """PgBouncer image; CloudNativePG brings its own and does not read this."""
    mode: Literal["session", "transaction"]
    """When a server connection is given back; in transaction mode nothing is prepared (PL003)."""
    replicas: Count
    """Pods of the pooler."""
    server_connections: Count
    """Connections that each of its pods opens to Postgres, at most (rule PL002)."""
    client_connections: Count
    """Connections that each of its pods takes from clients, at most."""
    resources: Resources
    """Requests and limits of its container."""


@section
class Server:
    """A Postgres of the stack's own (INF-14), as a StatefulSet or a CloudNativePG Cluster."""

    name: Name
    """Name of the StatefulSet and its Service, or of the Cluster."""
    image: Image
    """Postgres image whose tag begins with the major, which owns the data directory."""
    instances: Annotated[int, Field(ge=1, le=9)]
    """Postgres servers; more than one, with failover, only by CloudNativePG."""
    database: Identifier
    """Database that holds the checkpoints."""
    user: Identifier
    """Role that the service connects as."""
    storage_gib: Gibibytes
    """Size of the data claim, in GiB."""
    storage_class: Name | None
    """Storage class of the claim; null takes the cluster's default."""
    max_connections: Count
    """Postgres' own limit; every one of them takes memory (see `memory`)."""
    least_work_mem_kib: Annotated[int, Field(ge=64, le=MOST_WORK_KIB)]
    """Least that a sort or hash of a connection must have, in KiB: what is left of the memory is
    divided among the connections, and below this they write temporary files (PL026)."""
    reserved_connections: CountOrNone
    """Connections kept for superusers, probes and a person at a prompt."""
    statement_timeout_ms: Milliseconds
    """Longest statement, in ms; dumps and migrations lift it for themselves."""
    lock_timeout_ms: Milliseconds
    """Longest wait of a statement, or of a migration, for a lock, in ms."""
    idle_in_transaction_timeout_ms: Milliseconds
    """Longest that a transaction may sit idle, in ms: it holds locks and stops clean-up."""
    tls: bool
    """Take only encrypted connections, which clients check against the stack's own authority."""
    resources: Resources
    """Requests and limits of the database's container; memory is reserved whole."""
    pooler: Pooler | None
    """PgBouncer in front of it; null connects the service directly."""
    backup: Backup | None
    """Its dumps; null makes none, which only data that can be lost allows."""

    @property
    def major(self) -> int:
        """Return Postgres' major version, from the image's tag."""
        return int(re.split(r"\D", _tag(self.image), maxsplit=1)[0])

    @property
    def memory(self) -> Memory:
        """Return how Postgres divides its memory limit."""
        return divide(self.resources.memory_limit_mib, self.max_connections)

    def __post_init__(self) -> None:
        """Leave connections to the service, and order the timeouts."""
        require(
            self.reserved_connections < self.max_connections,
            f"reserved_connections {self.reserved_connections} leaves none of max_connections "
            f"{self.max_connections}; lower it",
        )
        tag = _tag(self.image)
        require(
            re.match(r"\d+\b", tag) is not None,
            f"image {self.image} has the tag {tag!r}, which does not begin with Postgres' major; "
            "name it, such as postgres:17",
        )
        require(
            self.lock_timeout_ms < self.statement_timeout_ms,
            f"lock_timeout_ms {self.lock_timeout_ms} is not below statement_timeout_ms "
            f"{self.statement_timeout_ms}: a statement would end before its wait does",
        )
        request, limit = self.resources.memory_request_mib, self.resources.memory_limit_mib
        require(
            request in (None, limit),
            f"memory_request_mib {request} is below memory_limit_mib {limit}: a node that runs "
            "short would end the database first; set both to the same",
        )
        divide(limit, self.max_connections)


def _tag(image: str) -> str:
    return image.partition("@")[0].rpartition(":")[2]
