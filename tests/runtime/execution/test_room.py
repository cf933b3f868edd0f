"""Room in the queue, on both databases."""

from dataclasses import replace
from typing import Any

import pytest

from profiles import contract
from runtime.errors import OverloadedError
from runtime.execution.room import DISPLACED, Room
from runtime.execution.run import Run, RunState, ThreadState
from runtime.execution.runs import Runs
from runtime.execution.watch import Watch
from runtime.observability import Measurements, Metrics, Recorders
from tests.runtime.execution.world import OWNER, World


def holding(world: World, most: int = 1, **changes: Any) -> World:
    """Return the same tables, whose queue holds so many runs and remembers no refusal yet."""
    config = replace(
        world.settings.config.execution,
        queue_limit=most,
        **{"displacement": "any", **changes},
    )
    return replace(world, runs=Runs(world.database, Room(world.database, config)))


async def status_of(world: World, run: Run) -> RunState:
    """Return where a run is now."""
    return (await world.read(run)).status


async def test_a_full_queue_refuses_and_a_place_helps(world: World) -> None:
    """WFO-04: beyond execution.queue_limit the answer is 503 with Retry-After."""
    small = holding(world)
    first = await small.enqueue()
    with pytest.raises(OverloadedError) as refused:
        await small.enqueue()
    assert refused.value.headers == {"Retry-After": "1"}
    await world.runs.cancel(OWNER, first.thread_id, first.run_id)
    await holding(world).enqueue()


async def test_the_least_and_last_run_gives_way_to_a_greater(world: World) -> None:
    """WFO-04: a full queue takes a run of a higher priority; what gives way is told why."""
    small = holding(world, 3)
    old, new, high = [await small.enqueue(priority=priority) for priority in (0, 0, 5)]
    greater = await small.enqueue(priority=1)
    assert await status_of(world, new) is RunState.ERROR
    gone = await world.read(new)
    assert gone.error == {
        "error": DISPLACED,
        "message": "the queue was full, and a run of priority 1 came",
    }
    assert gone.ended_at is not None
    for kept in (old, high, greater):
        assert await status_of(world, kept) is RunState.PENDING
    assert await world.queue().depth() == 3
    thread = await world.threads.get(OWNER, new.thread_id)
    assert thread.status is ThreadState.IDLE


async def test_who_gives_way_is_told_to_who_measures(world: World) -> None:
    """OBS-02: a run that was displaced is counted, one that was refused is not."""
    metrics, config = Metrics(), replace(world.settings.config.execution, queue_limit=1)
    recorders = Recorders(Measurements(world.settings.config.thresholds.optimizer), metrics)
    room = Room(world.database, config, Watch(recorders, metrics).displaced)
    small = replace(world, runs=Runs(world.database, room))
    metrics.expect("steps")
    await small.enqueue()
    with pytest.raises(OverloadedError):
        await small.enqueue()
    labels = {"graph_name": "steps"}
    assert metrics.registry.get_sample_value(contract.RUNS_DISPLACED, labels) == 0
    await small.enqueue(priority=1)
    assert metrics.registry.get_sample_value(contract.RUNS_DISPLACED, labels) == 1


async def test_an_equal_does_not_give_way(world: World) -> None:
    """WFO-04: between equals who came first stays; a flood of its like pushes nobody out."""
    small = holding(world)
    first = await small.enqueue(priority=3)
    with pytest.raises(OverloadedError, match="none of them of a lower priority"):
        await small.enqueue(priority=3)
    assert await status_of(world, first) is RunState.PENDING


async def test_a_run_that_was_begun_does_not_give_way(world: World) -> None:
    """ORC-07: what a worker has worked on and given back is resumed, whoever comes."""
    begun = await world.enqueue(priority=-5)
    held = await world.queue().claim("a worker")
    assert held is not None
    await world.queue().give_back(held, counted=False)
    with pytest.raises(OverloadedError):
        await holding(world).enqueue(priority=5)
    assert await status_of(world, begun) is RunState.PENDING


@pytest.mark.parametrize(("displacement", "others", "own"), [("none", 0, 0), ("owner", 0, 1)])
async def test_whose_run_gives_way_is_the_stacks_choice(
    world: World, displacement: str, others: int, own: int
) -> None:
    """WFO-04: a stack whose callers do not trust each other's priorities lets nobody displace."""
    await holding(world).enqueue(owner="key:two")
    small = holding(world, displacement=displacement)
    with pytest.raises(OverloadedError):
        await small.enqueue(priority=9)
    mine = await holding(world, 2).enqueue()
    small = holding(world, displacement=displacement)
    if own:
        await small.enqueue(priority=9)
        assert await status_of(world, mine) is RunState.ERROR
    else:
        with pytest.raises(OverloadedError):
            await small.enqueue(priority=9)
        assert await status_of(world, mine) is RunState.PENDING


async def test_a_flood_does_not_reach_the_database(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WFO-04: a refusal is cheap: one look a moment, but never for a run that may displace."""
    small = holding(world, poll_interval_ms=3_600_000)
    await small.enqueue()
    looks, run = 0, world.database.run

    async def counted(body: Any) -> Any:
        nonlocal looks
        looks += 1
        return await run(body)

    monkeypatch.setattr(world.database, "run", counted)
    for _ in range(20):
        with pytest.raises(OverloadedError):
            await small.enqueue()
    assert looks == 1
    await small.enqueue(priority=1)
    assert looks == 2
