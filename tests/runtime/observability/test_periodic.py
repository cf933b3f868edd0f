"""Work in the background."""

import asyncio

import pytest

from runtime.observability.periodic import Periodic


async def test_a_failing_round_does_not_end_the_next_ones() -> None:
    """Work that raises is run again."""
    rounds = asyncio.Queue[int]()
    count = 0

    async def work() -> None:
        nonlocal count
        count += 1
        rounds.put_nowait(count)
        message = "bad round"
        raise RuntimeError(message)

    background = Periodic("test", work, 0.001)
    background.start()
    background.start()
    assert [await rounds.get() for _ in range(3)] == [1, 2, 3]
    await background.stop()
    await background.stop()


async def test_stopping_cancels_work_that_runs() -> None:
    """Work that never ends is cancelled, and stop waits for that."""
    began, ended = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    background = Periodic("test", work, 1)
    background.start()
    await began.wait()
    await background.stop()
    assert ended.is_set()


async def test_nothing_runs_before_the_start() -> None:
    """Making it starts nothing; stopping it then is harmless."""

    async def work() -> None:
        pytest.fail("ran")

    await Periodic("test", work, 1).stop()
