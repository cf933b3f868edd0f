"""Threads as a whole: pruned, copied and ended by their time, the same on both databases."""

import asyncio
import operator
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

import pytest
from langgraph.channels import DeltaChannel
from langgraph.graph import START, StateGraph
from typing_extensions import TypedDict

from runtime.errors import NotFoundError
from runtime.execution.events import Event, EventLog
from runtime.execution.hold import Change, Holds
from runtime.execution.request import thread_config
from runtime.execution.run import Run, RunState, ThreadState
from runtime.execution.tail import Tail
from runtime.execution.ttl import Pruning, Ttl
from runtime.execution.upkeep import Upkeep
from tests.runtime.execution.graphs import steps
from tests.runtime.execution.test_undo import kept
from tests.runtime.execution.test_worker import given
from tests.runtime.execution.world import OWNER, World

OVER = Ttl(seconds=0.001)
"""A time that is over at once."""


async def done(world: World, folder: Path) -> Run:
    """Run the graph of three steps to its end."""
    async with world.worker():
        run = await world.ended(await world.enqueue("steps", given(folder)))
    assert run.status is RunState.SUCCESS
    return run


@pytest.mark.parametrize("strategy", ["delete", "keep_latest"])
async def test_a_thread_ends_when_its_time_is_over(
    world: World, tmp_path: Path, strategy: Pruning
) -> None:
    """It goes, or keeps its last state and is pruned again later; others are left alone."""
    run, other = await done(world, tmp_path), await world.threads.create(OWNER, metadata={})
    upkeep = Upkeep(world.database)
    assert await upkeep.expire() == 0
    ttl = Ttl(seconds=OVER.seconds, strategy=strategy)
    await world.threads.update(OWNER, run.thread_id, {}, ttl)
    await asyncio.sleep(0.01)
    assert await upkeep.expire() == 1
    await world.threads.get(OWNER, other.thread_id)
    assert len(await kept(world, run)) == (1 if strategy == "keep_latest" else 0)
    if strategy == "delete":
        with pytest.raises(NotFoundError):
            await world.read(run)
    else:
        assert (await world.read(run)).status is RunState.SUCCESS
        thread = await world.threads.get(OWNER, run.thread_id)
        assert thread.ttl is not None
        assert thread.ttl.expires_at is not None


async def test_no_thread_ends_under_a_run(world: World) -> None:
    """Its time may be over: it goes once the run has ended, and not before."""
    run = await world.enqueue()
    await world.threads.update(OWNER, run.thread_id, {}, OVER)
    await asyncio.sleep(0.01)
    upkeep = Upkeep(world.database)
    assert await upkeep.expire() == 0
    assert await upkeep.prune(OWNER, [run.thread_id], "delete") == 0
    await world.runs.cancel(OWNER, run.thread_id, run.run_id)
    assert await upkeep.expire() == 1


class Nested(TypedDict):
    """State of a graph with another in it."""

    done: Annotated[list[str], operator.add]
    """Steps that are done."""


async def test_the_past_calls_of_subgraphs_go_with_their_checkpoints(world: World) -> None:
    """keep_latest: of two runs with a subgraph the last state is left, nothing of the first."""
    inner = StateGraph(Nested).add_node("step", lambda _: {"done": ["step"]})
    inner.add_edge(START, "step")
    outer = StateGraph(Nested).add_node("inside", inner.compile())
    outer.add_edge(START, "inside")
    graph: Any = outer.compile(checkpointer=world.saver)
    thread = (await world.threads.create(OWNER, metadata={})).thread_id
    for _ in range(2):
        await graph.ainvoke({"done": []}, thread_config(thread))
    before = (await graph.aget_state(thread_config(thread))).values
    assert await Upkeep(world.database).prune(OWNER, [thread, thread], "keep_latest") == 1
    assert (await graph.aget_state(thread_config(thread))).values == before
    async with world.database.transaction() as session:
        rows = await session.rows("SELECT checkpoint_ns FROM checkpoints", {})
        left = await session.rows(f"SELECT * FROM {world.database.words.writes}", {})  # noqa: S608  # ours
    assert [row["checkpoint_ns"] for row in rows] == [""]
    assert not left
    await graph.ainvoke({"done": []}, thread_config(thread))


class Differences(TypedDict):
    """State of which only the changes are kept."""

    done: Annotated[list[str], DeltaChannel(lambda old, new: [*old, *chain(*new)])]
    """Steps that are done."""


async def test_a_thread_that_needs_all_that_it_holds_is_left_alone(world: World) -> None:
    """keep_latest leaves a DeltaChannel's thread as it is, rather than empty its values."""
    builder = StateGraph(Differences).add_node("step", lambda _: {"done": ["step"]})
    builder.add_edge(START, "step")
    graph: Any = builder.compile(checkpointer=world.saver)
    thread = (await world.threads.create(OWNER, metadata={})).thread_id
    for _ in range(2):
        await graph.ainvoke({"done": ["asked"]}, thread_config(thread))
    before = (await graph.aget_state(thread_config(thread))).values
    assert await Upkeep(world.database).prune(OWNER, [thread], "keep_latest") == 0
    assert (await graph.aget_state(thread_config(thread))).values == before


async def test_a_copy_does_not_hang_on_what_it_was_copied_from(
    world: World, tmp_path: Path
) -> None:
    """Its checkpoints, values and writes are its own, and stay when the original is removed."""
    run, upkeep = await done(world, tmp_path), Upkeep(world.database)
    graph: Any = steps().compile(checkpointer=world.saver)
    before = (await graph.aget_state(thread_config(run.thread_id))).values
    copied = await upkeep.copy(OWNER, run.thread_id)
    assert await upkeep.sizes(OWNER, copied.thread_id) == await upkeep.sizes(OWNER, run.thread_id)
    assert await upkeep.prune(OWNER, [run.thread_id], "delete") == 1
    assert (await graph.aget_state(thread_config(copied.thread_id))).values == before
    assert before["done"] == ["first", "second", "third"]
    for asked in (upkeep.copy("key:two", copied.thread_id), upkeep.sizes("key:two", run.thread_id)):
        with pytest.raises(NotFoundError):
            await asked


async def test_a_thread_keeps_its_newest_checkpoints(world: World, tmp_path: Path) -> None:
    """OPS-10: those beyond the count go, with values that only they named; the state stays."""
    run = await done(world, tmp_path)
    whole, saver = await kept(world, run), world.saver
    before = await saver.aget_tuple(thread_config(run.thread_id))
    upkeep = Upkeep(world.database)
    assert await upkeep.trim(len(whole)) == 0
    assert await upkeep.trim(2) == 1
    assert len(await kept(world, run)) == 2
    after = await saver.aget_tuple(thread_config(run.thread_id))
    assert after.checkpoint == before.checkpoint
    assert after.pending_writes == before.pending_writes
    listed = [each async for each in saver.alist(thread_config(run.thread_id))]
    assert [each.parent_config is None for each in listed] == [False, True]
    assert await upkeep.tidy(None, 60.0) == 0


TOLD = [Event(number, "values", "{}") for number in range(3)]


async def told(world: World) -> tuple[int, int]:
    """Return how many events of runs and how many changes of states are kept."""
    events = await world.database.rows("SELECT number FROM run_events", {})
    changes = await world.database.rows("SELECT number FROM thread_changes", {})
    return len(events), len(changes)


async def changed(world: World, thread_id: str) -> None:
    """Change a thread's state while somebody listens."""
    tail = Tail(world.database, keep_seconds=60.0, changes=True)
    await tail.now(OWNER, thread_id)
    holds = Holds(world.database, seconds=60.0)
    change = Change(status=ThreadState.IDLE, told="{}")
    await holds.leave(await holds.take(OWNER, thread_id), change)


async def age(world: World, seconds: float) -> None:
    """Make all that has ended and was changed so much older."""
    for statement in (
        "UPDATE runs SET ended_at = ended_at - :seconds",
        "UPDATE thread_changes SET made_at = made_at - :seconds",
    ):
        await world.database.rows(statement, {"seconds": seconds})


async def test_what_was_told_long_ago_is_forgotten(world: World, tmp_path: Path) -> None:
    """OPS-10: of a thread that lives on, events of runs that ended before, and older changes, go.

    The runs stay, with what they gave; the newer ones, and one under way, keep what they told.
    """
    log, upkeep = EventLog(world.database), Upkeep(world.database)
    old = await done(world, tmp_path)
    await log.append(old.run_id, old.token, TOLD)
    await changed(world, old.thread_id)
    await age(world, 100.0)
    new = await world.enqueue(thread_id=old.thread_id)
    (taken,) = await world.queue().claim_some("worker", 1)
    await log.append(new.run_id, taken.token, TOLD)
    other = await world.threads.create(OWNER, metadata={})
    await changed(world, other.thread_id)
    assert await upkeep.forget(200.0) == 0
    assert await told(world) == (6, 2)
    assert await upkeep.tidy(None, 50.0) == 0
    assert await told(world) == (3, 1)
    assert await log.last(new.run_id) == 2
    assert (await world.read(old)).result == old.result
    assert await upkeep.forget(50.0) == 0


async def test_trimming_leaves_a_running_thread_and_what_an_interrupted_one_needs(
    world: World, tmp_path: Path
) -> None:
    """OPS-10: nothing is taken from under a run; one that asked a person goes on afterwards."""
    async with world.worker():
        asked = await world.ended(await world.enqueue("ask", {"answer": "none"}))
    assert asked.status is RunState.INTERRUPTED
    moved = await done(world, tmp_path)
    waiting = await world.enqueue(thread_id=moved.thread_id, given=given(tmp_path))
    whole, upkeep = await kept(world, moved), Upkeep(world.database)
    trimmed = await asyncio.gather(*(upkeep.trim(1) for _ in range(3)))  # as several pods would
    assert sum(trimmed) >= 1
    assert await kept(world, moved) == whole
    assert len(await kept(world, asked)) == 1
    async with world.worker():
        command = {"command": {"resume": "yes"}}
        resumed = await world.enqueue("ask", thread_id=asked.thread_id, request=command)
        assert (await world.ended(resumed)).result["answer"] == "yes"
        await world.ended(waiting)
