"""Both savers against LangGraph's own conformance suite."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.conformance import checkpointer_test, validate

from runtime.persistence.checkpointer import open_checkpointer
from runtime.settings import Settings

BASE = {"put", "put_writes", "get_tuple", "list", "delete_thread"}
"""What every saver must be able to do."""

MORE = {"sqlite": set[str](), "external": {"prune"}}
"""What LangGraph's saver for a database can do besides, and ours with it."""


@pytest.mark.slow
async def test_a_saver_does_all_that_it_claims(stored: Settings) -> None:
    """ORC-07: every capability that the suite finds in the saver passes all of its tests."""

    @checkpointer_test(name=stored.config.store.mode)
    async def opened() -> AsyncGenerator[BaseCheckpointSaver[Any]]:
        async with open_checkpointer(stored) as saver:
            yield saver

    report = await validate(opened)
    failures = [each for result in report.results.values() for each in result.failures or ()]
    assert failures == []
    found = {name for name, result in report.results.items() if result.passed}
    assert found == BASE | MORE[stored.config.store.mode]
