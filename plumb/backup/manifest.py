"""What a backup's manifest says."""

import json
from dataclasses import dataclass

from plumb.backup.error import BackupError


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One backup."""

    name: str
    """Its name: the time of its snapshot, in UTC."""
    time: str
    """That time as ISO 8601."""
    server_version: str
    """Postgres that it was dumped from."""
    database: str
    """Database that it was dumped from."""
    bytes: int
    """Size of the dump, in bytes."""
    sha256: str
    """Hash of the dump."""
    rows: dict[str, int]
    """Rows of each table, by its name with its schema."""

    @property
    def total_rows(self) -> int:
        """Rows of all tables together."""
        return sum(self.rows.values())


def parse(line: str) -> Manifest:
    """Return what a line of JSON says; raises BackupError for anything else."""
    try:
        return Manifest(**json.loads(line))
    except (ValueError, TypeError) as error:
        raise BackupError(f"this is no manifest of a backup: {line[:200]}") from error
