"""A real SQLite store in a file."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver


@pytest.fixture
async def checkpointer(tmp_path: Path) -> AsyncIterator[AsyncSqliteSaver]:
    """Open the saver that embedded services use."""
    async with AsyncSqliteSaver.from_conn_string(str(tmp_path / "checkpoints.db")) as saver:
        yield saver
