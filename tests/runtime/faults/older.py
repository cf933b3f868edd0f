"""An older version of this project: its code, and what it left in its databases."""

import io
import sqlite3
import subprocess
import tarfile
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from langgraph_sdk import get_client
from langgraph_sdk.client import LangGraphClient

from tests.runtime.faults.stack import Stack

COMMIT = "a9538f60008d1d67853df21e288c9632c5fffaa4"
"""The older version. With each release move it to the one before, as a rollout goes from one to the
next, and make `older/` anew: `python -m tests.runtime.faults.make_older`. This version's packages
have to do for it."""

PROJECT = Path(__file__).parents[3]

LEFT = Path(__file__).with_name("older")
"""For each database a `.sql` with all that it held when the older version was killed, and a `.json`
with what that version had told before."""

_AGES = (
    "UPDATE runs SET deadline_at = deadline_at + {age}",
    "UPDATE threads SET updated_at = updated_at + {age}",
)


def of_older_version(stack: Stack, folder: Path) -> Stack:
    """Return a stack whose processes run the older version's code, which is laid into a folder.

    Skips where the history does not have it, as in a shallow clone.
    """
    command = ["git", "-C", str(PROJECT), "archive", COMMIT]
    packed = subprocess.run(command, capture_output=True, check=False)
    if packed.returncode:
        said = packed.stderr.decode().strip()
        pytest.skip(f"the older version {COMMIT[:7]} is not in the history here: {said}")
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as tree:
        tree.extractall(folder, filter="data")
    return replace(stack, tree=folder)


def database_of(stack: Stack) -> str:
    """Return the name of the kind of a stack's database."""
    return "postgres" if "DATABASE_URL" in stack.variables else "sqlite"


def load_left(stack: Stack) -> float:
    """Fill a stack's database with what the older version left; return how old that is, in s.

    Deadlines are moved, as if it had been killed a moment ago.
    """
    kind = database_of(stack)
    dump = (LEFT / f"{kind}.sql").read_text(encoding="utf-8")
    if kind == "sqlite":
        with closing(sqlite3.connect(stack.folder / "checkpoints.db")) as file:
            file.executescript(dump)
            return _rejuvenated(file)
    with psycopg.connect(stack.variables["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(dump.encode())
        connection.execute("SET search_path = public")
        return _rejuvenated(connection)


def _rejuvenated(connection: Any) -> float:
    (last,) = connection.execute("SELECT max(updated_at) FROM runs").fetchone()
    age = time.time() - float(last)
    for statement in _AGES:
        connection.execute(statement.format(age=age))
    connection.commit()
    return age


async def told(url: str) -> dict[str, Any]:
    """Return what a service tells of its threads that nothing moves, and of its items."""
    async with get_client(url=url) as client:
        threads: list[Any] = list(await client.threads.search(limit=100))
        still = [each for each in threads if each["status"] != "busy"]
        items = await client.store.search_items((), limit=100)
        names = {each["metadata"]["name"]: await _told(client, each) for each in still}
    return {"threads": names, "items": items["items"]}


async def _told(client: LangGraphClient, thread: Any) -> dict[str, Any]:
    thread_id, runs = thread["thread_id"], await client.runs.list(thread["thread_id"])
    return {
        "thread": {name: value for name, value in thread.items() if name != "updated_at"},
        "state": await client.threads.get_state(thread_id),
        "history": await client.threads.get_history(thread_id, limit=100),
        "runs": runs,
        "joined": [await client.runs.join(thread_id, run["run_id"]) for run in runs],
        "events": [await _events(client, thread_id, run["run_id"]) for run in runs],
    }


async def _events(client: LangGraphClient, thread_id: str, run_id: str) -> list[list[Any]]:
    parts = client.runs.join_stream(thread_id, run_id, last_event_id="-1")
    return [[part.id, part.event, part.data] async for part in parts]
