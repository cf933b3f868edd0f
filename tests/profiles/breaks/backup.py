"""What breaks the rules on backups."""

from typing import Any

from tests.profiles.build import nested

BREAKS: dict[str, tuple[dict[str, Any], str]] = {
    "PL034": (
        nested("database.server.backup.storage_gib", 50),
        "(30 days x 1 a day + 2) x 5 % of 50 GiB = 80 GiB > 50 GiB",
    ),
}
