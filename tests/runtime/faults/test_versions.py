"""A rollout: what an older version left is read and gone on with, and both serve side by side."""

import json
import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from langgraph_sdk import get_client
from langgraph_sdk.client import LangGraphClient

from runtime.execution.schema import MIGRATIONS
from tests.runtime.faults.effects import CHAIN, STEPS, Ids, asked, begun, joined, row
from tests.runtime.faults.older import LEFT, database_of, load_left, of_older_version, told
from tests.runtime.faults.stack import Stack
from tests.runtime.service import until

pytestmark = pytest.mark.slow

MOVED = "tests.runtime.faults.moved"
NEWEST_HERE = len(MIGRATIONS) - 1
NEWEST = "SELECT max(v) FROM run_migrations"


def newest(stack: Stack) -> int:
    """Return the number of the last migration of the runs that a database has."""
    if database_of(stack) == "sqlite":
        with closing(sqlite3.connect(stack.folder / "checkpoints.db")) as file:
            return int(file.execute(NEWEST).fetchone()[0])
    with psycopg.connect(stack.variables["DATABASE_URL"]) as connection:
        found = connection.execute(NEWEST).fetchone()
        assert found is not None
        return int(found[0])


async def named(client: LangGraphClient, name: str) -> str:
    """Return the thread of a name."""
    (found,) = await client.threads.search(metadata={"name": name})
    return str(found["thread_id"])


async def assert_goes_on(client: LangGraphClient, folder: Path) -> None:
    """Assert that a killed run is taken up in its second step, and then what waited behind it."""
    thread = await named(client, "killed")
    runs: Any = await client.runs.list(thread)
    waiting, held = runs
    assert await done(client, thread, held) == STEPS
    assert dict(await client.runs.get(thread, held["run_id"]))["attempts"] == 2
    assert await done(client, thread, waiting) == 2 * STEPS
    counted = begun(folder)
    assert [counted[f"{held['run_id']} {step}"] for step in STEPS] == [0, 1, 1]


async def done(client: LangGraphClient, thread: str, run: Any) -> Any:
    """Return the steps that are done when a run has ended."""
    given: Any = await client.runs.join(thread, run["run_id"])
    return given["done"]


async def test_what_an_older_version_left_is_read_and_goes_on(chained: Stack) -> None:
    """Fault 35: threads, histories, runs, their events and items are what the older version told.

    A run that asked a person goes on with the answer. One in whose second step the older process
    was killed goes on there, with that step alone repeated; then the one that waited behind it.
    """
    age_seconds = load_left(chained)
    assert newest(chained) < NEWEST_HERE
    left = json.loads((LEFT / f"{database_of(chained)}.json").read_text(encoding="utf-8"))
    # The clean-up goes by the process's clock: it is to think that no time has passed.
    async with chained.process(MOVED, BEHIND_SECONDS=str(age_seconds)) as process:
        url = (await process.ready()).url
        assert newest(chained) == NEWEST_HERE
        async with get_client(url=url) as client:
            await assert_goes_on(client, chained.folder)
            found = await told(url)
            del found["threads"]["killed"]
            assert found == left
            asking = await named(client, "asking")
            answer: Any = await client.runs.wait(asking, "agent", command={"resume": "yes"})
            assert answer["done"] == STEPS


LEAVING = {
    "workload": {"drain_seconds": 6, "farewell_seconds": 1},
    "api": {"request_timeout_seconds": 2},
    "execution": {"handover_seconds": 2},
}
"""A process that is told to end gives back what runs."""

RUNS, LONG_SECONDS = 8, 2.5
"""More than one process has places for, and longer than the grace."""


async def all_begun(stack: Stack, runs: list[Ids]) -> None:
    """Wait until each of the runs has begun."""

    async def each() -> bool:
        return {run for _, run in runs} <= {key.partition(" ")[0] for key in begun(stack.folder)}

    await until(each)


async def test_two_versions_serve_on_one_postgres(on_postgres: Stack, tmp_path: Path) -> None:
    """Fault 35: this version migrates while the older one serves; each reads the runs of both.

    What the older one works on when it is told to end goes on at this one, as no further attempt.
    """
    newer = on_postgres.stating(**LEAVING).running(CHAIN)
    older = of_older_version(newer, tmp_path / "tree")
    async with older.process() as leaving:
        await leaving.ready()
        async with newer.processes(1) as (staying,):
            both = (leaving, staying)
            for ids in [await asked(each.url, slow=0.1) for each in both * 3]:
                for each in both:
                    assert (await joined(each.url, ids))["done"] == STEPS
                    assert (await row(each.url, ids))["attempts"] == 1
            held = [await asked(leaving.url, slow=LONG_SECONDS) for _ in range(RUNS)]
            await all_begun(newer, held)
            leaving.send(signal.SIGTERM)
            assert await leaving.ended() == 0, leaving.told()
            for ids in held:
                assert (await joined(staying.url, ids))["done"] == STEPS
                assert (await row(staying.url, ids))["attempts"] == 1
    assert max(begun(newer.folder).values()) == 2  # something was handed over
