"""What many runs need at the same time is one statement on Postgres, each with its own fate."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from langgraph.checkpoint.base import empty_checkpoint

from runtime.errors import LeaseLostError, OverloadedError, ThreadBusyError
from runtime.execution.claim import left_of
from runtime.execution.database import Row, Values, in_percents, worded
from runtime.execution.entry import WITH_THREADS
from runtime.execution.finishing import FINISH
from runtime.execution.room import Room
from runtime.execution.run import Ended, Offer, Page, Run, RunState, ThreadState
from runtime.execution.runs import Runs
from runtime.persistence.writer import Rows
from runtime.settings import Settings
from tests.runtime.execution.world import OWNER, World, open_world
from tests.runtime.persistence.test_repeat import cut, locked

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


async def test_runs_of_the_same_time_enter_by_one_statement(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is on a thread of its own, and begins where its worker has a place for it."""
    seen = statements(world, monkeypatch)
    offers = [Offer(holder=name, lease_seconds=30.0) for name in ("one", "two")]
    runs = await asyncio.gather(*(world.enqueue("ask", {}, offer) for offer in [*offers, None]))
    assert len(seen) == 1
    assert [run.holder for run in runs] == ["one", "two", None]
    assert [run.status for run in runs] == [RunState.RUNNING, RunState.RUNNING, RunState.PENDING]
    assert runs[0].seq < runs[1].seq < runs[2].seq
    assert runs == [replace(await world.read(run), now=run.now) for run in runs]


async def test_of_runs_that_make_the_same_thread_at_the_same_time_one_makes_it(
    world: World,
) -> None:
    """ORC-08: the others meet a thread that is there, and a run on it, as their strategy says."""
    asked: dict[str, Any] = {"thread_id": str(uuid4()), "strategy": "reject"}
    told = await asyncio.gather(
        *(world.enqueue("ask", {}, **asked) for _ in range(3)), return_exceptions=True
    )
    assert [isinstance(each, ThreadBusyError) for each in told].count(True) == 2


async def test_room_is_not_given_twice_to_runs_of_the_same_time(world: World) -> None:
    """WFO-04: `execution.queue_limit` holds for those that enter together."""
    config = replace(world.settings.config.execution, queue_limit=2)
    runs = Runs(world.database, Room(world.database, config))
    told = await asyncio.gather(
        *(runs.enqueue(world.new("ask", {}), create_thread=True) for _ in range(5)),
        return_exceptions=True,
    )
    assert [isinstance(each, OverloadedError) for each in told].count(True) == 3


async def cut_off(world: World, *asked: Awaitable[Any]) -> list[Any]:
    """Begin what is asked while threads are locked, end the connections; return what it gives."""
    url = world.settings.secrets.database_url
    assert url is not None
    with psycopg.connect(url.get_secret_value(), autocommit=True) as looking:
        with locked(world.settings, "threads"):
            tasks = [asyncio.ensure_future(each) for each in asked]
            await cut(looking, set())
        return await asyncio.gather(*tasks)


async def test_runs_whose_connection_is_lost_end_over_another_one(world: World) -> None:
    """Fault 10: their results are not done anew when their leases have run out."""
    runs, queue = await held(world, 2), world.queue()
    told = await cut_off(world, *(queue.finish(run, WELL, [checkpoint(run)]) for run in runs))
    assert [each.run.status for each in told] == [RunState.SUCCESS] * 2
    assert [(await world.read(run)).status for run in runs] == [RunState.SUCCESS] * 2


async def test_runs_whose_connection_is_lost_enter_over_another_one(world: World) -> None:
    """Fault 10: their callers are not told of it."""
    offer = Offer(holder="one", lease_seconds=30.0)
    runs = await cut_off(world, *(world.enqueue("ask", {}, offer) for _ in range(2)))
    assert [run.status for run in runs] == [RunState.RUNNING] * 2


async def test_a_run_that_entered_as_its_connection_was_lost_enters_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The word of it alone was lost: it is looked for before it is put in again."""
    rows = world.database.rows

    async def lost(statement: str, values: Values, kept: Sequence[Any] = ()) -> Sequence[Row]:
        monkeypatch.setattr(world.database, "rows", rows)
        await rows(statement, values, kept)
        raise psycopg.OperationalError("the connection is lost")

    monkeypatch.setattr(world.database, "rows", lost)
    run = await world.enqueue("ask", {}, Offer(holder="one", lease_seconds=30.0))
    assert run.status is RunState.RUNNING
    assert run == replace(await world.read(run), now=run.now)
    assert len(await world.runs.of_thread(OWNER, run.thread_id, Page())) == 1


_MANY = """
    INSERT INTO threads (thread_id, owner, metadata, status, temporary, created_at, updated_at)
    SELECT number::text, 'key:one', '{}', 'idle', 0, 0, 0 FROM generate_series(1, 2000) AS number;
    INSERT INTO runs (run_id, thread_id, owner, graph, status, request, metadata, strategy,
        priority, attempts, token, cancel, created_at, updated_at, deadline_at)
    SELECT thread_id, thread_id, owner, 'ask', 'success', '{}', '{}', 'enqueue',
        5, 1, 1, 0, 0, 0, 0 FROM threads;
    ANALYZE
"""


def planned(world: World, tables: str, statement: str, given: Values) -> str:
    """Return the plan that Postgres keeps of a statement, over so many rows."""
    url = world.settings.secrets.database_url
    assert url is not None
    with psycopg.connect(url.get_secret_value(), autocommit=True) as connection:
        connection.execute(tables)
        connection.execute("SET plan_cache_mode = force_generic_plan")  # as after five runs
        explain = "EXPLAIN " + in_percents(worded(world.database, statement))
        return "\n".join(line for (line,) in connection.execute(explain, given))


@pytest.mark.parametrize("statement", [WITH_THREADS, FINISH])
async def test_no_table_is_read_as_a_whole(world: World, statement: str) -> None:
    """What a run's entry and end cost does not grow with the threads and runs that are kept."""
    plan = planned(world, _MANY, statement, {"given": "[]"})
    assert "Index Scan using threads_pkey" in plan
    assert "Seq Scan" not in plan


async def test_a_look_at_what_is_left_reads_no_table_as_a_whole(world: World) -> None:
    """A worker looks twice a second, also where Postgres believes that all runs still wait."""
    waiting = _MANY.replace("success", "pending")
    plan = planned(world, waiting, left_of(["graph0"]), {"graph0": "ask", "most": 3})
    assert "Index Scan using runs_waiting " in plan
    assert "Seq Scan" not in plan
