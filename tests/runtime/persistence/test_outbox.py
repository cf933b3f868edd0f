"""What a run writes goes in order, and what needs no commit of its own goes with what does."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from langgraph.checkpoint.base import Checkpoint, empty_checkpoint

from runtime.persistence.outbox import Outbox

PLACE = {"thread_id": "a thread", "checkpoint_ns": ""}
START, NODE = "~__pregel_pull, __start__", "~__pregel_pull, parse"


def changed(*channels: str) -> Checkpoint:
    """Return a checkpoint after which channels are new."""
    return {**empty_checkpoint(), "updated_channels": list(channels)}


class Kept:
    """Takes batches down; one that holds `bad` is not kept."""

    def __init__(self) -> None:
        """Start with none."""
        self.batches: list[list[str]] = []
        self.told = asyncio.Event()

    async def __call__(self, items: Sequence[Any]) -> None:
        """Keep a batch."""
        await asyncio.sleep(0)
        if "bad" in items:
            raise OSError("bad")
        self.batches.append(list(items))
        self.told.set()

    async def first(self) -> None:
        """Wait until a batch is kept."""
        async with asyncio.timeout(10):
            await self.told.wait()


def begun(kept: Kept) -> Outbox:
    """Return an outbox of a graph that one channel leads on in, with a node's gift waiting."""
    outbox = Outbox(PLACE["thread_id"], is_empty=True)
    outbox.triggers = {"branch:to:next": ["next"]}
    outbox.give("gift", kept, NODE)
    return outbox


async def test_what_comes_before_the_first_node_goes_with_what_it_gives() -> None:
    """The input, what takes it in and both checkpoints cost no commit (PERF-07)."""
    kept, outbox = Kept(), Outbox(PLACE["thread_id"])
    await outbox.step("input", kept, PLACE, changed("__start__"))
    outbox.give("taken in", kept, START)
    await outbox.step("before", kept, PLACE, changed("branch:to:parse"))
    assert not kept.batches
    outbox.give("gift", kept, NODE)
    await outbox.step("after", kept, PLACE, changed("branch:to:one"))
    assert kept.batches == [["input", "taken in", "before", "gift", "after"]]


async def test_what_comes_before_a_slow_node_is_seen_meanwhile() -> None:
    """Who looks at the thread while the first node runs finds the input."""
    kept, outbox = Kept(), Outbox(PLACE["thread_id"])
    await outbox.step("input", kept, PLACE, changed("__start__"))
    await kept.first()
    assert kept.batches == [["input"]]


async def test_what_a_node_gives_beside_a_slow_one_is_kept_at_once() -> None:
    """It does not wait for the step's checkpoint, which may be long in coming."""
    kept = Kept()
    begun(kept)
    await kept.first()
    assert kept.batches == [["gift"]]


async def test_a_checkpoint_is_kept_before_a_node_begins_after_it() -> None:
    """`durability` sync: the loop waits until the step is kept, with what its nodes gave."""
    kept = Kept()
    await begun(kept).step("step", kept, PLACE, changed("done", "branch:to:next"))
    assert kept.batches == [["gift", "step"]]


async def test_the_last_checkpoint_goes_with_the_end() -> None:
    """No node begins after it, so it costs no commit; whoever ends the run gets it."""
    kept = Kept()
    outbox = begun(kept)
    await outbox.step("last", kept, PLACE, changed("done"))
    assert await outbox.take() == ["gift", "last"]
    assert not kept.batches
    assert await outbox.take() == []


async def test_an_end_that_is_long_in_coming_leaves_the_last_checkpoint_to_be_kept() -> None:
    """What the run does after its last node does not hide what that node gave."""
    kept = Kept()
    await begun(kept).step("last", kept, PLACE, changed("done"))
    await kept.first()
    assert kept.batches == [["gift", "last"]]


@pytest.mark.parametrize("place", [{"checkpoint_ns": "parse:1"}, {"thread_id": "another"}])
async def test_checkpoints_of_other_graphs_are_kept_at_once(place: dict[str, str]) -> None:
    """What a subgraph's channels trigger, or those of a graph on another thread, is not known."""
    kept = Kept()
    await begun(kept).step("step", kept, {**PLACE, **place}, changed("done"))
    assert kept.batches == [["gift", "step"]]


async def test_sends_that_wait_as_tasks_lead_on() -> None:
    """A `Send` begins a node without any channel that triggers it."""
    kept = Kept()
    await begun(kept).step("step", kept, PLACE, changed("__pregel_tasks"))
    assert kept.batches == [["gift", "step"]]


async def test_what_is_not_kept_fails_what_comes_after_it() -> None:
    """A checkpoint without the one before it could not be gone on from."""
    kept, outbox = Kept(), Outbox(PLACE["thread_id"])
    outbox.give("bad", kept, NODE)
    with pytest.raises(OSError, match="bad"):
        await outbox.step("step", kept, PLACE, changed("branch:to:next"))
    with pytest.raises(OSError, match="bad"):
        outbox.give("more", kept, NODE)
    with pytest.raises(OSError, match="bad"):
        await outbox.settle()
    assert await outbox.take() == []
    assert not kept.batches


async def test_a_closed_one_leaves_all_to_the_end() -> None:
    """Nothing is sent any more, though a moment ago it was about to be."""
    kept = Kept()
    outbox = begun(kept)
    outbox.close()
    for _ in range(10):
        await asyncio.sleep(0)
    assert not kept.batches
    assert await outbox.take() == ["gift"]


async def test_a_new_thread_is_not_read_until_it_holds_something() -> None:
    """The first read of a run on a thread of its own costs nothing; later ones see what waits."""
    kept, outbox = Kept(), Outbox(PLACE["thread_id"], is_empty=True)
    assert await outbox.is_empty(PLACE["thread_id"])
    assert not await outbox.is_empty("another")
    await outbox.step("input", kept, PLACE, changed("__start__"))
    assert not await outbox.is_empty(PLACE["thread_id"])
    assert kept.batches == [["input"]]


async def test_what_a_cancelled_writer_held_is_kept_by_the_next() -> None:
    """A run that is cancelled while it writes leaves nothing out."""
    kept = Kept()
    outbox = begun(kept)
    writing = asyncio.create_task(outbox.step("step", kept, PLACE, changed("branch:to:next")))
    await asyncio.sleep(0)
    writing.cancel()
    await asyncio.wait([writing])
    assert await outbox.take() == ["gift", "step"]
