"""A process on a store: `python -m tests.runtime.persistence.process MODE open|write`."""

import asyncio
import os
import sys
from typing import Any
from uuid import uuid4

from langgraph.checkpoint.base import BaseCheckpointSaver, empty_checkpoint

from runtime.persistence.checkpointer import open_checkpointer
from runtime.settings import Settings
from tests.runtime.execution.process import settings_of_process

WRITERS = 20


def command(settings: Settings, what: str) -> tuple[list[str], dict[str, str]]:
    """Return the command line of such a process, and its environment."""
    url = settings.secrets.database_url
    environment = {
        **os.environ,
        "ORCHESTRATOR_CHECKPOINT_DB": settings.config.store.sqlite_path,
        "DATABASE_URL": url.get_secret_value() if url else "",
    }
    module = "tests.runtime.persistence.process"
    return [sys.executable, "-m", module, settings.config.store.mode, what], environment


async def _write(saver: BaseCheckpointSaver[Any]) -> None:
    """Keep checkpoints of new threads for ever; say the thread's name once one is kept."""
    while True:
        name = str(uuid4())
        place = {"configurable": {"thread_id": name, "checkpoint_ns": ""}}
        await saver.aput(place, empty_checkpoint(), {}, {})  # type: ignore[arg-type]  # as LangGraph
        print(name, flush=True)  # noqa: T201  # told to the test


async def _main(mode: str, what: str) -> None:
    async with open_checkpointer(settings_of_process(mode)) as saver:
        if what == "write":
            await asyncio.gather(*(_write(saver) for _ in range(WRITERS)))


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
