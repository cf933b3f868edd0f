"""The tables of the runs, on both databases."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from runtime.settings import Settings, load_settings
from tests.runtime.execution.world import World, open_world

BACK_ENDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.slow)]


@pytest.fixture(params=BACK_ENDS)
def stored(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Give settings of an empty store: a SQLite file, or a database of a real Postgres."""
    if request.param == "postgres":
        found: Settings = request.getfixturevalue("in_postgres")
        return found
    return load_settings({"ORCHESTRATOR_CHECKPOINT_DB": str(tmp_path / "runs.db")})


@pytest.fixture
async def world(stored: Settings) -> AsyncIterator[World]:
    """Give the open tables, and what makes workers on them."""
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(open_world(stored))
