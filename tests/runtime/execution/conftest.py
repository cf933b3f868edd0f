"""The tables of the runs, on both databases."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from runtime.settings import Settings
from tests.runtime.execution.world import World, open_world


@pytest.fixture
async def world(stored: Settings) -> AsyncIterator[World]:
    """Give the open tables, and what makes workers on them."""
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(open_world(stored))
