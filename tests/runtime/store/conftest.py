"""Items in an empty store, on both databases."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from runtime.execution.open import open_database
from runtime.persistence.checkpointer import open_checkpointer
from runtime.settings import Settings
from runtime.store.items import Items


@asynccontextmanager
async def open_items(settings: Settings, most_kib: int | None = None) -> AsyncIterator[Items]:
    """Open the table of a store."""
    async with (
        open_checkpointer(settings) as saver,
        open_database(saver, settings.config) as database,
    ):
        yield Items(database, most_kib)


@pytest.fixture
async def items(stored: Settings) -> AsyncIterator[Items]:
    """Give the items of an empty store."""
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(open_items(stored))
