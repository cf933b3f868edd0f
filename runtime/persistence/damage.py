"""Checkpoints that cannot be read any more."""

from collections.abc import Awaitable

import structlog
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import CheckpointTuple

from runtime.errors import DamagedError

_log = structlog.get_logger(__name__)

_UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)
"""What LangGraph's savers raise at a row that holds something else than they wrote."""


async def readable(
    config: RunnableConfig, read: Awaitable[CheckpointTuple | None]
) -> CheckpointTuple | None:
    """Return the checkpoint that a saver reads; DamagedError where it cannot be read any more."""
    try:
        found = await read
        if found is not None and not isinstance(found.metadata, dict):
            raise TypeError("its metadata are no object")
    except _UNREADABLE as error:
        thread_id = config["configurable"]["thread_id"]
        _log.exception("checkpoint_damaged", thread_id=thread_id)
        raise DamagedError(f"the checkpoint of thread {thread_id} is damaged") from error
    return found
