"""What happened on a thread, one after another, the same on both databases."""

import pytest

from runtime.errors import NotFoundError
from runtime.execution.run import Run
from runtime.execution.tail import Past, StateChange, Tail
from tests.runtime.execution.world import OWNER, World
from tests.runtime.service import until

MANY = 20
"""More than there is to hear: it only ends what would be heard again and again."""


async def began(world: World, thread_id: str, moment: float) -> str:
    """Put a run on a thread that began at a moment; return its id."""
    run = await world.enqueue(thread_id=thread_id)
    values = {"run_id": run.run_id, "moment": moment}
    statement = "UPDATE runs SET started_at = :moment WHERE run_id = :run_id"
    await world.database.rows(statement, values)
    return run.run_id


async def changed(world: World, thread_id: str, told: str, moment: float) -> str:
    """Change a thread at a moment; return what is told of it."""
    statement = (
        "INSERT INTO thread_changes (thread_id, data, made_at) VALUES (:thread_id, :told, :moment)"
    )
    values = {"thread_id": thread_id, "told": told, "moment": moment}
    await world.database.rows(statement, values)
    return told


def past(found: Run | StateChange) -> Past:
    """Return the place after what was heard."""
    if isinstance(found, StateChange):
        return Past(found.made_at, found.number)
    return Past(found.started_at or 0.0)


async def heard(world: World, thread_id: str, *, changes: bool) -> list[str]:
    """Return what somebody hears of a thread from its beginning."""
    tail = Tail(world.database, keep_seconds=60.0, changes=changes)
    last, told = Past(0.0), list[str]()
    while len(told) < MANY and (found := await tail.next(OWNER, thread_id, last)):
        told.append(found.data if isinstance(found, StateChange) else found.run_id)
        last = past(found)
    return told


async def test_runs_and_changes_are_heard_in_order_and_once(world: World) -> None:
    """Also those of one moment: the changes as they were made, then the run, which began after."""
    thread, other = [(await world.threads.create(OWNER, metadata={})).thread_id for _ in range(2)]
    late = await began(world, thread, 20.0)
    first = await began(world, thread, 10.0)
    await world.enqueue(thread_id=thread)  # it waits: nothing is heard of it
    await changed(world, other, "another thread's", 12.0)
    moments = {"before": 10.0, "in one moment": 10.0, "between": 15.0, "with": 20.0, "last": 30.0}
    a, b, c, d, e = [await changed(world, thread, *each) for each in moments.items()]
    assert await heard(world, thread, changes=True) == [a, b, first, c, d, late, e]
    assert await heard(world, thread, changes=False) == [first, late]


async def test_who_listens_on_is_known_to_listen(world: World) -> None:
    """A look renews it; it is known without a look for as long as was said, and not at first."""
    thread = (await world.threads.create(OWNER, metadata={})).thread_id

    async def known_until() -> float:
        statement = "SELECT COALESCE(followed_until, 0) AS until FROM threads"
        (row,) = await world.database.rows(statement, {})
        return float(row["until"])

    assert await known_until() == 0
    tail = Tail(world.database, keep_seconds=0.2, changes=True)
    last, _ = await tail.now(OWNER, thread)
    assert last is None
    first = await known_until()

    async def renewed() -> bool:
        await tail.next(OWNER, thread, Past(0.0))
        return await known_until() > first

    await until(renewed)


async def test_the_run_that_began_last_is_found(world: World) -> None:
    """Whoever comes hears it, not one that began before it."""
    thread = (await world.threads.create(OWNER, metadata={})).thread_id
    late = await began(world, thread, 20.0)
    await began(world, thread, 10.0)
    last, _ = await Tail(world.database, keep_seconds=60.0, changes=False).now(OWNER, thread)
    assert last is not None
    assert last.run_id == late


async def test_nobody_hears_of_what_is_not_theirs_or_gone(world: World) -> None:
    """A stranger, and whoever listens when the thread goes; a change is found on its own thread."""
    thread, other = [(await world.threads.create(OWNER, metadata={})).thread_id for _ in range(2)]
    tail = Tail(world.database, keep_seconds=60.0, changes=True)
    await changed(world, thread, "told", 10.0)
    change = await tail.next(OWNER, thread, Past(0.0))
    assert isinstance(change, StateChange)
    assert await tail.change(thread, change.number) == change
    await world.threads.delete(OWNER, other)
    for asked in (
        tail.change(other, change.number),
        tail.next(OWNER, other, Past(0.0)),
        tail.next("key:two", thread, Past(0.0)),
        tail.now("key:two", thread),
    ):
        with pytest.raises(NotFoundError):
            await asked
