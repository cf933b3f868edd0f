"""The documented name of the checkpointer (ORC-03)."""

from langgraph.checkpoint.base import BaseCheckpointSaver, Checkpoint

from profiles.service import ServiceConfig


class BioMCPCheckpointSaver:
    """A checkpoint store with the method that document 000 calls on it."""

    def __init__(self, config: ServiceConfig, db: BaseCheckpointSaver[str]) -> None:
        """Stand in front of an open store."""
        self.config = config
        self.db = db

    async def aget_checkpoint(self, thread_id: str) -> Checkpoint | None:
        """Return a thread's newest checkpoint, or None for a thread that has none."""
        return await self.db.aget({"configurable": {"thread_id": thread_id}})
