"""What breaks the rule on the memory of Postgres."""

from typing import Any

from tests.profiles.build import nested

BREAKS: dict[str, tuple[dict[str, Any], str]] = {
    "PL026": (
        nested("database.server.max_connections", 350),
        "(2048 MiB limit - 512 shared_buffers - 1183 others) / 358 processes = 1009 KiB work_mem < "
        "1024 database.server.least_work_mem_kib",
    ),
}
