"""Group commit: what waits together goes together, and each is told of its own."""

import asyncio
from collections.abc import Sequence

import pytest

from runtime.persistence.group import Group, Waiting


class Held:
    """Writes batches down, each only when it may."""

    def __init__(self) -> None:
        """Hold the first one."""
        self.batches: list[list[str]] = []
        self.may = asyncio.Event()
        self.began = asyncio.Event()

    async def write(self, batch: Sequence[Waiting[str]]) -> None:
        """Wait until it may, then keep a batch; `bad` is not kept."""
        self.batches.append([each.item for each in batch])
        self.began.set()
        await self.may.wait()
        for each in batch:
            each.given = each.item.upper()
            if each.item == "bad":
                each.error = ValueError(each.item)
            if each.item == "worst":
                raise OSError(each.item)


async def _while_held(*items: str, most: int = 10) -> tuple[Held, list[asyncio.Task[str]]]:
    """Return a writer that holds the first item, with the others waiting behind it."""
    held = Held()
    group: Group[str] = Group(held.write, most=most)
    tasks = [asyncio.create_task(group.add(item)) for item in items]
    await held.began.wait()
    return held, tasks


async def test_what_waits_at_the_same_time_is_one_batch() -> None:
    """Nobody is told before their batch is kept, and each gets their own answer."""
    held, tasks = await _while_held("a", "b", "c", most=3)
    assert not any(task.done() for task in tasks)
    held.may.set()
    assert await asyncio.gather(*tasks) == ["A", "B", "C"]
    assert held.batches == [["a", "b", "c"]]


async def test_a_batch_holds_no_more_than_it_may() -> None:
    """What is beyond goes with the next one."""
    held, tasks = await _while_held("a", "b", "c", most=2)
    held.may.set()
    await asyncio.gather(*tasks)
    assert held.batches == [["a", "b"], ["c"]]


async def test_one_that_cannot_be_kept_fails_alone_and_a_lost_batch_whole() -> None:
    """An error is for the one who caused it; where the batch is lost, nobody is told it is kept."""
    held, tasks = await _while_held("a", "bad")
    held.may.set()
    assert await tasks[0] == "A"
    with pytest.raises(ValueError, match="bad"):
        await tasks[1]
    held, tasks = await _while_held("a", "worst")
    held.may.set()
    assert all(isinstance(each, OSError) for each in await _outcomes(tasks))


async def test_who_leaves_before_their_batch_is_not_written() -> None:
    """A cancelled write that waits leaves nothing; one under way ends with its batch."""
    held, tasks = await _while_held("a", "b", "c", most=1)
    tasks[0].cancel()
    tasks[1].cancel()
    await asyncio.wait(tasks[1:2])
    assert not tasks[0].done()
    held.may.set()
    await _outcomes(tasks)
    assert held.batches == [["a"], ["c"]]
    assert (tasks[0].cancelled(), tasks[1].cancelled()) == (True, True)


async def test_what_comes_when_a_batch_has_just_ended_is_written() -> None:
    """A lane that ends is free at once: nobody waits for one that takes nothing more."""
    held = Held()
    held.may.set()
    group: Group[str] = Group(held.write, most=1)
    assert [await group.add(item) for item in "abcd"] == ["A", "B", "C", "D"]


async def _outcomes(tasks: Sequence[asyncio.Task[str]]) -> list[str | BaseException]:
    return await asyncio.gather(*tasks, return_exceptions=True)


async def test_what_comes_a_turn_later_is_still_of_the_batch() -> None:
    """A step's writes and its checkpoint, which come one after the other, are one commit."""
    held = Held()
    held.may.set()
    group: Group[str] = Group(held.write, most=10)

    async def later() -> str:
        await asyncio.sleep(0)
        return str(await group.add("checkpoint"))

    await asyncio.gather(group.add("writes"), later())
    assert held.batches == [["writes", "checkpoint"]]
