"""A worker that lost its run must not write: its checkpoints are refused by its own clock."""

import time
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    BaseCheckpointSaver,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
)

from runtime.errors import LeaseLostError


@dataclass(slots=True)
class Lease:
    """A run that this process holds."""

    run_id: str
    """The run."""
    token: int
    """Fencing token of every write to its row."""
    until: float
    """Monotonic time to which it is certainly held; the database's lease ends later."""

    def check(self) -> None:
        """Raise LeaseLostError once another worker may hold the run."""
        if time.monotonic() >= self.until:
            raise LeaseLostError(f"run {self.run_id} was held for too long without a heartbeat")


HELD: ContextVar[Lease | None] = ContextVar("lease_of_this_run", default=None)
"""Lease of the run that the current task works on; tasks of its nodes inherit it."""


def check_lease() -> None:
    """Raise LeaseLostError where the current task's run may be another worker's."""
    if (lease := HELD.get()) is not None:
        lease.check()


class Fenced(BaseCheckpointSaver[str]):
    """Refuses what a process writes after it was stopped for longer than its lease."""

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Keep a checkpoint; LeaseLostError where the run may be another worker's."""
        check_lease()
        return await super().aput(config, checkpoint, metadata, new_versions)

    async def aput_writes(
        self,
        config: RunnableConfig,
        writes: Sequence[tuple[str, Any]],
        task_id: str,
        task_path: str = "",
    ) -> None:
        """Keep what a node gave; LeaseLostError as above."""
        check_lease()
        await super().aput_writes(config, writes, task_id, task_path)
