"""Makes `older/` anew: the older version serves on either database, and is killed in a run.

`python -m tests.runtime.faults.make_older`, where git, Postgres and pg_dump are.
"""

import asyncio
import json
import os
import signal
import socket
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from langgraph_sdk import get_client
from langgraph_sdk.client import LangGraphClient

from tests.parts import require
from tests.runtime.faults.conftest import EXTERNAL
from tests.runtime.faults.effects import CHAIN, begun
from tests.runtime.faults.older import LEFT, database_of, of_older_version, told
from tests.runtime.faults.stack import QUICK, Process, Stack
from tests.runtime.postgres import new_database, postgres_server
from tests.runtime.service import until

HELD_SECONDS = 2.0
"""Time of each step of the run in which it is killed."""

ITEMS: dict[str, dict[str, Any]] = {
    "plain": {"text": "kept", "list": [1, 2.5, None]},
    "wide": {"text": "žluť ☃"},
}

"""What the store holds, by key."""

THREADS: dict[str, list[dict[str, Any]]] = {
    "history": [{"ballast": "long " * 20}, {}],
    "asking": [{"asks": True}],
    "failed": [{"slow": "no number"}],
}
"""Runs of each thread, by its name: what they are given."""


async def _thread(client: LangGraphClient, name: str) -> str:
    return (await client.threads.create(metadata={"name": name}))["thread_id"]


async def _asked(client: LangGraphClient, thread: str, **given: Any) -> str:
    run = await client.runs.create(thread, "agent", input=given, stream_resumable=True)
    return run["run_id"]


async def _fill(client: LangGraphClient) -> None:
    """Leave threads of each kind that nothing moves, and items."""
    for name, asked in THREADS.items():
        thread = await _thread(client, name)
        for given in asked:
            await client.runs.join(thread, await _asked(client, thread, **given))
    for key, value in ITEMS.items():
        await client.store.put_item(("notes", "older"), key, value)


async def _hold(client: LangGraphClient, folder: Path) -> None:
    """Leave a run in its second step, and one that waits behind it."""
    thread = await _thread(client, "killed")
    held = await _asked(client, thread, slow=HELD_SECONDS)
    await _asked(client, thread)

    async def in_the_second() -> bool:
        state: Any = await client.threads.get_state(thread)
        return state["values"].get("done") == ["first"] and f"{held} second" in begun(folder)

    await until(in_the_second)


async def _leave(stack: Stack) -> None:
    """Let the older version serve and be killed; keep what it told."""
    async with stack.process() as process:
        await process.ready()
        async with get_client(url=process.url) as client:
            await _fill(client)
            kept = await told(process.url)
            await _hold(client, stack.folder)
        await _kill(process)
    path = LEFT / f"{database_of(stack)}.json"
    text = json.dumps(kept, indent=1, ensure_ascii=False, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")


async def _kill(process: Process) -> None:
    process.send(signal.SIGKILL)
    await process.ended()


def _keep(stack: Stack) -> None:
    """Keep all that a stack's database holds."""
    kind = database_of(stack)
    lines = _of_postgres(stack.variables["DATABASE_URL"]) if kind == "postgres" else _of_file(stack)
    text = "\n".join(lines).replace(socket.gethostname(), "host")
    (LEFT / f"{kind}.sql").write_text(text + "\n", encoding="utf-8")


def _of_file(stack: Stack) -> list[str]:
    with closing(sqlite3.connect(stack.folder / "checkpoints.db")) as file:
        return list(file.iterdump())


def _of_postgres(url: str) -> list[str]:
    """Return what pg_dump gives, without what another version of Postgres may not know."""
    program = require("pg_dump")
    command = [str(program.path), "--inserts", "--no-owner", "--no-privileges", url]
    environment = {**os.environ, **program.environment}
    dump = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    foreign = ("--", "\\", "SET ")
    return [line for line in dump.stdout.splitlines() if line and not line.startswith(foreign)]


async def _main(folder: Path) -> None:
    LEFT.mkdir(exist_ok=True)
    nowhere = Stack(folder=folder, upstream_url="http://127.0.0.1:9", stated=QUICK)
    in_file = of_older_version(nowhere, folder / "tree").running(CHAIN)
    with postgres_server(folder) as server:
        url = new_database(server.url)
        for stack in (in_file, in_file.stating(**EXTERNAL).under(DATABASE_URL=url)):
            await _leave(stack)
            _keep(stack)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        asyncio.run(_main(Path(temporary)))
