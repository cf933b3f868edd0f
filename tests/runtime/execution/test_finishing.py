"""Ends of runs that come at the same time are one statement on Postgres, each with its own fate."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from langgraph.checkpoint.base import empty_checkpoint

from runtime.errors import LeaseLostError
from runtime.execution.database import Row, Values
from runtime.execution.run import Ended, Run, RunState, ThreadState
from runtime.persistence.writer import Rows
from runtime.settings import Settings
from tests.runtime.execution.world import OWNER, World, open_world

WELL = Ended(status=RunState.SUCCESS, thread=ThreadState.IDLE, result={"done": ["it"]})


@pytest.fixture
async def world(in_postgres: Settings) -> AsyncIterator[World]:
    """Give the open tables in Postgres."""
    async with open_world(in_postgres) as opened:
        yield opened


async def held(world: World, count: int) -> list[Run]:
    """Return runs that a worker holds, in the order in which they were asked for."""
    for _ in range(count):
        await world.enqueue("ask", {})
    return await world.queue().claim_some("a worker", count)


def statements(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list to which each statement of the database is added from now on."""
    seen: list[str] = []
    rows = world.database.rows

    async def counted(statement: str, values: Values, kept: Sequence[Any] = ()) -> Sequence[Row]:
        seen.append(statement)
        return await rows(statement, values, kept)

    monkeypatch.setattr(world.database, "rows", counted)
    return seen


def checkpoint(run: Run, metadata: str = "{}") -> Rows:
    """Return what keeps a checkpoint of a run's thread."""
    saved = json.dumps(empty_checkpoint())
    return Rows(checkpoints=[(run.thread_id, "", "1", None, saved, metadata)])


async def test_ends_of_the_same_time_are_one_statement(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each run and each thread is what its own end says, and what was written last is there."""
    runs, queue = await held(world, 3), world.queue()
    badly = replace(WELL, status=RunState.ERROR, thread=ThreadState.ERROR, error={"error": "x"})
    seen = statements(world, monkeypatch)
    ends = [(runs[0], WELL), (runs[1], badly), (runs[2], WELL)]
    told = await asyncio.gather(*(queue.finish(run, end, [checkpoint(run)]) for run, end in ends))
    assert len(seen) == 1
    for (run, ended), finished in zip(ends, told, strict=True):
        after = await world.read(run)
        assert finished.run == replace(after, now=finished.run.now if finished.run else 0.0)
        assert (after.status, after.result, after.error) == (
            ended.status,
            ended.result,
            ended.error,
        )
        assert (await world.threads.get(OWNER, run.thread_id)).status is ended.thread
        saved = await world.saver.aget_tuple({"configurable": {"thread_id": run.thread_id}})
        assert saved is not None


async def test_an_end_that_cannot_be_kept_fails_alone(world: World) -> None:
    """What one run wrote last does not hold up the ends of those beside it."""
    runs, queue = await held(world, 3), world.queue()
    broken = [checkpoint(runs[0]), checkpoint(runs[1], '{"a": "\\u0000"}'), checkpoint(runs[2])]
    told = await asyncio.gather(
        *(queue.finish(run, WELL, [rows]) for run, rows in zip(runs, broken, strict=True)),
        return_exceptions=True,
    )
    assert isinstance(told[1], psycopg.DataError)
    states = [(await world.read(run)).status for run in runs]
    assert states == [RunState.SUCCESS, RunState.RUNNING, RunState.SUCCESS]


async def test_a_run_that_was_lost_does_not_end_with_the_others(world: World) -> None:
    """Its row is another worker's, and stays as that one left it."""
    runs, queue = await held(world, 2), world.queue()
    lost = replace(runs[0], token=runs[0].token - 1)
    told = await asyncio.gather(
        queue.finish(lost, WELL), queue.finish(runs[1], WELL), return_exceptions=True
    )
    assert isinstance(told[0], LeaseLostError)
    assert (await world.read(runs[0])).status is RunState.RUNNING
    assert (await world.read(runs[1])).status is RunState.SUCCESS
