"""Rule on the memory of the stack's own Postgres.

Its parts never exceed the limit: `profiles.memory` divides what is left among the connections, and
a profile whose connections get less than PostgreSQL's own least is refused. What a stack file can
break is how much each of them gets.
"""

from collections.abc import Iterator

from profiles.memory import MOST_WORK_KIB, least_limit_mib
from profiles.postgres import Server
from profiles.profile import Profile
from profiles.rules.rule import Comparison, Rule, related

_LIMIT = "database.server.resources.memory_limit_mib"
_REQUEST = "database.server.resources.memory_request_mib"
_CONNECTIONS = "database.server.max_connections"
_KIB = 1024


def _each_connection_can_sort(profile: Profile) -> Iterator[Comparison]:
    server = profile.database.server
    if server is not None:
        yield _sort_memory(server)


def _sort_memory(server: Server) -> Comparison:
    memory, least = server.memory, server.least_work_mem_kib
    holds, sign = related(memory.work_kib, ">=", least)
    needed = least_limit_mib(server.max_connections, least)
    fix = f"raise {_LIMIT} to {needed}, and the request with it, or lower {_CONNECTIONS}"
    return Comparison(
        fields=(_LIMIT, _CONNECTIONS, "database.server.least_work_mem_kib"),
        holds=holds,
        arithmetic=f"{_division(server)} = {memory.work_kib} KiB work_mem "
        f"{sign} {least} database.server.least_work_mem_kib",
        fix=fix,
        edit=((_LIMIT, needed), (_REQUEST, needed)),
    )


def _division(server: Server) -> str:
    memory, limit = server.memory, server.resources.memory_limit_mib
    buffers = memory.shared_buffers_kib // _KIB
    others = (memory.most_kib - memory.processes * memory.work_kib) // _KIB - buffers
    share = (
        f"({limit} MiB limit - {buffers} shared_buffers - {others} others) / "
        f"{memory.processes} processes"
    )
    is_capped = memory.work_kib == MOST_WORK_KIB
    return f"min({share}, {MOST_WORK_KIB} KiB)" if is_capped else share


RULES = (
    Rule(
        id="PL026",
        title="every connection of Postgres has memory for a sort",
        severity="warning",
        reason="shared_buffers and work_mem of all connections share one limit: too many "
        "connections leave each a sort on disk, or end the server.",
        source="PostgreSQL's documentation of resource consumption; own division",
        incident="",
        compare=_each_connection_can_sort,
    ),
)
