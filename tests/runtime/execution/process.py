"""A worker in a process of its own, to be killed: `python -m tests.runtime.execution.process`."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from runtime.settings import Settings, load_settings
from tests.runtime.execution.world import open_world

LEASE_SECONDS = 5.0
"""Short, so that a test need not wait for long; several heartbeats long."""


@contextmanager
def worker_process(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker on a store; kill it where the test has not."""
    url = settings.secrets.database_url
    environment = {
        **os.environ,
        "ORCHESTRATOR_CHECKPOINT_DB": settings.config.store.sqlite_path,
        "DATABASE_URL": url.get_secret_value() if url else "",
    }
    command = [sys.executable, "-m", "tests.runtime.execution.process", settings.config.store.mode]
    with subprocess.Popen(command, env=environment) as process:
        try:
            yield process
        finally:
            process.kill()


async def work(settings: Settings) -> None:
    """Work until SIGTERM."""
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    async with open_world(settings) as world, world.worker(lease_seconds=LEASE_SECONDS):
        await told.wait()


def settings_of_process(mode: Any) -> Settings:
    """Return the settings of a mode under this process's environment."""
    embedded = load_settings(os.environ)
    store = replace(embedded.config.store, mode=mode)
    return replace(embedded, config=replace(embedded.config, store=store))


if __name__ == "__main__":
    asyncio.run(work(settings_of_process(sys.argv[1])))
