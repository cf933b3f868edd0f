"""Manifests: read as the scripts write them, and nothing else is taken for one."""

import pytest

from plumb.backup.error import BackupError
from plumb.backup.manifest import parse

LINE = (
    '{"name" : "20261121T021500Z", "time" : "2026-11-21T02:15:00Z", "server_version" : "17.2", '
    '"database" : "langgraph", "bytes" : 5, "sha256" : "ab", "rows" : { "public.a" : 2, "b" : 3 }}'
)


def test_a_manifest_tells_the_rows_of_all_tables() -> None:
    """OPS-04: the sums that a person is shown."""
    made = parse(LINE)
    assert (made.name, made.bytes, made.total_rows) == ("20261121T021500Z", 5, 5)


@pytest.mark.parametrize("line", ["", "removed 20200101T000000Z", "[]", '{"name": "x"}'])
def test_anything_else_is_refused(line: str) -> None:
    """A log's other lines are not taken for a backup."""
    with pytest.raises(BackupError, match="no manifest"):
        parse(line)
